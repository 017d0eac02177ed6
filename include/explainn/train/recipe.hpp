// A complete way to train: optimizer, schedule and settings under one name.
#pragma once
#include <functional>
#include <string>

#include <explainn/core/in_quotes.hpp>
#include <explainn/train/trainer.hpp>

namespace explainn::EXPLAINN_ABI::recipe {

template <class Optimizer, class Schedule>
struct whole {
    Optimizer optimize;
    Schedule schedule;
    training how;
};

/// The reference's recipe: Adam at 0.003, batches of 100, patience 10.
inline whole<adam, constant_rate> reference(seed s) { return {adam{}, constant_rate{}, training{.from = s}}; }

/// The library's own recipe, chosen on training and validation chromosomes (docs/recipes.md): AdamW with a
/// cosine rate, sequences moved by up to 10 bases, both strands, and the moving average of the weights as the
/// model that is evaluated and kept.
inline whole<adamw, cosine_rate> recommended(seed s)
{
    return {adamw{.learning_rate = 0.003, .weight_decay = 0.03}, cosine_rate{.warm_up = 0.05},
            training{
                .epochs = 24, .patience = 0, .from = s, .both_strands = true, .shift = 10, .average = 0.999}};
}

/// A first look: the recommended recipe in four epochs. On three factors' binding sites it reached what the
/// reference reaches with both strands (docs/recipes.md).
inline whole<adamw, cosine_rate> quick(seed s)
{
    auto r = recommended(s);
    r.how.epochs = 4;
    return r;
}

/// A schedule that is chosen at run time.
using any_rate = std::function<double(run_position const&)>;

/// The recipe "reference", "recommended" or "quick", all with the same type (Adam is AdamW without decay).
/// Throws error for any other name.
///
///     auto r = recipe::by_name("recommended", seed{1});
///     trainer t{m, r.optimize, bce_with_logits{}, r.how, r.schedule};
inline whole<adamw, any_rate> by_name(std::string const& name, seed s)
{
    if (name == "recommended" || name == "quick") {
        auto const r = name == "quick" ? quick(s) : recommended(s);
        return {r.optimize, r.schedule, r.how};
    }
    if (name != "reference")
        throw error{"expected the recipe reference, recommended or quick, found " + in_quotes(name)};
    auto const r = reference(s);
    return {adamw{.learning_rate = r.optimize.learning_rate, .weight_decay = 0}, r.schedule, r.how};
}

} // namespace explainn::EXPLAINN_ABI::recipe
