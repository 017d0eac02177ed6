// Sequences together with signals, for training a network that reads DNA and signals.
#pragma once
#include <algorithm>
#include <string>
#include <utility>

#include <explainn/io/signals.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// A data set of sequences and the signals of the same rows. It refers to the data set, which must outlive
/// it. Signals are the same for both strands of a sequence.
///
///     signal_matrix const scores = signals_of(read_npy("scores.npy"));
///     with_signals const both{train.data, scores};
///     t.fit(part{both, train.rows}, part{both, valid.rows});
template <labelled_sequences Data>
class with_signals {
public:
    /// Throws shape_error unless every row of the data has signals.
    with_signals(Data const& data, signal_matrix signals) : data_{data}, signals_{std::move(signals)}
    {
        if (signals_.rows() != data.size())
            throw shape_error{"expected signals for each of " + std::to_string(data.size()) +
                              " rows, found signals for " + std::to_string(signals_.rows())};
    }
    /// How many rows.
    std::size_t size() const { return data_.size(); }
    /// Number of bases of every sequence.
    std::size_t length() const { return data_.length(); }
    /// Writes the length() letters of a row.
    void letters_of(std::size_t row, std::span<letter> out) const { data_.letters_of(row, out); }
    /// Whether some base of a row is N.
    bool has_n(std::size_t row) const { return data_.has_n(row); }
    /// Channels and positions of every row.
    shape signal_shape() const { return signals_.row_shape(); }
    /// Writes the numbers of a row, channel by channel.
    void signals_of(std::size_t row, std::span<float> out) const
    {
        auto const from = signals_.row(row);
        std::copy(from.begin(), from.end(), out.begin());
    }
    /// Number of labels of every row.
    std::size_t outputs() const { return data_.outputs(); }
    /// Writes the labels of a row, NaN where one is missing.
    void labels_of(std::size_t row, std::span<float> out) const { data_.labels_of(row, out); }

private:
    Data const& data_;
    signal_matrix signals_;
};

} // namespace explainn::EXPLAINN_ABI
