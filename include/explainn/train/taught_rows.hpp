// Labels mixed with what other models, the teachers, predict: one model that learns from several.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/tasks.hpp>

namespace explainn::EXPLAINN_ABI {

/// A task whose predictions may stand for labels: yes or no, classes, numbers, counts. A profile is predicted
/// up to its scale and offset, and has no mixture with labels.
template <class T>
concept teachable_task = task_kind<T> && !std::same_as<T, profile>;

namespace detail {
/// Sequences of a data set without their labels, for a model with other outputs.
template <labelled_sequences Data>
struct without_labels {
    Data const& data;
    std::size_t size() const { return data.size(); }
    std::size_t length() const { return data.length(); }
    std::size_t outputs() const { return 0; }
    void letters_of(std::size_t row, std::span<letter> to) const { data.letters_of(row, to); }
    bool has_n(std::size_t row) const { return data.has_n(row); }
    void labels_of(std::size_t, std::span<float>) const {}
};
} // namespace detail

/// A data set in which the labels of some rows are own y + (1 - own) p: y is the label, p the mean of what
/// the teachers predict for it after the task's link (Hinton et al. 2015, at a temperature of 1). A missing
/// label is p. For a loss whose gradient is linear in the label, as those of yes or no, classes, counts and
/// the squared error are, this is the mixture of the loss of the labels and that of the teachers. Other rows,
/// and all rows before a teacher was added, have the labels of the data, which must outlive this object.
///
///     taught_rows taught{data, split.train};
///     taught.add(m, multilabel{}); // m is trained; t trains another model
///     t.fit(part{taught, split.train}, part{data, split.valid});
template <labelled_sequences Data>
class taught_rows {
public:
    /// Throws error for a share `own` that is not between 0 and 1, and for rows that are not in the data.
    explicit taught_rows(Data const& data, std::span<std::uint32_t const> rows, double own = 0.5)
        : data_{data}, rows_{rows.begin(), rows.end()}, place_(data.size(), nowhere), own_{own}
    {
        if (!(own >= 0 && own <= 1))
            throw error{"expected a share of the labels between 0 and 1, found " + number_text(own)};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i] >= data.size())
                throw error{"expected rows to teach among the " + std::to_string(data.size()) +
                            " of the data, found row " + std::to_string(rows[i])};
            place_[rows[i]] = static_cast<std::uint32_t>(i);
        }
    }
    /// Adds a teacher: runs it over the rows, on the strands that it was trained on. `columns` are its
    /// outputs that stand for the labels of the data, in their order; none: all of them. Throws error where
    /// it has other outputs, or reads sequences of another length.
    template <backend B, teachable_task Task>
    void add(basic_model<B>& teacher, Task const& task, std::vector<std::size_t> columns = {})
    {
        auto const given = static_cast<std::size_t>(teacher.outputs());
        if (columns.empty() && given == outputs())
            for (std::size_t o = 0; o < given; ++o) columns.push_back(o);
        if (columns.size() != outputs() ||
            std::ranges::any_of(columns, [given](std::size_t c) { return c >= given; }))
            throw error{"expected a teacher with the " + std::to_string(outputs()) +
                        " outputs of the data, found one with " + std::to_string(given)};
        if (sums_.empty()) sums_.resize(rows_.size() * outputs());
        detail::without_labels<Data> const sequences{data_};
        std::vector<double> row(given);
        evaluator<B>{teacher, {}}(part{sequences, rows_}, [&](std::size_t first, auto y, host_batch const&) {
            for (std::size_t n = 0; n * given < y.count(); ++n) {
                for (std::size_t o = 0; o < given; ++o) row[o] = static_cast<double>(y.data[n * given + o]);
                task.link(row);
                for (std::size_t o = 0; o < outputs(); ++o)
                    sums_[(first + n) * outputs() + o] += row[columns[o]];
            }
        });
        ++teachers_;
    }
    /// How many teachers were added.
    int teachers() const { return teachers_; }

    std::size_t size() const { return data_.size(); }
    std::size_t length() const { return data_.length(); }
    std::size_t outputs() const { return data_.outputs(); }
    void letters_of(std::size_t row, std::span<letter> to) const { data_.letters_of(row, to); }
    bool has_n(std::size_t row) const { return data_.has_n(row); }
    packed_sequences const& sequences() const
        requires detail::holds_letters_alone<Data>
    {
        return data_.sequences();
    }
    void labels_of(std::size_t row, std::span<float> to) const
    {
        data_.labels_of(row, to);
        if (teachers_ == 0 || place_[row] == nowhere) return;
        double const* const sums = sums_.data() + place_[row] * outputs();
        for (std::size_t o = 0; o < to.size(); ++o) {
            double const p = sums[o] / teachers_;
            to[o] = static_cast<float>(
                std::isnan(to[o]) ? p : own_ * static_cast<double>(to[o]) + (1 - own_) * p);
        }
    }

private:
    static constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

    Data const& data_;
    std::vector<std::uint32_t> rows_;
    std::vector<std::uint32_t> place_; // of a row of the data among the rows to teach
    std::vector<double> sums_;         // of the teachers' predictions, (rows to teach, outputs)
    double own_;
    int teachers_ = 0;
};
template <class Data>
taught_rows(Data const&, std::vector<std::uint32_t> const&) -> taught_rows<Data>;
template <class Data>
taught_rows(Data const&, std::vector<std::uint32_t> const&, double) -> taught_rows<Data>;

} // namespace explainn::EXPLAINN_ABI
