// Labelled sequences for a model: its tasks, its length.
#pragma once
#include <string>
#include <vector>

#include <explainn/io/read_dataset.hpp>

#include "common/all_rows.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct labelled_options : model_options {
    std::string sequences, labels;
};

inline void add_labelled(CLI::App& c, labelled_options& o)
{
    c.add_option("--sequences", o.sequences, "FASTA or FASTQ, may be compressed")->required();
    c.add_option("--labels", o.labels, "table with a column for every task of the model")->required();
}

/// Throws input_error for files that are no such data or of another length than the model's.
inline ex::dataset read_labelled(opened const& m, labelled_options const& o)
{
    ex::require_length(o.sequences, m.length());
    auto data = ex::read_dataset(o.sequences, o.labels, {.targets = m.tasks()});
    print_warnings(data.left_out().warnings);
    return data;
}

} // namespace explain_program
