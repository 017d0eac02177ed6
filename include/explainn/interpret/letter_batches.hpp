// Sequences from wherever they are, as batches of letters on a device.
#pragma once
#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/model/agreement.hpp>
#include <explainn/model/stages/stage.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// Sequences of one length that can be read by number: what letters_of() makes of a part of a data set, of
/// packed sequences, and of an array of letters.
template <class S>
concept readable_letters = requires(S const& s, std::size_t i, std::span<letter> to)
{
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

template <labelled_sequences Data>
struct letters_of_part {
    explainn::part<Data> const& p;
    std::size_t size() const { return p.rows.size(); }
    std::size_t length() const { return p.data.length(); }
    std::size_t row(std::size_t i) const
    {
        if (p.rows[i] >= p.data.size())
            throw error{"expected rows below " + std::to_string(p.data.size()) + ", found " +
                        std::to_string(p.rows[i])};
        return p.rows[i];
    }
    void read(std::size_t i, std::span<letter> to) const { p.data.letters_of(row(i), to); }
    bool has_n(std::size_t i) const { return p.data.has_n(row(i)); }
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

/// The letters of rows of a data set. Reading a row outside the data throws error.
template <labelled_sequences Data>
detail::letters_of_part<Data> letters_of(part<Data> const& p)
{
    return {p};
}
/// The letters of packed sequences. Reading one of another length than the first throws error.
inline detail::letters_of_packed letters_of(packed_sequences const& s)
{
    return detail::letters_of_packed{s};
}
/// Letters (N, L) on the host. Throws shape_error for a view of no memory or of negative sizes; reading a
/// letter above 4 throws error, naming the base and the sequence (both from 1).
inline detail::letters_of_view letters_of(view<letter const, 2> v)
{
    detail::require_memory(v);
    return {v};
}

/// What can be walked in batches: a part of a data set, packed sequences of one length, letters (N, L).
template <class S>
concept sequence_source = requires(S const& s)
{
    {
        letters_of(s)
        } -> readable_letters;
};

/// Walks over sequences in batches and brings their letters to a device. The arrays are kept from batch to
/// batch, so that memory depends on the size of a batch and not on the number of sequences.
///
///     letter_batches<cpu<float>> batches{m.device(), 256};
///     batches(part{data, rows}, [&](std::size_t, host_batch& some) {
///         m.run().infer(batches.upload(some), m.data());
///     });
template <backend B>
class letter_batches {
public:
    /// `size` sequences at once; throws error for 0.
    letter_batches(B& b, std::size_t size) : b_{b}, size_{size}
    {
        if (size == 0) throw error{"expected batches of at least one sequence, found 0"};
        if (size > static_cast<std::size_t>(std::numeric_limits<extent>::max()))
            throw error{"expected batches of fewer than 2^31 sequences, found " + std::to_string(size)};
    }

    /// Calls each(first, batch) for every batch, in order; `first` is the number of its first sequence.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        auto const letters = letters_of(source);
        std::size_t const length = letters.length();
        for (std::size_t first = 0; first < letters.size(); first += size_) {
            std::size_t const count = std::min(size_, letters.size() - first);
            host_.count = static_cast<extent>(count);
            host_.has_n = false;
            host_.letters.resize(count * length);
            for (std::size_t i = 0; i < count; ++i) {
                letters.read(first + i, {host_.letters.data() + i * length, length});
                host_.has_n = host_.has_n || letters.has_n(first + i);
            }
            each(first, host_);
        }
    }
    /// The letters of a batch on the device; valid until the next call.
    batch_view upload(host_batch const& batch)
    {
        std::size_t const all = batch.letters.size();
        if (letters_.size() < all) letters_ = b_.template make<letter>(all);
        b_.upload(letters_.data(), batch.letters.data(), all);
        extent const length = batch.count == 0 ? 0 : static_cast<extent>(all) / batch.count;
        return {{letters_.data(), batch.count, length}, batch.has_n};
    }

private:
    B& b_;
    std::size_t size_;
    host_batch host_;
    array_on<B, letter> letters_{};
};

} // namespace explainn::EXPLAINN_ABI
