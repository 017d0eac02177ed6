// Tables of labels: a header with task names, then one row per sequence.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/io/label_matrix.hpp>
#include <explainn/io/name_index.hpp>
#include <explainn/io/name_list.hpp>
#include <explainn/io/table_columns.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Whether a field is a word that stands for a missing value: all words that pandas reads in this way, and
/// "na".
inline bool is_missing_word(std::string_view field)
{
    static constexpr std::array<std::string_view, 19> words{
        "NA",   "N/A",  "na",   "n/a", "nan",      "NaN",    "-nan",    "-NaN",    "null",    "NULL",
        "None", "<NA>", "#N/A", "#NA", "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"};
    return std::find(words.begin(), words.end(), field) != words.end();
}
/// One label; NaN for a missing one. Throws input_error at the file's current line.
inline float label_of(std::string_view field, text_file const& file)
{
    if (field.size() == 1 && (field[0] == '0' || field[0] == '1')) return field[0] == '1' ? 1.f : 0.f;
    if (field.empty()) return std::numeric_limits<float>::quiet_NaN();
    auto const number = number_of(field);
    if (!number && is_missing_word(field)) return std::numeric_limits<float>::quiet_NaN();
    if (!number) file.refuse("a number or an empty label", in_quotes(field));
    if (std::abs(*number) > static_cast<double>(std::numeric_limits<float>::max()))
        file.refuse("a finite label", in_quotes(field));
    return static_cast<float>(*number);
}
/// Reads the labels of a row, after `before` other fields; throws input_error unless there are labels.size().
inline void parse_labels(std::span<std::string_view const> fields, std::size_t before,
                         std::span<float> labels, text_file const& file)
{
    if (fields.size() != before + labels.size())
        file.refuse(std::to_string(before + labels.size()) + " columns", std::to_string(fields.size()));
    for (std::size_t task = 0; task < labels.size(); ++task)
        labels[task] = label_of(fields[before + task], file);
}
/// The name of a sequence in a table: the text up to the first blank, as in FASTA.
inline std::string_view name_in_table(std::string_view field) { return field.substr(0, field.find(' ')); }

/// The header of a table of labels.
struct label_header {
    std::vector<std::string> tasks;
    std::size_t line{};         ///< the line it stands in
    std::size_t first_column{}; ///< the column of the first task, from 1
};
/// Whether a header's first field is a usual title of the column of names ("region", "SeqId", "peak_name"),
/// and therefore not a task.
inline bool names_the_names(std::string_view field)
{
    static constexpr std::array<std::string_view, 10> names{
        "sequence", "sequences", "seq", "region", "regions", "peak", "peaks", "probe", "probes", "names"};
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) {
                           return field.size() == name.size() && begins_with_word(field, name);
                       }) ||
           begins_with_word(field.substr(field.size() - std::min<std::size_t>(field.size(), 2)), "id") ||
           begins_with_word(field.substr(field.size() - std::min<std::size_t>(field.size(), 4)), "name");
}
/// Reads the header and looks at the first row, which next() will still return.
inline label_header read_label_header(text_file& file, table_columns& columns,
                                      std::vector<std::string>& warnings)
{
    std::string_view line;
    do {
        if (!file.next(line))
            throw input_error{file.path(), 0, "a header and rows of labels", "an empty file"};
    } while (line.empty());
    columns.look_at(line, file);
    std::string const shown = in_quotes(line);
    label_header out{{}, file.line(), 2};
    for (std::string_view const field : columns.split(line, file)) out.tasks.emplace_back(field);
    if (out.tasks.size() > 1 && out.tasks[0].empty() && names_the_names(out.tasks[1]))
        throw input_error{file.path(), out.line, "the names of sequences in column 1",
                          "a column without a name before " + in_quotes(out.tasks[1]) +
                              ", as pandas writes its index; write the table without it (index=False)"};
    bool const quoted = line.front() == '"';
    bool row = false, corner = true;
    while ((row = file.next(line)) && line.empty()) {}
    if (row) {
        columns.look_at(line, file);
        auto const& fields = columns.split(line, file);
        if (out.tasks.front().starts_with('#') && fields.size() != out.tasks.size())
            throw input_error{file.path(), out.line,
                              "a header of as many columns as the first row, " +
                                  std::to_string(fields.size()) + ", and no comment before it",
                              shown};
        // R's write.table omits the first field of the header where the rows begin with their names; in a CSV
        // without quotes, the additional field of a row may come from a decimal comma
        corner = fields.size() != out.tasks.size() + 1 || fields.back().empty() ||
                 (columns.commas() && !quoted) || out.tasks.front().empty() ||
                 names_the_names(out.tasks.front());
        file.unread(line);
    }
    if (!columns.known() || (corner && out.tasks.size() == 1))
        throw input_error{file.path(), out.line,
                          "a header of columns between tabs or commas (sequence, then tasks)", shown};
    if (corner) out.tasks.erase(out.tasks.begin());
    else {
        out.first_column = 1;
        warnings.push_back(input_error::place(file.path(), out.line) +
                           ": the header has one column less than the rows; its first, " +
                           in_quotes(out.tasks.front()) + ", is taken for a task, as R writes tables");
    }
    return out;
}
inline std::string listed(std::span<std::string const> names)
{
    std::string all;
    for (std::string const& name : names) all += (all.empty() ? "" : ", ") + name;
    return all;
}
} // namespace detail

