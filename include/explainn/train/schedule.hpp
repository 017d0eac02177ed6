// Learning rates that change during a training run: factors of the optimizer's own rate.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <string>

#include <explainn/core/error.hpp>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// How far a run is: training steps made and in all (as many as the epochs allow), epochs finished.
struct run_position {
    double step{}, steps{};
    int epoch{};
};

/// A schedule: called with the position of a run, it returns the factor of the optimizer's rate.
///
///     struct halved { double operator()(run_position const&) const { return 0.5; } };
template <class S>
concept rate_schedule = requires(S const& s, run_position const& at) {
    {
        s(at)
    } -> std::convertible_to<double>;
};

/// The rate does not change.
struct constant_rate {
    double operator()(run_position const&) const { return 1; }
};
/// The rate is multiplied by `factor` every `epochs` epochs; throws error unless `epochs` is at least one.
struct step_rate {
    int epochs = 10;
    double factor = 0.1;
    double operator()(run_position const& at) const
    {
        if (epochs < 1)
            throw error{
                "expected a rate that changes every epoch or more seldom, found one that changes every " +
                std::to_string(epochs) + " epochs"};
        return std::pow(factor, at.epoch / epochs);
    }
};
/// The rate is multiplied by `factor` every epoch.
struct exponential_rate {
    double factor = 0.9;
    double operator()(run_position const& at) const { return std::pow(factor, at.epoch); }
};
/// The rate rises linearly from 0 over the first `warm_up` share of the steps, then falls as half a cosine to
/// `least`.
struct cosine_rate {
    double warm_up = 0, least = 0;
    double operator()(run_position const& at) const
    {
        double const x = at.steps > 0 ? at.step / at.steps : 0;
        if (x < warm_up) return (at.step + 1) / (warm_up * at.steps + 1);
        double const y = (x - warm_up) / (1 - warm_up);
        return least + (1 - least) * 0.5 * (1 + std::cos(std::numbers::pi * y));
    }
};
/// One cycle (Smith & Topin 2018) with PyTorch's cosine shape: the rate rises from 1 / start to 1 over
/// `rise`, then falls to 1 / (start end).
struct one_cycle_rate {
    double rise = 0.3, start = 25, end = 1e4;
    double operator()(run_position const& at) const
    {
        double const last = std::max(at.steps - 1, 1.0), top = rise * at.steps - 1;
        auto const between = [](double from, double to, double x) {
            return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * x));
        };
        if (at.step <= top) return between(1 / start, 1, top > 0 ? at.step / top : 1);
        return between(1, 1 / (start * end), (at.step - top) / std::max(last - top, 1.0));
    }
};

/// The factor for the rate after an epoch that was not the best: `factor` every `patience` epochs without a
/// better one (PyTorch's ReduceLROnPlateau with patience - 1 and a threshold of 0), else 1; a patience of 0:
/// always 1.
struct on_plateau {
    int patience = 0;
    double factor = 0.1;
    double operator()(int epochs_since_best) const
    {
        return patience > 0 && epochs_since_best % patience == 0 ? factor : 1;
    }
};

} // namespace explainn::EXPLAINN_ABI
