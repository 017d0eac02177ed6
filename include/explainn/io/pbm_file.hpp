// Protein-binding microarrays as text: probe, signal, background.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/genomics/quantile_transform.hpp>
#include <explainn/io/dataset.hpp>
#include <explainn/io/labels.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a microarray is read.
struct pbm_options {
    std::string task = "signal";     ///< name of the one output
    std::string prefix = "probe";    ///< row names begin with it; the line's number follows
    bool quantile_transform = false; ///< signals become ranks from 0 to 1
};

/// Reads lines `probe <tab> signal` with an optional third column, the background, which is not used. Probes
/// must have one length; the file may be plain or gzip, and commas and quotes are handled as in read_table. A
/// row whose signal is missing (empty, NA or nan) is left out. Rows are named probe1, probe2, ... by their
/// line. Throws input_error for other columns, letters that are not bases, signals that are not numbers, and
/// a file without rows.
///
///     dataset const data = read_pbm("Cebpb_ME.txt.gz", {.quantile_transform = true});
inline dataset read_pbm(std::filesystem::path const& path, pbm_options const& options = {})
{
    text_file file{path, "a microarray's table"};
    table_columns columns;
    packed_sequences sequences;
    std::vector<float> signals;
    left_out_rows out;
    detail::one_length one_length;
    for (std::string_view line; file.next(line);) {
        if (line.empty() || line.front() == '#') continue;
        columns.look_at(line, file);
        auto const& fields = columns.split(line, file);
        if (fields.size() != 2 && fields.size() != 3)
            file.refuse("2 or 3 columns (probe, signal, background) between tabs",
                        std::to_string(fields.size()));
        std::string_view const probe = fields[0], signal = fields[1];
        if (probe.empty()) file.refuse("a probe in column 1", "none");
        std::string const name = options.prefix + std::to_string(file.line());
        sequences.begin(name);
        if (std::size_t const good = sequences.extend(probe); good < probe.size())
            file.refuse("IUPAC nucleotides", in_quotes(probe[good]));
        one_length.check(path, file.line(), name, probe.size());
        auto const number = detail::label_of(signal, file);
        if (std::isnan(number)) {
            ++out.unresolved;
            sequences.drop_last();
        } else {
            signals.push_back(number);
        }
    }
    if (sequences.empty()) {
        if (out.unresolved > 0) detail::refuse_no_rows(path, out);
        throw input_error{path, 0, "rows of probe and signal", "none"};
    }
    if (options.quantile_transform) signals = quantile_transform(signals);
    label_matrix labels{1};
    for (float const signal : signals) labels.append(std::span{&signal, 1});
    sequences.shrink_to_fit();
    labels.shrink_to_fit();
    return {std::move(sequences), {options.task}, std::move(labels), {}, out};
}

} // namespace explainn::EXPLAINN_ABI
