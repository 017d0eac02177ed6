// What a recipe may be changed by besides its settings: each idea that docs/recipes.md reports.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/genomics/shuffle.hpp>
#include <explainn/interpret/filter_starts.hpp>
#include <explainn/io/dataset.hpp>
#include <explainn/io/join_datasets.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/split.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/paper_card.hpp>

#include "common/options.hpp"

namespace ideas {

namespace ex = explainn;
using device = ex::cpu<float>;
using network = ex::basic_model<device>;

/// The paper's network with dropout of cells behind the pool and of whole units at their end, in percent, and
/// with symmetric units and places.
inline ex::network_rows network_of(ex::paper_card const& card, int of_cells, int of_units,
                                   shared::symmetry symmetric)
{
    auto description = shared::network_of(card, symmetric);
    auto& layers = description.banks.front().layers;
    auto const drop = [](int percent) {
        return ex::layer_description{.what = ex::kind::dropout, .given = {.percent = percent}};
    };
    if (of_units > 0) layers.push_back(drop(of_units));
    if (of_cells > 0) {
        auto const pool = std::find_if(layers.begin(), layers.end(),
                                       [](auto const& layer) { return layer.what == ex::kind::max_pool; });
        layers.insert(pool + 1, drop(of_cells));
    }
    return ex::rows_of(description);
}

/// Sets all filters to motifs of a file: half of them as they are, half turned, those least like each other.
inline void start_at_motifs(network& m, std::string const& path)
{
    auto const units = static_cast<std::size_t>(m.units());
    auto const starts = ex::filter_starts(ex::read_motifs(path).motifs, units / 2);
    ex::start_filters(m, std::span<ex::motif const>{starts});
}

/// Adds shuffles (their pairs of bases stay) of a share of the training rows, all of whose labels are 0.
inline ex::split_dataset with_shuffled(ex::dataset const& data, ex::split_rows rows, double share,
                                       ex::seed from)
{
    ex::packed_sequences sequences;
    ex::label_matrix labels{data.outputs()};
    std::vector<ex::letter> letters(data.length());
    std::vector<float> row(data.outputs());
    for (std::size_t i = 0; i < data.size(); ++i) {
        data.letters_of(i, letters);
        sequences.append(data.name(i), letters);
        data.labels_of(i, row);
        labels.append(row);
    }
    std::fill(row.begin(), row.end(), 0.f);
    ex::random_numbers draw{from, ex::stream::shuffles};
    auto const real = rows.train;
    for (auto const i : real) {
        if (draw.uniform() >= share || data.has_n(i)) continue;
        data.letters_of(i, letters);
        rows.train.push_back(static_cast<std::uint32_t>(sequences.size()));
        sequences.append("shuffle_of_" + std::string{data.name(i)}, ex::dinucleotide_shuffle(letters, draw));
        labels.append(row);
    }
    return {ex::dataset{std::move(sequences), data.tasks(), std::move(labels)}, std::move(rows)};
}

/// The places of a data set's tasks among those of a model. Throws error for a task that the model lacks.
inline std::vector<std::size_t> columns_in(std::vector<std::string> const& model,
                                           std::vector<std::string> const& tasks)
{
    std::vector<std::size_t> columns;
    for (auto const& task : tasks) {
        auto const at = std::find(model.begin(), model.end(), task);
        if (at == model.end()) throw ex::error{"expected a model of the task " + task + ", found none"};
        columns.push_back(static_cast<std::size_t>(at - model.begin()));
    }
    return columns;
}

/// Gives a model the units of a file's model, and of its head the rows of these tasks.
inline void start_at_model(network& m, ex::model_file const& file, std::vector<std::string> const& tasks)
{
    auto const columns = columns_in(file.facts.tasks, tasks);
    for (auto const& p : m.parameters()) {
        auto const old = file.tensors.values<float>(p.name());
        std::vector<float> now{old.begin(), old.end()};
        if (p.bank < 0) { // the head: a row for each task
            std::size_t const width = old.size() / file.facts.tasks.size();
            now.clear();
            for (auto const c : columns)
                now.insert(now.end(), old.begin() + static_cast<std::ptrdiff_t>(c * width),
                           old.begin() + static_cast<std::ptrdiff_t>((c + 1) * width));
        }
        m.set_values(p.name(), now);
    }
}

/// The mean of snapshots of one network, running statistics among them.
inline std::vector<float> mean_of(std::vector<std::vector<float>> const& snapshots)
{
    std::vector<float> mean(snapshots.front().size());
    for (std::size_t i = 0; i < mean.size(); ++i) {
        double sum = 0;
        for (auto const& one : snapshots) sum += static_cast<double>(one[i]);
        mean[i] = static_cast<float>(sum / static_cast<double>(snapshots.size()));
    }
    return mean;
}

} // namespace ideas
