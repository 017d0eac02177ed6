// The choice of an attribution method for explain: mutagenesis, gradient x input or DeepLIFT, of a model's
// tasks.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/deep_lift.hpp>
#include <explainn/interpret/gradient_times_input.hpp>
#include <explainn/interpret/mutagenesis_attribution.hpp>

#include "explain/model.hpp"

namespace explain_program {

/// Which attributions are made.
struct attribution_choice {
    std::string method = "mutagenesis";
    std::vector<std::string> tasks;
    int shuffles = 0;
    std::uint64_t seed = 1;
};

/// Declares --method, --tasks, --shuffles and --seed.
inline void add_attribution_choice(CLI::App& c, attribution_choice& o)
{
    c.add_option("--method", o.method,
                 "mutagenesis: the logit beside the mean of the four bases, exactly; gradient: gradient x "
                 "input; deeplift: DeepLIFT's rescale rule")
        ->check(CLI::IsMember({"mutagenesis", "gradient", "deeplift"}));
    c.add_option("--tasks", o.tasks, "tasks, by name (default: all)");
    c.add_option("--shuffles", o.shuffles,
                 "deeplift: compare with so many shuffles of each sequence that keep its pairs of bases "
                 "(default 0: with zeros)")
        ->check(in_range(0, 1000));
    c.add_option("--seed", o.seed, "of the shuffles");
}

/// The tasks that are attributed, by number.
inline std::vector<ex::extent> chosen_tasks(opened const& m, attribution_choice const& o)
{
    std::vector<ex::extent> all;
    all.reserve(m.tasks().size());
    for (auto const& name : o.tasks) all.push_back(static_cast<ex::extent>(m.task(name)));
    if (all.empty())
        for (std::size_t i = 0; i < m.tasks().size(); ++i) all.push_back(static_cast<ex::extent>(i));
    return all;
}

/// Makes the method that was chosen and calls f(method). DeepLIFT and gradients are computed on the
/// processor, whatever the device is. Throws error where --shuffles is given to another method than deeplift.
template <class F>
void with_attribution_method(opened& m, model_options const& of, attribution_choice const& o, F f)
{
    if (o.shuffles != 0 && o.method != "deeplift")
        throw ex::error{
            "--shuffles: expected them with --method deeplift, which has references, found --method " +
            o.method};
    ex::deep_lift_options how;
    how.both_strands = of.strands();
    how.outputs = chosen_tasks(m, o);
    how.shuffles = o.shuffles;
    how.from = ex::seed{o.seed};
    ex::cpu<float> const here{ex::threads{of.processor.threads}};
    if (o.method == "deeplift") {
        ex::deep_lift<ex::cpu<float>> method{m.model, how, here};
        f(method);
    } else if (o.method == "gradient") {
        ex::gradient_times_input<ex::cpu<float>> method{m.model, how, here};
        f(method);
    } else {
        ex::mutagenesis_attribution<device> method{m.model, how};
        f(method);
    }
}

} // namespace explain_program
