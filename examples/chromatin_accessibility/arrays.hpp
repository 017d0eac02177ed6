// Data as AI-TAC has them: one-hot sequences and signals as arrays of NumPy.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/name_list.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/one_hot.hpp>
#include <explainn/io/split.hpp>
#include <explainn/io/text_file.hpp>

#include "common/task_data.hpp"

namespace task_training {

struct array_options {
    std::string sequences, signals, columns, bases = "ACGT";

    bool given() const { return !sequences.empty() || !signals.empty(); }
    std::vector<shared::given_path> files() const
    {
        return {{"--one-hot", sequences}, {"--signals", signals}, {"--columns", columns}};
    }

    /// One-hot sequences (N, 4, L) and signals (N, columns). Throws input_error and shape_error for arrays
    /// that are not these or do not fit each other.
    ex::dataset read() const
    {
        if (sequences.empty() || signals.empty()) throw ex::error{"expected --one-hot with --signals"};
        ex::packed_sequences regions;
        try {
            regions = ex::sequences_of_one_hot(ex::read_npy(sequences), ex::row_order{bases});
        } catch (ex::shape_error const& e) {
            throw ex::input_error{sequences, 0, e.what()};
        }
        auto const table = ex::read_npy(signals);
        if (table.shape.size() != 2 || table.shape[0] != static_cast<std::int64_t>(regions.size()))
            throw ex::input_error{signals, 0,
                                  "signals of shape (" + std::to_string(regions.size()) + ", columns)",
                                  ex::detail::shape_text(table.shape)};
        auto const columns_found = static_cast<std::size_t>(table.shape[1]);
        auto names = columns.empty() ? std::vector<std::string>{} : read_columns(columns_found);
        for (std::size_t i = names.size(); i < columns_found; ++i)
            names.push_back("column" + std::to_string(i));
        auto const values = table.values<float>();
        ex::label_matrix labels{columns_found};
        for (std::size_t row = 0; row < regions.size(); ++row)
            labels.append(std::span{values}.subspan(row * columns_found, columns_found));
        return {std::move(regions), std::move(names), std::move(labels)};
    }

private:
    std::vector<std::string> read_columns(std::size_t count) const
    {
        std::vector<std::string> names;
        ex::text_file file{columns, "a name in each line"};
        for (std::string_view line; file.next(line);)
            if (!line.empty()) names.emplace_back(line);
        if (names.size() != count)
            throw ex::input_error{columns, 0, std::to_string(count) + " names of columns",
                                  std::to_string(names.size())};
        return names;
    }
};

inline void add_arrays(CLI::App& c, array_options& o)
{
    c.add_option("--one-hot", o.sequences,
                 "instead: sequences as an array (N, 4, L) of NumPy (with --signals)");
    c.add_option("--signals", o.signals, "signals as an array (N, columns) of NumPy");
    c.add_option("--columns", o.columns, "names of the columns of --signals, one in each line");
    c.add_option("--bases", o.bases, "which bases the four rows of --one-hot stand for; AI-TAC's are ATGC");
}

} // namespace task_training
