// Which sequences form a batch: shuffled anew for each epoch from the seed, on both strands where this is
// asked for.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/backend/view.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/letters.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/genomics/sample.hpp>

namespace explainn::EXPLAINN_ABI {

/// Rows of data with labels.
template <class D>
concept labelled_rows = requires(D const& d, std::size_t row, std::span<float> labels) {
    {
        d.size()
    } -> std::convertible_to<std::size_t>; // how many rows
    {
        d.outputs()
    } -> std::convertible_to<std::size_t>; // number of labels of every row
    d.labels_of(row, labels);              // writes outputs() labels, NaN = missing
};
/// Sequences of one length with labels, by row.
template <class D>
concept labelled_sequences =
    labelled_rows<D> && requires(D const& d, std::size_t row, std::span<letter> letters) {
        {
            d.length()
        } -> std::convertible_to<std::size_t>; // number of bases of every sequence
        d.letters_of(row, letters);            // writes length() letters
        {
            d.has_n(row)
        } -> std::convertible_to<bool>;
    };
/// Signals of one shape with labels, by row.
template <class D>
concept labelled_signals =
    labelled_rows<D> && requires(D const& d, std::size_t row, std::span<float> signals) {
        {
            d.signal_shape()
        } -> std::same_as<shape>;   // channels and positions of every row
        d.signals_of(row, signals); // writes channels times positions numbers, channel by channel
    };
/// Data that a network can be trained on: sequences, signals, or both.
template <class D>
concept labelled_data = labelled_sequences<D> || labelled_signals<D>;

/// Data that provide the outputs of some banks (unit_cache).
template <class D>
concept gives_unit_outputs = labelled_data<D> && requires(D const& d, std::span<sample const> samples,
                                                          std::vector<std::vector<double>>& out) {
    d.unit_outputs_of(samples, out); // by bank, as host_batch::unit_outputs
};

/// Some rows of a data set, such as one part of a split.
template <labelled_data Data>
struct part {
    Data const& data;
    std::span<std::uint32_t const> rows;
};
template <class Data>
part(Data const&, std::vector<std::uint32_t> const&) -> part<Data>;
template <class Data>
part(Data const&, std::span<std::uint32_t const>) -> part<Data>;

/// The samples of one epoch in order: every row once, or once on each strand, each moved by up to `shift`
/// bases. The order is a function of the seed and the epoch alone. Throws error for a shift below 0 or above
/// 32767.
inline std::vector<sample> epoch_order(std::span<std::uint32_t const> rows, bool both_strands, seed s,
                                       std::uint32_t epoch, int shift = 0)
{
    if (shift < 0 || shift > std::numeric_limits<std::int16_t>::max())
        throw error{"expected a shift of 0 to 32767 bases, found " + std::to_string(shift)};
    std::vector<sample> order;
    order.reserve(rows.size() * (both_strands ? 2 : 1));
    for (auto const row : rows) {
        order.push_back({row, false});
        if (both_strands) order.push_back({row, true});
    }
    random_numbers draw{s, stream::batches, epoch};
    draw.shuffle(order);
    if (shift > 0)
        for (auto& each : order)
            each.shift = static_cast<std::int16_t>(
                static_cast<int>(draw.below(2 * static_cast<std::uint32_t>(shift) + 1)) - shift);
    return order;
}

/// The number of batches of `size` in `count` samples. A last batch of a single sample is joined to the one
/// before, because batch norm needs two.
inline std::size_t batch_count(std::size_t count, std::size_t size)
{
    std::size_t const whole = count / size + (count % size != 0 ? 1 : 0);
    return whole > 1 && count % size == 1 ? whole - 1 : whole;
}
/// The samples of batch i of an epoch.
template <class Sample>
std::span<Sample const> batch_of(std::span<Sample const> order, std::size_t size, std::size_t i)
{
    std::size_t const first = i * size;
    bool const last = i + 1 == batch_count(order.size(), size);
    return order.subspan(first, last ? order.size() - first : size);
}

namespace detail {
/// Data of packed sequences, which cannot hold a code that is not a letter.
template <class Data>
concept holds_letters_alone = requires(Data const& d) {
    {
        d.sequences()
    } -> std::same_as<packed_sequences const&>;
};
} // namespace detail

/// Letters, signals and labels of a batch on the host; inputs that a network does not read may be empty.
struct host_batch {
    std::vector<letter> letters; ///< (N, L)
    std::vector<float> labels;   ///< (N, O)
    extent count{};
    bool has_n{};
    extent first = 0, all = 0;    ///< a share of a larger batch: its place, and how many sequences all ranks
                                  ///< have; all 0: it is no share
    std::vector<float> signals{}; ///< (N, C, L); the same for both strands
    /// For each bank: outputs (U, N, numbers of a unit's output) that are given instead of computed; empty,
    /// or not there, for a bank that is computed. They belong to the strand that the letters are on.
    std::vector<std::vector<double>> unit_outputs{};

