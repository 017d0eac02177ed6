// Which sequences make a batch: reshuffled each epoch from the seed, both strands where wanted.
#pragma once
#include <algorithm>
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

namespace explainn::EXPLAINN_ABI {

/// Sequences of one length with labels, by row.
template <class D>
concept labelled_sequences = requires(D const& d, std::size_t row, std::span<letter> letters,
                                      std::span<float> labels)
{
    {
        d.size()
        } -> std::convertible_to<std::size_t>; // rows
    {
        d.length()
        } -> std::convertible_to<std::size_t>; // bases of every sequence
    {
        d.outputs()
        } -> std::convertible_to<std::size_t>; // labels of every row
    d.letters_of(row, letters);                // writes length() letters
    d.labels_of(row, labels);                  // writes outputs() labels, NaN = missing
    {
        d.has_n(row)
        } -> std::convertible_to<bool>;
};

/// Rows of a data set: one part of a split.
template <labelled_sequences Data>
struct part {
    Data const& data;
    std::span<std::uint32_t const> rows;
};
template <class Data>
part(Data const&, std::vector<std::uint32_t> const&) -> part<Data>;
template <class Data>
part(Data const&, std::span<std::uint32_t const>) -> part<Data>;

/// A row on one of its strands.
struct sample {
    std::uint32_t row{};
    bool reverse_complement{};
    std::int16_t shift{}; ///< bases the sequence moves to its start, to its end if negative; N follows from
                          ///< where it was
};
static_assert(sizeof(sample) == 8);

/// The order of one epoch: every row once, or on both strands, each moved by up to `shift` bases; a function
/// of the seed and the epoch alone. Throws error for a shift below 0 or above 32767.
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

/// Number of batches of `size` in `count` samples: a last one of a single sample joins the one before (batch
/// norm needs two).
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
/// Data of packed sequences, which cannot hold a code that is no letter.
template <class Data>
concept holds_letters_alone = requires(Data const& d)
{
    {
        d.sequences()
        } -> std::same_as<packed_sequences const&>;
};
} // namespace detail

/// Letters and labels of a batch on the host.
struct host_batch {
    std::vector<letter> letters; ///< (N, L)
    std::vector<float> labels;   ///< (N, O)
    extent count{};
    bool has_n{};
    extent first = 0, all = 0; ///< a share of a larger batch: its place, and how many sequences all ranks
                               ///< have; all 0: it is no share

    /// Fills both from a data set. Throws error where one of a user's own writes a code that is no letter.
    template <labelled_sequences Data>
    void fill(Data const& data, std::span<sample const> samples)
    {
        fill_letters(data, samples);
        std::size_t const outputs = data.outputs();
        labels.resize(samples.size() * outputs);
        for (std::size_t i = 0; i < samples.size(); ++i)
            data.labels_of(samples[i].row, {labels.data() + i * outputs, outputs});
    }
    /// Fills the letters and leaves the labels as they are.
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
    /// Letters of sequences of one length. Throws error, naming the sequence, for one of another.
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
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
            reverse_complement({letters.data() + i * length, length});
    }
    /// Codes moved by `shift` to the start, or to the end if it is negative; what comes in is N.
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
