// --pairs: pairs of units that a trained model gains by.
#pragma once
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/interpret/filter_starts.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/model/network_file.hpp>
#include <explainn/model/with_pairs.hpp>
#include <explainn/train/pair_screen.hpp>

#include "common/training_run.hpp"

namespace shared {

/// The table of the pairs that were chosen.
inline constexpr char const* pairs_name = "pairs.tsv";

/// Throws error unless the data have tasks of the model alone: pairs are chosen by what it gets wrong.
inline void require_tasks_of_model(std::vector<std::string> const& model,
                                   std::vector<std::string> const& data)
{
    for (auto const& name : data)
        if (std::find(model.begin(), model.end(), name) == model.end())
            throw ex::error{"--pairs: expected tasks that the model was trained for, found " +
                            ex::in_quotes(name)};
}

/// The best `most` pairs of a model for a loss, by its first bank. Throws interruption after Ctrl-C.
template <class Data, class Loss>
std::vector<ex::screened_pair> choose_pairs(network& m, ex::part<Data> const& train, Loss const& loss,
                                            std::size_t most)
{
    auto all = ex::screen_pairs(m, train, loss);
    stop_if_interrupted();
    if (all.size() > most) all.resize(most);
    return all;
}

/// The model with these pairs behind its banks.
inline network with_chosen(network& m, std::vector<ex::screened_pair> const& pairs, run_options const& o)
{
    return ex::with_pairs(m, ex::best_pairs(pairs, pairs.size()), ex::layers_of(ex::pair_unit{}), o.how.from,
                          o.processor.device());
}

/// The options with which pairs and their units are trained after the units alone: a third of the epochs, and
/// of the learning rate.
inline run_options after_units(run_options o)
{
    o.how.epochs = std::max(1, o.how.epochs / 3);
    o.learning_rate /= 3;
    return o;
}

/// Gives a trained model the best `most` pairs for a loss and trains everything on, with the filters where
/// `freeze_filters` says so; the losses by epoch, or nothing where --resume finds that the run had finished.
/// `pairs` becomes the chosen ones. Throws interruption after Ctrl-C.
template <class Loss, class Data>
std::optional<loss_history> train_pairs(training_run& run, run_options const& o, network& m, Loss const& loss,
                                        run_data<Data> const& given, ex::run_facts facts, bool sum,
                                        std::size_t most, bool freeze_filters,
                                        std::vector<ex::screened_pair>& pairs)
{
    pairs = choose_pairs(m, ex::part{given.data, given.rows.train}, loss, most);
    m = with_chosen(m, pairs, o);
    facts["--pairs"] = std::to_string(most);
    facts["architecture"] = ex::to_json(ex::description_of(m.rows()));
    auto second = after_units(o);
    if (freeze_filters) // their name changed with the number of banks
        second.how.freezes = [name = ex::filters_name(m)](std::string_view each) { return each == name; };
    return run.fit(second, m, loss, given, std::move(facts), sum, {.checkpoint = second_checkpoint_name});
}

/// Declares --pairs for programs that train units first.
inline void add_pairs(CLI::App& c, std::size_t& pairs)
{
    c.add_option("--pairs", pairs,
                 "then add so many pairs of units, those that explain most of what the model gets wrong, and "
                 "train on for a third of the epochs at a third of the rate")
        ->check(in_range<std::size_t>(0, 10000));
}

/// The beginning of the names of the last bank's tensors.
inline std::string last_bank_of(network const& m)
{
    return "banks." + std::to_string(m.rows().banks.size() - 1) + ".";
}

/// Writes the pairs with their scores, the best first; units count from 0.
inline void write_pairs(fs::path const& path, std::vector<ex::screened_pair> const& pairs,
                        std::vector<std::string> const& tasks)
{
    ex::output_file out{path};
    out << "pair\tfirst_unit\tsecond_unit\ttask\tscore\n";
    for (auto const& each : pairs)
        out << "pair" << std::to_string(each.pair.first) << '_' << std::to_string(each.pair.second) << '\t'
            << std::to_string(each.pair.first) << '\t' << std::to_string(each.pair.second) << '\t'
            << ex::table_field(tasks[static_cast<std::size_t>(each.output)]) << '\t'
            << ex::number_text(each.score, 6) << '\n';
    out.commit();
}

} // namespace shared
