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

/// The library's own, chosen on training and validation chromosomes (docs/recipes.md): AdamW with a cosine
/// rate, sequences that move by up to 10 bases, both strands, and the moving average of the weights as the
/// model that is evaluated and kept.
inline whole<adamw, cosine_rate> recommended(seed s)
{
    return {adamw{.learning_rate = 0.003, .weight_decay = 0.03}, cosine_rate{.warm_up = 0.05},
            training{
                .epochs = 24, .patience = 0, .from = s, .both_strands = true, .shift = 10, .average = 0.999}};
}

} // namespace explainn::recipe
