// A dataset from the reference implementation's table: id, sequence, labels; no header.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/io/dataset.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/labels.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads rows `id <tab> sequence <tab> label <tab> ...`, with commas in place of tabs where the first row
/// holds commas and no tab. Quotes around fields are removed; labels are read as by read_labels; lines that
/// begin with # and lines without any character are skipped. The tasks are named class0, class1, ... Throws
/// input_error where read_dataset does.
///
///     dataset const data = read_table("train.tsv.gz", {.targets = {"class1"}});
inline dataset read_table(std::filesystem::path const& path, dataset_options const& options = {})
{
    text_file file{path, "a table of id, sequence and labels"};
    table_columns columns_of;
    packed_sequences sequences;
    name_list names; // of all rows, also of those left out
    name_index index;
    std::vector<std::size_t> lines, columns;
    std::vector<std::string> tasks = options.targets;
    std::vector<float> row, chosen;
    label_matrix labels;
    left_out_rows out;
    detail::one_length one_length;
    for (std::string_view line; file.next(line);) {
        if (line.empty() || line.front() == '#') continue;
        columns_of.look_at(line, file);
        auto const& fields = columns_of.split(line, file);
        std::size_t const found_columns = fields.size();
        if (lines.empty()) {
            bool const bare = options.resolved == resolved_rows::ignored;
            if (found_columns < (bare ? 2 : 3))
                file.refuse(bare ? "at least 2 columns (id, sequence) between tabs"
                                 : "at least 3 columns (id, sequence, labels) between tabs",
                            std::to_string(found_columns));
            std::size_t const count = found_columns - 2;
            std::vector<std::string> all;
            for (std::size_t i = 0; i < count; ++i) all.push_back("class" + std::to_string(i));
            if (tasks.empty()) tasks = all;
            for (std::string const& task : tasks) {
                auto const found =
                    static_cast<std::size_t>(std::find(all.begin(), all.end(), task) - all.begin());
                if (found == all.size())
                    throw input_error{path, 0, "targets among " + detail::listed(all), in_quotes(task)};
                if (std::find(columns.begin(), columns.end(), found) != columns.end())
                    throw error{"expected every target once, found " + in_quotes(task) + " twice"};
                columns.push_back(found);
            }
            row.resize(all.size());
            chosen.resize(tasks.size());
            labels = label_matrix{tasks.size()};
        }
        if (found_columns != row.size() + 2)
            file.refuse(std::to_string(row.size() + 2) + " columns", std::to_string(found_columns));
        std::string_view const name = detail::name_in_table(fields[0]), bases = fields[1];
        if (name.empty()) file.refuse("an id in column 1", "none");
        if (bases.empty()) file.refuse("a sequence in column 2", "none");
        detail::parse_labels(fields, 2, row, file);
        names.append(name);
        auto const earlier = index.add(name, lines.size(), [&](std::size_t i) { return names[i]; });
        if (earlier != name_index::none) detail::refuse_second_name(path, file.line(), name, lines[earlier]);
        lines.push_back(file.line());
        sequences.begin(name);
        if (std::size_t const good = sequences.extend(bases); good < bases.size())
            file.refuse("IUPAC nucleotides", in_quotes(bases[good]));
        one_length.check(path, file.line(), name, bases.size());
        for (std::size_t i = 0; i < columns.size(); ++i) chosen[i] = row[columns[i]];
        auto const resolved_count = static_cast<std::size_t>(
            std::count_if(chosen.begin(), chosen.end(), [](float x) { return !std::isnan(x); }));
        bool const resolved = detail::stays(resolved_count, chosen.size(), options.resolved);
        bool const skipped = resolved && options.n == n_bases::skip && sequences.has_n(sequences.size() - 1);
        out.unresolved += resolved ? 0 : 1;
        out.with_n += skipped ? 1 : 0;
        if (resolved && !skipped) labels.append(chosen);
        else sequences.drop_last();
    }
    if (lines.empty()) throw input_error{path, 0, "rows of id, sequence and labels", "none"};
    if (sequences.empty()) detail::refuse_no_rows(path, out);
    sequences.shrink_to_fit();
    labels.shrink_to_fit();
    return {std::move(sequences), std::move(tasks), std::move(labels), {}, out};
}

} // namespace explainn::EXPLAINN_ABI
