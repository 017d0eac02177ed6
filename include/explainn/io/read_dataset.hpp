// A dataset from a file of sequences and a table of labels, matched by name.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/io/dataset.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/labels.hpp>

namespace explainn {

/// Rows in the order of the sequences. Throws input_error as fasta_file and read_labels do, and for a
/// sequence that the labels lack, a name given twice, a sequence longer or shorter than the first, and where
/// no row stays. Rows of labels without a sequence are counted and ignored.
///
///     dataset const data = read_dataset("peaks.fa.gz", "labels.tsv.gz", {.resolved = resolved_rows::all});
inline dataset read_dataset(std::filesystem::path const& sequence_file,
                            std::filesystem::path const& label_file, dataset_options const& options = {})
{
    label_table table = read_labels(label_file, options.targets);
    fasta_file file{sequence_file};
    packed_sequences sequences;
    std::vector<std::uint32_t> rows;
    std::vector<std::size_t> line_of(table.rows()); // 0: no sequence yet
    left_out_rows out;
    detail::one_length one_length;
    std::size_t matched = 0;
    while (file.next(sequences)) {
        std::size_t const last = sequences.size() - 1;
        std::string_view const name = sequences.name(last);
        auto const row = table.find(name);
        if (row == name_index::none)
            throw input_error{sequence_file, file.header_line(),
                              "a name that " + label_file.string() + " has too", in_quotes(name)};
        if (line_of[row] != 0)
            detail::refuse_second_name(sequence_file, file.header_line(), name, line_of[row]);
        line_of[row] = file.header_line();
        ++matched;
        one_length.check(sequence_file, file.header_line(), name, sequences.length(last));
        bool const resolved = detail::stays(table.labels.resolved(row), table.tasks.size(), options.resolved);
        bool const skipped = resolved && options.n == n_bases::skip && sequences.has_n(last);
        out.unresolved += resolved ? 0 : 1;
        out.with_n += skipped ? 1 : 0;
        if (resolved && !skipped) rows.push_back(row);
        else sequences.drop_last();
    }
    out.without_sequence = table.rows() - matched;
    if (sequences.empty()) detail::refuse_no_rows(sequence_file, out);
    sequences.shrink_to_fit();
    rows.shrink_to_fit();
    return {std::move(sequences), std::move(table.tasks), std::move(table.labels), std::move(rows), out};
}

} // namespace explainn