    /// Fills the whole batch from a data set. Throws error where a user's own data set writes a code that is
    /// not a letter, or a signal that is not finite.
    template <labelled_data Data>
    void fill(Data const& data, std::span<sample const> samples)
    {
        fill_all_but_letters(data, samples);
        if constexpr (labelled_sequences<Data>) fill_letters(data, samples);
    }
    /// Fills all but the letters, which are left out: a device has them, and gathers them (device_rows).
    template <labelled_data Data>
    void fill_all_but_letters(Data const& data, std::span<sample const> samples)
    {
        count = static_cast<extent>(samples.size());
        letters.clear();
        if constexpr (labelled_sequences<Data>)
            has_n = std::ranges::any_of(samples,
                                        [&](sample const& s) { return s.shift != 0 || data.has_n(s.row); });
        if constexpr (labelled_signals<Data>) fill_signals(data, samples);
        if constexpr (gives_unit_outputs<Data>) data.unit_outputs_of(samples, unit_outputs);
        else unit_outputs.clear();
        std::size_t const outputs = data.outputs();
        labels.resize(samples.size() * outputs);
        for (std::size_t i = 0; i < samples.size(); ++i)
            data.labels_of(samples[i].row, {labels.data() + i * outputs, outputs});
    }
    /// Fills the letters and does not change the labels.
    template <labelled_sequences Data>
    void fill_letters(Data const& data, std::span<sample const> samples)
    {
        std::size_t const length = data.length();
        count = static_cast<extent>(samples.size());
        letters.resize(samples.size() * length);
        has_n = false;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            std::span<letter> const codes{letters.data() + i * length, length};
            data.letters_of(samples[i].row, codes);
            if constexpr (!detail::holds_letters_alone<Data>) {
                codes_seen const seen = look_at(codes);
                if (seen.others) refuse_letters(codes, samples[i].row);
                has_n = has_n || seen.n;
            }
            move(codes, samples[i].shift);
            if (samples[i].reverse_complement) reverse_complement(codes);
            has_n = has_n || samples[i].shift != 0 || data.has_n(samples[i].row);
        }
    }
    /// Fills the signals and changes nothing else.
    template <labelled_signals Data>
    void fill_signals(Data const& data, std::span<sample const> samples)
    {
        shape const of_row = data.signal_shape();
        auto const each =
            static_cast<std::size_t>(of_row.channels) * static_cast<std::size_t>(of_row.positions);
        signals.resize(samples.size() * each);
        for (std::size_t i = 0; i < samples.size(); ++i) {
            std::span<float> const some{signals.data() + i * each, each};
            data.signals_of(samples[i].row, some);
            for (float const x : some)
                if (!std::isfinite(x))
                    throw error{"expected finite signals, found " + std::to_string(x) + " in row " +
                                std::to_string(samples[i].row) + " (they count from 0)"};
        }
    }
    /// Fills the letters from sequences of one length. Throws error, naming the sequence, for one of another
    /// length.
    void fill_letters(packed_sequences const& sequences, std::size_t length)
    {
        count = static_cast<extent>(sequences.size());
        letters.resize(sequences.size() * length);
        has_n = false;
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            if (sequences.length(i) != length)
                throw error{std::string{sequences.name(i)} + ": expected " + std::to_string(length) +
                            " bases as the model, found " + std::to_string(sequences.length(i))};
            sequences.unpack(i, {letters.data() + i * length, length});
            has_n = has_n || sequences.has_n(i);
        }
    }
    /// The same batch read on the other strand.
    void flip(std::size_t length)
    {
        if (letters.empty()) return;
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
            reverse_complement({letters.data() + i * length, length});
    }
    /// Moves the codes by `shift` bases to the start, or to the end if it is negative; the empty places
    /// become N.
    static void move(std::span<letter> codes, int shift)
    {
        auto const by = std::min(codes.size(), static_cast<std::size_t>(std::abs(shift)));
        auto const places = static_cast<std::ptrdiff_t>(by);
        if (shift > 0)
            std::fill(std::copy(codes.begin() + places, codes.end(), codes.begin()), codes.end(), letter_n);
        if (shift < 0)
            std::fill(codes.begin(), std::copy_backward(codes.begin(), codes.end() - places, codes.end()),
                      letter_n);
    }

private:
    [[noreturn]] static void refuse_letters(std::span<letter const> codes, std::uint32_t row)
    {
        std::size_t at = 0;
        while (codes[at] <= letter_n) ++at;
        throw error{"expected letters 0 to 4 (A, C, G, T, N), found " + std::to_string(codes[at]) +
                    " at base " + std::to_string(at + 1) + " of row " + std::to_string(row)};
    }
};

} // namespace explainn::EXPLAINN_ABI
