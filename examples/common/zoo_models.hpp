// --model of training programs: an ExplaiNN, or a model of the zoo with layers of its own.
#pragma once
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <explainn/zoo/state_dict.hpp>

namespace shared {

namespace ex = explainn;

inline constexpr char const* explainn_name = "explainn";
/// Where a model of the zoo is written under the tensor names of its PyTorch class.
inline constexpr char const* pytorch_name = "pytorch.safetensors";

/// --model; `others` are models that a program has besides.
inline void add_model(CLI::App& c, std::string& model, std::vector<std::string> const& others = {})
{
    std::vector<std::string> names{explainn_name};
    for (auto const* card : ex::zoo) names.emplace_back(card->name);
    names.insert(names.end(), others.begin(), others.end());
    c.add_option("--model", model,
                 "an ExplaiNN of units, or a network that papers compare it with (docs/zoo.md)")
        ->check(CLI::IsMember(names));
}

/// Throws error where an option says what the units of an ExplaiNN are like, and the model has none.
inline void require_no_units(CLI::App const& c, std::string const& model)
{
    for (auto const* option :
         {"--units", "--width", "--num-fc", "--pool", "--stride", "--hidden", "--dropout", "--symmetric",
          "--symmetric-places", "--filters", "--freeze-filters", "--pairs"})
        if (auto const* given = c.get_option_no_throw(option); given && given->count() > 0)
            throw ex::error{std::string{option} + ": expected only with --model explainn, found --model " +
                            model + ", whose layers are fixed"};
}

} // namespace shared
