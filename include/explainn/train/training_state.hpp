// Everything that a run needs to continue as if it had never stopped.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

struct epoch_losses {
    double train{}, valid{}; ///< valid: NaN where there is no validation part
};

/// What the order of an epoch depends on besides its number: only with the same values does a run give the
/// same bits.
struct order_facts {
    std::size_t rows = 0; ///< of the training part; 0: not known (before fit(), and in older checkpoints)
    std::size_t batch = 0;
    seed from{};
    bool both_strands = false;
    int shift = 0;
};

/// The state of a run between two batches. Order and dropout are functions of seed, epoch and step, so that
/// no random state has to be kept.
template <class T>
struct training_state {
    int epoch = 1;         ///< the epoch being trained, from 1
    std::size_t batch = 0; ///< how many of its batches are finished
    std::int64_t step = 0; ///< how many optimizer steps were made
    loss_sum so_far;       ///< of this epoch
    std::vector<epoch_losses> history;
    int best_epoch = 0;
    double best_loss = std::numeric_limits<double>::infinity();
    int patient_from = 0;   ///< patience counts from this epoch, or from the best one if that is later
    double rate_factor = 1; ///< the factor of the learning rate from a reduce-on-plateau
    bool finished = false;
    order_facts order{};   ///< of the epochs trained so far
    std::vector<T> values; ///< parameters and running statistics
    std::vector<std::vector<T>> state =
        std::vector<std::vector<T>>(2); ///< the optimizer's, at least two; those
                                        ///< that it does not keep are empty
    std::vector<T> average;             ///< moving average of the parameters, if kept
    std::vector<T> best;                ///< values of the best epoch
};

} // namespace explainn::EXPLAINN_ABI
