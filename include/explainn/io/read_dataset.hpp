// A dataset from a file of sequences and a table of labels, matched by name.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/io/dataset.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/labels.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads sequences one by one and finds the labels of each by its name. Throws input_error as fasta_file and
/// read_labels do, and for a sequence that the labels lack, a name given twice, and a sequence longer or
/// shorter than the first.
///
///     labelled_reader file{"peaks.fa.gz", "labels.tsv.gz"};
///     packed_sequences some;
///     while (auto const row = file.next(some)) use(some, file.table().at(*row, 0));
class labelled_reader {
public:
    labelled_reader(std::filesystem::path const& sequence_file, std::filesystem::path const& label_file,
                    dataset_options options = {})
        : label_file_{label_file}, options_{std::move(options)},
          table_{read_labels(label_file, options_.targets)}, file_{sequence_file}, line_of_(table_.rows())
    {
        out_.without_sequence = table_.rows();
        out_.warnings = table_.warnings;
    }

    /// Appends the next sequence that is kept; returns its row in table(), or nothing at the end.
    std::optional<std::uint32_t> next(packed_sequences& to)
    {
        while (file_.next(to)) {
            std::size_t const last = to.size() - 1;
            std::string_view const name = to.name(last);
            auto const row = table_.find(name);
            if (row == name_index::none)
                throw input_error{file_.path(), file_.header_line(),
                                  "a name that " + label_file_.string() + " has too", in_quotes(name)};
            if (line_of_[row] != 0)
                detail::refuse_second_name(file_.path(), file_.header_line(), name, line_of_[row]);
            line_of_[row] = static_cast<std::uint32_t>(file_.header_line());
            --out_.without_sequence;
            one_length_.check(file_.path(), file_.header_line(), name, to.length(last));
            bool const resolved =
                detail::stays(table_.labels.resolved(row), table_.tasks.size(), options_.resolved);
            bool const skipped = resolved && options_.n == n_bases::skip && to.has_n(last);
            out_.unresolved += resolved ? 0 : 1;
            out_.with_n += skipped ? 1 : 0;
            if (resolved && !skipped) return row;
            to.drop_last();
        }
        if (!std::exchange(ended_, true)) warn_of_rows_without_sequence();
        return std::nullopt;
    }
    label_table& table() { return table_; }
    label_table const& table() const { return table_; }
    /// What was left out so far. At the end, its warnings name rows of labels that belong to no sequence.
    left_out_rows const& left_out() const { return out_; }
    std::filesystem::path const& sequence_file() const { return file_.path(); }

private:
    void warn_of_rows_without_sequence()
    {
        if (out_.without_sequence == 0) return;
        auto const first =
            static_cast<std::size_t>(std::find(line_of_.begin(), line_of_.end(), 0u) - line_of_.begin());
        out_.warnings.push_back(label_file_.string() + ": " + std::to_string(out_.without_sequence) + " of " +
                                std::to_string(table_.rows()) + " rows are left out, since " +
                                file_.path().string() + " has no sequence of their name; the first is " +
                                in_quotes(table_.name(first)));
    }

    std::filesystem::path label_file_;
    dataset_options options_;
    label_table table_;
    fasta_file file_;
    std::vector<std::uint32_t> line_of_; // 0: no sequence of this name yet
    detail::one_length one_length_;
    left_out_rows out_;
    bool ended_ = false;
};

/// Reads a dataset with rows in the order of the sequences. Throws input_error as labelled_reader does, and
/// where no row is kept. Rows of labels without a sequence are left out; left_out() counts them and its
/// warnings name them.
///
///     dataset const data = read_dataset("peaks.fa.gz", "labels.tsv.gz", {.resolved = resolved_rows::all});
inline dataset read_dataset(std::filesystem::path const& sequence_file,
                            std::filesystem::path const& label_file, dataset_options const& options = {})
{
    labelled_reader file{sequence_file, label_file, options};
    packed_sequences sequences;
    std::vector<std::uint32_t> rows; // stays empty while labels come in the order of the sequences
    bool in_order = true;
    while (auto const row = file.next(sequences)) {
        std::size_t const last = sequences.size() - 1;
        if (in_order && *row != last) {
            in_order = false;
            rows.resize(last);
            std::iota(rows.begin(), rows.end(), 0u);
        }
        if (!in_order) rows.push_back(*row);
    }
    if (sequences.empty()) detail::refuse_no_rows(sequence_file, file.left_out());
    auto& table = file.table();
    if (in_order && sequences.size() < table.rows()) {
        rows.resize(sequences.size());
        std::iota(rows.begin(), rows.end(), 0u);
    }
    return {std::move(sequences), std::move(table.tasks), std::move(table.labels), std::move(rows),
            file.left_out()};
}

} // namespace explainn::EXPLAINN_ABI
