// The numbers of a training step that change from step to step; they live on the device, where ops read them.
#pragma once
#include <cstddef>
#include <cstdint>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// Written once a step, before its ops are enqueued, so that no number of the host stands in the middle of a
/// step and a step that a device recorded stays right when it is replayed.
struct step_values {
    double learning_rate{}; ///< what schedule and plateaus made of the optimizer's own
    double average_decay{}; ///< of op::moving_average; 0: the average is set to the values
    std::int64_t step{};    ///< of the optimizer, from 1; dropout counts from 0: its step is one less
    std::int64_t batch{};   ///< of the epoch, from 1
};

/// Some elements in a row of the flat allocation of all parameters, and what an optimizer is told of them.
struct parameter_run {
    std::size_t first{}, count{};
    double rate = 1;    ///< factor of the learning rate
    bool decays = true; ///< weight decay applies
};

} // namespace explainn::EXPLAINN_ABI
