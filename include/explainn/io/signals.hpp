// Signals: real numbers of each row, such as the scores of other models, with their labels.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/shape.hpp>
#include <explainn/io/label_matrix.hpp>
#include <explainn/io/npy.hpp>

namespace explainn::EXPLAINN_ABI {

/// How the channels of signals are scaled: each number less the mean, divided by the deviation.
///
///     signal_scale const none{{0, 0}, {1, 1}};
struct signal_scale {
    std::vector<double> mean, deviation; ///< by channel
};

/// Rows of channels times positions numbers each, (N, C, L), all finite.
///
///     signal_matrix const scores{{350, 1}, std::vector<float>(3 * 350)}; // three rows of 350 numbers
///     float const fourth = scores.row(0)[3];
class signal_matrix {
public:
    /// A matrix without rows.
    signal_matrix() = default;
    /// Throws shape_error unless the numbers form whole rows of this shape, and error for a number that is
    /// not finite.
    signal_matrix(shape of_row, std::vector<float> numbers) : shape_{of_row}, numbers_{std::move(numbers)}
    {
        if (of_row.channels < 1 || of_row.positions < 1)
            throw shape_error{"expected signals of at least one channel of one position, found " +
                              std::to_string(of_row.channels) + " of " + std::to_string(of_row.positions)};
        if (numbers_.size() % width() != 0)
            throw shape_error{"expected rows of " + std::to_string(width()) + " signals, found " +
                              std::to_string(numbers_.size()) + " numbers in all"};
        for (std::size_t i = 0; i < numbers_.size(); ++i)
            if (!std::isfinite(numbers_[i]))
                throw error{"expected finite signals, found " +
                            number_text(static_cast<double>(numbers_[i])) + " at number " +
                            std::to_string(i % width() + 1) + " of row " + std::to_string(i / width() + 1)};
    }

    /// How many rows.
    std::size_t rows() const { return shape_.channels == 0 ? 0 : numbers_.size() / width(); }
    /// Channels and positions of every row.
    shape row_shape() const { return shape_; }
    /// The numbers of a row, channel by channel.
    std::span<float const> row(std::size_t i) const
    {
        return std::span{numbers_}.subspan(i * width(), width());
    }
    /// All numbers, row by row.
    std::span<float const> numbers() const { return numbers_; }

    /// What `standardised` takes away from each channel and divides it by: the mean and the standard
    /// deviation over the given rows; 1 for a channel that does not vary there. Throws error where no rows
    /// are given, and for a row that does not exist.
    ///
    ///     signal_matrix const scores{{350, 1}, std::vector<float>(3 * 350)};
    ///     std::vector<std::uint32_t> const trained_on{0, 1};
    ///     signal_scale const scale = scores.scale_over(trained_on);
    signal_scale scale_over(std::span<std::uint32_t const> rows_of_it) const
    {
        if (rows_of_it.empty()) throw error{"expected rows to standardise signals by, found none"};
        auto const channels = static_cast<std::size_t>(shape_.channels);
        signal_scale s{std::vector<double>(channels), std::vector<double>(channels)};
        double const count = static_cast<double>(rows_of_it.size() * positions());
        auto const each = [&](auto f) {
            for (std::uint32_t const i : rows_of_it) {
                if (i >= rows())
                    throw error{"row " + std::to_string(i) +
                                " of the signals is asked for (they count from "
                                "0), there are " +
                                std::to_string(rows())};
                for (std::size_t k = 0; k < width(); ++k) f(k / positions(), static_cast<double>(row(i)[k]));
            }
        };
        each([&](std::size_t c, double x) { s.mean[c] += x / count; });
        each([&](std::size_t c, double x) { s.deviation[c] += (x - s.mean[c]) * (x - s.mean[c]) / count; });
        for (double& d : s.deviation) d = d > 0 ? std::sqrt(d) : 1;
        return s;
    }
    /// The same signals with each channel scaled to mean 0 and standard deviation 1 over the given rows (the
    /// training rows); the mean and deviation of these rows are used for all rows. A channel that does not
    /// vary there is only centred. Throws error as scale_over does.
    ///
    ///     signal_matrix const scores{{350, 1}, std::vector<float>(3 * 350)};
    ///     std::vector<std::uint32_t> const trained_on{0, 1};
    ///     signal_matrix const standard = scores.standardised(trained_on);
    signal_matrix standardised(std::span<std::uint32_t const> over) const
    {
        signal_scale const s = scale_over(over);
        signal_matrix out = *this;
        for (std::size_t i = 0; i < numbers_.size(); ++i) {
            std::size_t const c = i % width() / positions();
            out.numbers_[i] =
                static_cast<float>((static_cast<double>(numbers_[i]) - s.mean[c]) / s.deviation[c]);
        }
        return out;
    }

private:
    std::size_t positions() const { return static_cast<std::size_t>(shape_.positions); }
    std::size_t width() const { return static_cast<std::size_t>(shape_.channels) * positions(); }

    shape shape_{};
    std::vector<float> numbers_;
};

/// Signals from an array (N, C) or (N, C, L) of numbers. Throws shape_error for an array of another rank, and
/// errors as signal_matrix does.
///
///     signal_matrix const scores = signals_of(read_npy("scores.npy"));
inline signal_matrix signals_of(tensor_entry const& array)
{
    auto const& s = array.shape;
    bool fits = s.size() == 2 || s.size() == 3;
    for (auto const n : s) fits = fits && n >= 0 && n <= std::numeric_limits<extent>::max();
    if (!fits)
        throw shape_error{"expected signals as an array (N, C) or (N, C, L), found one of rank " +
                          std::to_string(s.size())};
    return {{static_cast<extent>(s[1]), s.size() == 3 ? static_cast<extent>(s[2]) : 1},
            array.values<float>()};
}

/// Signals with their labels, ready for training a network that reads signals alone.
///
///     label_matrix answers{1};
///     answers.append(std::vector<float>{1});
///     signal_dataset const data{{{350, 1}, std::vector<float>(350)}, {"bound"}, answers};
class signal_dataset {
public:
    /// Throws shape_error unless there are as many rows of labels as of signals, and one name for every task.
    signal_dataset(signal_matrix signals, std::vector<std::string> tasks, label_matrix labels)
        : signals_{std::move(signals)}, tasks_{std::move(tasks)}, labels_{std::move(labels)}
    {
        if (labels_.rows() != signals_.rows() || tasks_.size() != labels_.tasks())
            throw shape_error{"expected labels of " + std::to_string(signals_.rows()) + " rows and " +
                              std::to_string(tasks_.size()) + " tasks, found " +
                              std::to_string(labels_.rows()) + " and " + std::to_string(labels_.tasks())};
    }
    /// How many rows.
    std::size_t size() const { return signals_.rows(); }
    /// Channels and positions of every row.
    shape signal_shape() const { return signals_.row_shape(); }
    /// Writes the numbers of a row, channel by channel.
    void signals_of(std::size_t row, std::span<float> out) const
    {
        auto const from = signals_.row(row);
        std::copy(from.begin(), from.end(), out.begin());
    }
    /// Number of labels of every row.
    std::size_t outputs() const { return tasks_.size(); }
    /// Names of the tasks, in the order of the labels.
    std::vector<std::string> const& tasks() const { return tasks_; }
    /// Writes the labels of a row, NaN where one is missing.
    void labels_of(std::size_t row, std::span<float> out) const { labels_.labels_of(row, out); }

private:
    signal_matrix signals_;
    std::vector<std::string> tasks_;
    label_matrix labels_;
};

} // namespace explainn::EXPLAINN_ABI
