// Labelled rows for a model: its tasks, and the sequences or signals that it reads.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/read_dataset.hpp>
#include <explainn/train/with_signals.hpp>

#include "common/all_rows.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct labelled_options : model_options {
    shared::row_files rows;
    std::string labels;

    std::vector<shared::given_path> files() const
    {
        auto all = rows.files();
        all.push_back({"--labels", labels});
        return all;
    }
};

inline void add_labelled(CLI::App& c, labelled_options& o)
{
    shared::add_rows(c, o.rows);
    c.add_option(
         "--labels", o.labels,
         "table with a column for every task of the model; of a model of signals alone, its rows are in "
         "the order of the signals")
        ->required();
}

/// Reads labelled rows and calls each(data, name_of), where name_of(row) is the name of a row. Throws
/// input_error for files that are no such data or of other sizes than the model's.
template <class Each>
void with_labelled(opened const& m, labelled_options const& o, Each each)
{
    auto const& reads = m.model.rows();
    shared::require_rows(o.rows, reads);
    if (!reads.reads_dna()) {
        auto table = ex::read_labels(o.labels, m.tasks());
        print_warnings(table.warnings);
        auto signals = shared::read_signals(o.rows.signals, reads.signals);
        shared::require_as_many(o.rows.signals, signals.rows(), table.rows(), o.labels);
        std::vector<std::string> names;
        for (std::size_t i = 0; i < table.rows(); ++i) names.emplace_back(table.name(i));
        each(ex::signal_dataset{std::move(signals), m.tasks(), std::move(table.labels)},
             [&](std::size_t row) { return names[row]; });
        return;
    }
    ex::require_length(o.rows.sequences, m.length());
    // signals belong to the sequences by their order, so that no row may be left out
    auto const resolved = reads.reads_signals() ? ex::resolved_rows::ignored : ex::resolved_rows::any;
    auto const data =
        ex::read_dataset(o.rows.sequences, o.labels, {.targets = m.tasks(), .resolved = resolved});
    print_warnings(data.left_out().warnings);
    auto const name_of = [&](std::size_t row) { return std::string{data.name(row)}; };
    if (!reads.reads_signals()) return each(data, name_of);
    auto signals = shared::read_signals(o.rows.signals, reads.signals);
    shared::require_as_many(o.rows.signals, signals.rows(), data.size(), o.rows.sequences);
    each(ex::with_signals{data, std::move(signals)}, name_of);
}

} // namespace explain_program
