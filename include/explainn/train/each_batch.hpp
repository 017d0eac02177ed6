// The one loop over sequences in batches, on one strand or on both.
#pragma once
#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/model/agreement.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// Sequences of one length that can be read by number: letters_of() makes them from a part of a data set,
/// from packed sequences, and from an array of letters.
template <class S>
concept readable_letters = requires(S const& s, std::size_t i, std::span<letter> to) {
    {
        s.size()
    } -> std::convertible_to<std::size_t>;
    {
        s.length()
    } -> std::convertible_to<std::size_t>;
    s.read(i, to);
    {
        s.has_n(i)
    } -> std::convertible_to<bool>;
};

namespace detail {

template <labelled_data Data>
struct letters_of_part {
    explainn::part<Data> const& p;
    std::size_t size() const { return p.rows.size(); }
    std::size_t length() const
    {
        if constexpr (labelled_sequences<Data>) return p.data.length();
        else return 0;
    }
    std::size_t row(std::size_t i) const
    {
        if (p.rows[i] >= p.data.size())
            throw error{"expected rows below " + std::to_string(p.data.size()) + ", found " +
                        std::to_string(p.rows[i])};
        return p.rows[i];
    }
    void read(std::size_t i, std::span<letter> to) const
    {
        if constexpr (labelled_sequences<Data>) p.data.letters_of(row(i), to);
    }
    bool has_n(std::size_t i) const
    {
        if constexpr (labelled_sequences<Data>) return p.data.has_n(row(i));
        else return false;
    }
};

struct letters_of_packed {
    packed_sequences const& s;
    std::size_t bases{};
    explicit letters_of_packed(packed_sequences const& sequences)
        : s{sequences}, bases{sequences.empty() ? 0 : sequences.length(0)}
    {
    }
    std::size_t size() const { return s.size(); }
    std::size_t length() const { return bases; }
    void read(std::size_t i, std::span<letter> to) const
    {
        if (s.length(i) != bases)
            throw error{"expected sequences of one length: " + std::string{s.name(0)} + " has " +
                        std::to_string(bases) + " bases, " + std::string{s.name(i)} + " has " +
                        std::to_string(s.length(i))};
        s.unpack(i, to);
    }
    bool has_n(std::size_t i) const { return s.has_n(i); }
};

struct letters_of_view {
    view<letter const, 2> v;
    std::size_t size() const { return static_cast<std::size_t>(v.size(0)); }
    std::size_t length() const { return static_cast<std::size_t>(v.size(1)); }
    std::span<letter const> row(std::size_t i) const { return {v.data + i * length(), length()}; }
    void read(std::size_t i, std::span<letter> to) const
    {
        for (std::size_t k = 0; k < to.size(); ++k) {
            to[k] = row(i)[k];
            if (to[k] > letter_n)
                throw error{"expected letters 0 to 4 (A, C, G, T, N), found " + std::to_string(to[k]) +
                            " at base " + std::to_string(k + 1) + " of sequence " + std::to_string(i + 1)};
        }
    }
    bool has_n(std::size_t i) const { return std::ranges::find(row(i), letter_n) != row(i).end(); }
};

} // namespace detail

/// The letters of some rows of a data set; data of signals alone have sequences of 0 bases. Reading a row
/// that the data do not have throws error.
template <labelled_data Data>
detail::letters_of_part<Data> letters_of(part<Data> const& p)
{
    return {p};
}
/// The letters of packed sequences. Reading one whose length differs from the first throws error.
inline detail::letters_of_packed letters_of(packed_sequences const& s)
{
    return detail::letters_of_packed{s};
}
/// The letters (N, L) of an array on the host. Throws shape_error for a view without memory or with negative
/// sizes; reading a letter above 4 throws error, naming the base and the sequence (both from 1).
inline detail::letters_of_view letters_of(view<letter const, 2> v)
{
    detail::require_memory(v);
    return {v};
}

/// Anything that can be read in batches: a part of a data set (with its signals, where it has some), packed
/// sequences of one length, letters (N, L).
template <class S>
concept sequence_source = requires(S const& s) {
    {
        letters_of(s)
    } -> readable_letters;
};

/// How each_batch reads sequences.
struct batch_walk {
    std::size_t batch = 256;   ///< sequences in a batch
    bool both_strands = false; ///< f is called for every batch on each strand
    bool labels = false;       ///< for a part of a data set, the labels are read too
};