/// The labels of a table, by row, with the names of rows and tasks.
class label_table {
public:
    /// How many rows.
    std::size_t rows() const { return labels.rows(); }
    /// The label of a row and task, NaN where it is missing.
    float at(std::size_t row, std::size_t task) const { return labels.at(row, task); }
    /// The name of a row.
    std::string_view name(std::size_t row) const { return names[row]; }
    /// The row of that name, or name_index::none.
    std::uint32_t find(std::string_view name) const
    {
        return index.find(name, [this](std::size_t i) { return names[i]; });
    }

    /// Names of the tasks, in the order of the labels.
    std::vector<std::string> tasks;
    /// Rows by tasks.
    label_matrix labels;
    /// Names by row.
    name_list names;
    /// Rows by name.
    name_index index;
    /// What was assumed and could be wrong, for programs to report to the user.
    std::vector<std::string> warnings{};
};

/// Reads a table of labels. Columns stand between tabs or, where the header holds commas and no tab, between
/// commas (CSV); quotes around fields are removed. First comes a header (the title of the first column, then
/// the tasks), then a row for each sequence: its name up to the first blank, then 1, 0 or another number for
/// each task; nothing, NA, N/A, NaN, nan, null and whatever else pandas reads as missing mean unresolved. A
/// header without the first field, as R's write.table writes it, is recognised by the first row, and
/// `warnings` says so. `targets` chooses tasks and their order; none means all. Lines without any character
/// are skipped. Throws input_error for columns between semicolons, too few or too many columns, a label that
/// is infinite or neither a number nor missing, names or tasks that are empty or given twice, an unknown
/// target, and a table without rows.
/// infinite, names or tasks that are empty or given twice, an unknown target, and a table without rows.
///
///     label_table const t = read_labels("labels.tsv.gz", {"MAX", "JUND"});
///     t.at(t.find("chr13:18177595-18177795"), 1);
inline label_table read_labels(std::filesystem::path const& path, std::vector<std::string> targets = {})
{
    text_file file{path, "a table of labels"};
    table_columns columns_of;
    label_table table;
    detail::label_header const head = detail::read_label_header(file, columns_of, table.warnings);
    std::vector<std::string> const& tasks = head.tasks;
    auto const refuse_header = [&](std::string const& expected, std::string const& found) {
        throw input_error{path, head.line, expected, found};
    };
    name_index task_index;
    auto const task_name = [&](std::size_t i) -> std::string_view { return tasks[i]; };
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        std::string const number = std::to_string(i + head.first_column);
        if (tasks[i].empty()) refuse_header("a task name in column " + number, "none");
        auto const first = task_index.add(tasks[i], i, task_name);
        if (first != name_index::none)
            refuse_header("every task once", in_quotes(tasks[i]) + " in columns " +
                                                 std::to_string(first + head.first_column) + " and " +
                                                 number);
    }
    if (targets.empty()) targets = tasks;
    std::vector<std::size_t> columns;
    for (std::string const& target : targets) {
        auto const found = task_index.find(target, task_name);
        if (found == name_index::none)
            refuse_header("targets among " + detail::listed(tasks), in_quotes(target));
        if (std::find(columns.begin(), columns.end(), found) != columns.end())
            throw error{"expected every target once, found " + in_quotes(target) + " twice"};
        columns.push_back(found);
    }

    table.labels = label_matrix{targets.size()};
    table.tasks = std::move(targets);
    bool const all = table.tasks == tasks;
    std::vector<float> row(tasks.size()), chosen(columns.size());
    std::vector<std::size_t> lines;
    for (std::string_view line; file.next(line);) {
        if (line.empty()) continue;
        auto const& fields = columns_of.split(line, file);
        std::string_view const name = detail::name_in_table(fields[0]);
        if (name.empty() && fields.size() > 1) file.refuse("the name of a sequence in column 1", "none");
        detail::parse_labels(fields, 1, row, file);
        table.names.append(name);
        auto const first = table.index.add(name, lines.size(), [&](std::size_t i) { return table.names[i]; });
        if (first != name_index::none)
            throw input_error{path, file.line(),
                              "the name " + in_quotes(name) + " is given twice, first at line " +
                                  std::to_string(lines[first])};
        lines.push_back(file.line());
        for (std::size_t i = 0; i < columns.size(); ++i) chosen[i] = row[columns[i]];
        table.labels.append(all ? row : chosen);
    }
    if (lines.empty()) throw input_error{path, file.line(), "rows of labels after the header", "none"};
    table.labels.shrink_to_fit();
    return table;
}

} // namespace explainn::EXPLAINN_ABI
