// How to train, as a whole: optimizer, schedule and settings under one name.
#pragma once
#include <explainn/train/trainer.hpp>

namespace explainn::recipe {

template <class Optimizer, class Schedule>
struct whole {
    Optimizer optimize;
    Schedule schedule;
    training how;
};

/// The reference's: Adam at 0.003, batches of 100, patience 10.
inline whole<adam, constant_rate> reference(seed s) { return {adam{}, constant_rate{}, training{.from = s}}; }

/// The library's own, not yet measured (benchmarks/recipes is for that): AdamW with a cosine rate over few
/// epochs, both strands, and the moving average of the weights as the model that is evaluated and kept.
inline whole<adamw, cosine_rate> recommended(seed s)
{
    return {adamw{.learning_rate = 0.003, .weight_decay = 0.01}, cosine_rate{.warm_up = 0.05},
            training{.epochs = 12, .patience = 0, .from = s, .both_strands = true, .average = 0.999}};
}

} // namespace explainn::recipe
