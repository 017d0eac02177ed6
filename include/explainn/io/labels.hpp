// Tables of labels: a header with task names, then one row per sequence.
#pragma once
#include <algorithm>
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
#include <explainn/io/text_file.hpp>

namespace explainn {

namespace detail {
/// One label; NaN for an empty one. Throws input_error at the file's current line.
inline float label_of(std::string_view field, text_file const& file)
{
    if (field.empty()) return std::numeric_limits<float>::quiet_NaN();
    if (field.size() == 1 && (field[0] == '0' || field[0] == '1')) return field[0] == '1' ? 1.f : 0.f;
    auto const number = number_of(field);
    if (!number) file.refuse("a number or an empty label", in_quotes(field));
    if (std::abs(*number) > static_cast<double>(std::numeric_limits<float>::max()))
        file.refuse("a finite label", in_quotes(field));
    return static_cast<float>(*number);
}
/// The labels of a row, tab between them; throws input_error unless there are labels.size(). `before` columns
/// stand before them.
inline void parse_labels(std::string_view rest, std::size_t before, std::span<float> labels,
                         text_file const& file)
{
    std::size_t task = 0;
    for (char const *at = rest.data(), *const end = at + rest.size();; ++task) {
        char const* const tab = std::find(at, end, '\t');
        if (task < labels.size()) labels[task] = label_of({at, static_cast<std::size_t>(tab - at)}, file);
        if (tab == end) break;
        at = tab + 1;
    }
    if (task + 1 != labels.size())
        file.refuse(std::to_string(before + labels.size()) + " columns", std::to_string(before + task + 1));
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
};

/// Reads a table of labels, tab between columns: a header (the name of the first column, then the tasks),
/// then a row per sequence (its name up to the first blank, then 1, 0, another number, or nothing =
/// unresolved, as nan is). `targets` chooses tasks and their order; none means all. Lines without any
/// character are passed over. Throws input_error for too few or many columns, a label that is neither number
/// nor empty or is infinite, names or tasks that are empty or given twice, an unknown target, and a table
/// without rows.
///
///     label_table const t = read_labels("labels.tsv.gz", {"MAX", "JUND"});
///     t.at(t.find("chr13:18177595-18177795"), 1);
inline label_table read_labels(std::filesystem::path const& path, std::vector<std::string> targets = {})
{
    text_file file{path};
    std::string_view line;
    do {
        if (!file.next(line)) throw input_error{path, 0, "a header and rows of labels", "an empty file"};
    } while (line.empty());
    std::vector<std::string> tasks;
    for (std::size_t tab = line.find('\t'); tab != std::string_view::npos;) {
        std::size_t const next = line.find('\t', tab + 1);
        tasks.emplace_back(line.substr(tab + 1, next == std::string_view::npos ? next : next - tab - 1));
        tab = next;
    }
    if (tasks.empty())
        file.refuse("a header of tab-separated columns (sequence, then tasks)", in_quotes(line));
    name_index task_index;
    auto const task_name = [&](std::size_t i) -> std::string_view { return tasks[i]; };
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        std::string const column = "column " + std::to_string(i + 2);
        if (tasks[i].empty()) file.refuse("a task name in " + column, "none");
        auto const first = task_index.add(tasks[i], i, task_name);
        if (first != name_index::none)
            file.refuse("every task once", in_quotes(tasks[i]) + " in columns " + std::to_string(first + 2) +
                                               " and " + std::to_string(i + 2));
    }
    if (targets.empty()) targets = tasks;
    std::vector<std::size_t> columns;
    for (std::string const& target : targets) {
        auto const column = task_index.find(target, task_name);
        if (column == name_index::none)
            file.refuse("targets among " + detail::listed(tasks), in_quotes(target));
        if (std::find(columns.begin(), columns.end(), column) != columns.end())
            throw error{"expected every target once, found " + in_quotes(target) + " twice"};
        columns.push_back(column);
    }

    label_table table;
    table.labels = label_matrix{targets.size()};
    table.tasks = std::move(targets);
    bool const all = table.tasks == tasks;
    std::vector<float> row(tasks.size()), chosen(columns.size());
    std::vector<std::size_t> lines;
    while (file.next(line)) {
        if (line.empty()) continue;
        std::size_t const tab = line.find('\t');
        if (tab == std::string_view::npos) file.refuse(std::to_string(tasks.size() + 1) + " columns", "1");
        std::string_view const name = line.substr(0, std::min(tab, line.find(' ')));
        if (name.empty()) file.refuse("the name of a sequence in column 1", "none");
        detail::parse_labels(line.substr(tab + 1), 1, row, file);
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

} // namespace explainn
