// Everything a run needs to go on as if it had never stopped.
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

/// What the order of an epoch depends on beside its number: a run goes on to the same bits with these alone.
struct order_facts {
    std::size_t rows = 0; ///< of the training part; 0: not known (before fit(), and in older checkpoints)
    std::size_t batch = 0;
    seed from{};
    bool both_strands = false;
    int shift = 0;
};

/// The state of a run between two batches. Order and dropout are functions of seed, epoch and step, so
/// nothing random is kept.
template <class T>
struct training_state {
    int epoch = 1;         ///< being trained, from 1
    std::size_t batch = 0; ///< batches of it done
    std::int64_t step = 0; ///< optimizer steps done
    loss_sum so_far;       ///< of this epoch
    std::vector<epoch_losses> history;
    int best_epoch = 0;
    double best_loss = std::numeric_limits<double>::infinity();
    int patient_from = 0;   ///< patience counts from this epoch, or from the best one if that is later
    double rate_factor = 1; ///< what a reduce-on-plateau made of the learning rate
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