/// Calls f(batch, reverse) with the batch as it is and, where both strands are read, once more with every
/// sequence on its other strand. Afterwards the batch is as before.
///
///     host_batch mine;
///     mine.fill_letters(peaks, 200);
///     each_strand(mine, 200, true, [](host_batch& some, bool reverse) { use(some.letters, reverse); });
template <class F>
void each_strand(host_batch& batch, std::size_t length, bool both, F&& f)
{
    f(batch, false);
    if (!both) return;
    batch.flip(length);
    f(batch, true);
    batch.flip(length);
}

namespace detail {
/// Throws error for a batch size of 0 and for one larger than an extent can hold.
inline void require_walk(std::size_t batch)
{
    if (batch == 0) throw error{"expected batches of at least one sequence, found 0"};
    if (batch > static_cast<std::size_t>(std::numeric_limits<extent>::max()))
        throw error{"expected batches of fewer than 2^31 sequences, found " + std::to_string(batch)};
}

/// Fills a batch with `count` sequences, from number `first` on.
template <readable_letters Letters>
class batch_filler {
public:
    explicit batch_filler(Letters letters, bool) : letters_{letters} {}
    void operator()(std::size_t first, std::size_t count, host_batch& to) const
    {
        std::size_t const length = letters_.length();
        to.count = static_cast<extent>(count);
        to.has_n = false;
        to.signals.clear();
        to.letters.resize(count * length);
        for (std::size_t i = 0; i < count; ++i) {
            letters_.read(first + i, {to.letters.data() + i * length, length});
            to.has_n = to.has_n || letters_.has_n(first + i);
        }
    }

private:
    Letters letters_;
};
template <class Data>
class batch_filler<letters_of_part<Data>> {
public:
    explicit batch_filler(letters_of_part<Data> letters, bool labels) : letters_{letters}, labels_{labels} {}
    void operator()(std::size_t first, std::size_t count, host_batch& to)
    {
        samples_.assign(count, {});
        for (std::size_t i = 0; i < count; ++i)
            samples_[i].row = static_cast<std::uint32_t>(letters_.row(first + i));
        if constexpr (!labelled_sequences<Data>) to.letters.clear();
        if constexpr (!labelled_signals<Data>) to.signals.clear();
        if (labels_) return to.fill(letters_.p.data, samples_);
        if constexpr (labelled_sequences<Data>) to.fill_letters(letters_.p.data, samples_);
        if constexpr (labelled_signals<Data>) to.fill_signals(letters_.p.data, samples_);
        to.count = static_cast<extent>(count);
    }

private:
    letters_of_part<Data> letters_;
    bool labels_;
    std::vector<sample> samples_;
};
} // namespace detail

/// The channels and positions of the signals that a source has beside its sequences; 0 channels where it has
/// none.
template <sequence_source Source>
shape signal_shape_of(Source const&)
{
    return {};
}
template <labelled_signals Data>
shape signal_shape_of(part<Data> const& p)
{
    return p.data.signal_shape();
}

/// Writes the signals of row i of a source, channel by channel; nothing where it has none.
template <sequence_source Source>
void read_signals(Source const&, std::size_t, std::span<float>)
{
}
template <labelled_signals Data>
void read_signals(part<Data> const& p, std::size_t i, std::span<float> to)
{
    p.data.signals_of(p.rows[i], to);
}

/// Calls f(first, batch, reverse) for every batch of a source, in order; `first` is the number of the batch's
/// first sequence. Where both strands are read, f is called a second time for every batch, with reverse =
/// true and the sequences on their other strand. `memory` holds the batch, so that a second loop allocates
/// little. Throws error for a batch size of 0, for a row that the data do not have and for a code that is not
/// a letter.
///
///     host_batch memory;
///     each_batch(part{data, rows}, {.batch = 100, .both_strands = true}, memory,
///                [](std::size_t first, host_batch& some, bool reverse) { use(first, some.count, reverse);
///                });
template <sequence_source Source, class F>
void each_batch(Source const& source, batch_walk how, host_batch& memory, F&& f)
{
    detail::require_walk(how.batch);
    auto const letters = letters_of(source);
    std::size_t const length = letters.length(), all = letters.size();
    detail::batch_filler fill{letters, how.labels};
    for (std::size_t first = 0; first < all; first += how.batch) {
        fill(first, std::min(how.batch, all - first), memory);
        each_strand(memory, length, how.both_strands,
                    [&](host_batch& some, bool reverse) { f(first, some, reverse); });
    }
}

} // namespace explainn::EXPLAINN_ABI
