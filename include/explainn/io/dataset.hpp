// Sequences of one length with their labels, ready for training.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/io/label_matrix.hpp>

namespace explainn::EXPLAINN_ABI {

/// Which rows are kept: those with at least one resolved label, those with all labels resolved, or all
/// (labels do not matter).
enum class resolved_rows { any, all, ignored };
/// What happens to sequences that hold N: their N bases are zeros, or they are left out.
enum class n_bases { zero, skip };

/// How data are read: which tasks in which order (none given = all), and which rows.
struct dataset_options {
    std::vector<std::string> targets{};
    resolved_rows resolved = resolved_rows::any;
    n_bases n = n_bases::zero;
};

/// What reading left out or assumed, for programs to report to the user.
struct left_out_rows {
    std::size_t without_sequence{};      ///< rows of labels whose name belongs to no sequence
    std::size_t unresolved{};            ///< rows that dataset_options::resolved leaves out
    std::size_t with_n{};                ///< rows that n_bases::skip leaves out
    std::vector<std::string> warnings{}; ///< what was assumed of a file and could be wrong, a sentence each
};

/// Sequences of one length with their labels, one row each.
///
///     dataset const data = read_dataset("peaks.fa.gz", "labels.tsv.gz", {.targets = {"MAX"}});
///     std::vector<float> labels(data.tasks().size());
///     data.labels_of(0, labels);
class dataset {
public:
    /// Sequence i has the labels of row rows[i] of `labels`; if `rows` is empty, those of row i.
    dataset(packed_sequences sequences, std::vector<std::string> tasks, label_matrix labels,
            std::vector<std::uint32_t> rows = {}, left_out_rows left_out = {})
        : sequences_{std::move(sequences)}, tasks_{std::move(tasks)}, labels_{std::move(labels)},
          rows_{std::move(rows)}, left_out_{std::move(left_out)}, length_{sequences_.common_length()}
    {
        std::size_t const labelled = rows_.empty() ? labels_.rows() : rows_.size();
        if (labelled != sequences_.size() || tasks_.size() != labels_.tasks())
            throw shape_error{"expected labels of " + std::to_string(sequences_.size()) + " sequences and " +
                              std::to_string(tasks_.size()) + " tasks, found " + std::to_string(labelled) +
                              " and " + std::to_string(labels_.tasks())};
        if (length_ == 0)
            throw shape_error{"expected sequences of one length, found different lengths or none"};
        for (std::uint32_t const row : rows_)
            if (row >= labels_.rows())
                throw shape_error{"row " + std::to_string(row) +
                                  " of the labels is asked for (they count from 0), there are " +
                                  std::to_string(labels_.rows())};
    }

    /// How many rows.
    std::size_t size() const { return sequences_.size(); }
    /// Number of bases of every sequence.
    std::size_t length() const { return length_; }
    /// The sequences, one a row.
    packed_sequences const& sequences() const { return sequences_; }
    /// Writes the length() letters of a row.
    void letters_of(std::size_t row, std::span<letter> out) const { sequences_.unpack(row, out); }
    bool has_n(std::size_t row) const { return sequences_.has_n(row); }
    /// Number of labels of every row.
    std::size_t outputs() const { return tasks_.size(); }
    /// The name of a row.
    std::string_view name(std::size_t row) const { return sequences_.name(row); }
    /// Names of the tasks, in the order of the labels.
    std::vector<std::string> const& tasks() const { return tasks_; }
    /// Whether every label is 0, 1 or missing.
    bool binary() const { return labels_.binary(); }
    /// The label of a row and task; NaN where it is missing.
    float label(std::size_t row, std::size_t task) const { return labels_.at(label_row(row), task); }
    /// Writes the tasks().size() labels of a row, NaN where one is missing.
    void labels_of(std::size_t row, std::span<float> out) const { labels_.labels_of(label_row(row), out); }
    /// What reading left out.
    left_out_rows const& left_out() const { return left_out_; }

    /// A number that almost certainly differs if names, bases, tasks or labels differ; it answers whether two
    /// datasets are the same.
    std::uint64_t fingerprint() const
    {
        std::uint64_t sum = size() * 0x9E3779B97F4A7C15u + length_;
        auto const mix = [&sum](void const* bytes, std::size_t count) {
            auto const* from = static_cast<unsigned char const*>(bytes);
            sum = (sum ^ count) * 0xFF51AFD7ED558CCDu;
            for (; count > 0; from += 8, count -= count < 8 ? count : 8) {
                std::uint64_t word = 0;
                std::memcpy(&word, from, count < 8 ? count : 8);
                sum = (sum ^ word) * 0xFF51AFD7ED558CCDu;
                sum ^= sum >> 32;
            }
        };
        for (std::string const& task : tasks_) mix(task.data(), task.size());
        std::vector<letter> codes(length_);
        std::vector<float> labels(tasks_.size());
        for (std::size_t i = 0; i < size(); ++i) {
            mix(name(i).data(), name(i).size());
            sequences_.unpack(i, codes);
            mix(codes.data(), codes.size());
            labels_of(i, labels);
            mix(labels.data(), labels.size() * sizeof(float));
        }
        return sum;
    }

private:
    std::size_t label_row(std::size_t row) const { return rows_.empty() ? row : rows_[row]; }

    packed_sequences sequences_;
    std::vector<std::string> tasks_;
    label_matrix labels_;
    std::vector<std::uint32_t> rows_;
    left_out_rows left_out_;
    std::size_t length_;
};

namespace detail {
/// Throws input_error for the first sequence whose length is not that of the first one.
class one_length {
public:
    void check(std::filesystem::path const& file, std::size_t line, std::string_view name, std::size_t length)
    {
        if (length_ == 0) length_ = length;
        if (length != length_)
            throw input_error{file, line,
                              "sequences of one length, " + std::to_string(length_) + " bases as the first",
                              std::to_string(length) + " in " + in_quotes(name)};
    }

private:
    std::size_t length_{};
};
/// Whether a row with `resolved` of its labels resolved is kept under the option.
inline bool stays(std::size_t resolved, std::size_t tasks, resolved_rows which)
{
    if (which == resolved_rows::ignored) return true;
    return which == resolved_rows::all ? resolved == tasks : resolved > 0;
}
/// Throws the error for data of which no row is kept.
[[noreturn]] inline void refuse_no_rows(std::filesystem::path const& file, left_out_rows const& out)
{
    throw input_error{file, 0, "some rows to stay",
                      "none (" + std::to_string(out.unresolved) + " unresolved, " +
                          std::to_string(out.with_n) + " with N)"};
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
