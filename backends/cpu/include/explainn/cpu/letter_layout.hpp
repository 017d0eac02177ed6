// How large the things are that the cpu backend makes of a batch's letters, and where they lie.
#pragma once
#include <cstddef>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::simd {

/// What is made of letters; a sum of some is both.
enum class letter_parts : unsigned {
    words = 1,    ///< offsets into tables of 4-mers: what scans read
    windows = 2,  ///< strings of windows: what the gradient of a scan reads
    bases = 4,    ///< bit strings of bases: what the statistics of windows read
    forward = 1,  ///< without a gradient
    gradient = 7, ///< with one
};
constexpr bool holds(letter_parts all, letter_parts some)
{
    return (static_cast<unsigned>(all) & static_cast<unsigned>(some)) != 0;
}

/// The memory of a batch's prepared letters: words, then windows, then bases, each from a multiple of 64
/// bytes on; the last two only for a gradient.
struct letter_layout {
    std::size_t n{}, length{}; ///< (N, L) letters
    bool masks{};              ///< windows are strings of 4 bits a base, else words of three letters

    /// Bytes of one sequence's string of windows. A window is read in pieces of up to sixteen bytes, of which
    /// the last ends less than 24 bytes behind the sequence.
    std::size_t string_row() const { return length / 2 + 24; }
    /// Strings of a base side by side: one a sequence, and empty ones to whole vectors.
    std::size_t side() const { return (n + 7) / 8 * 8; }
    /// Words of 64 bits in all strings of bases; each has one more than its positions need, as pairs of bases
    /// look one ahead.
    std::size_t base_words() const { return ((length + 63) / 64 + 1) * 4 * side(); }

    std::size_t windows_at() const { return whole_lines(2 * n * length); }
    std::size_t bases_at() const
    {
        return windows_at() + whole_lines(masks ? 2 * n * string_row() : n * length + 2);
    }
    std::size_t bytes(letter_parts which) const
    {
        return which == letter_parts::forward ? windows_at() : bases_at() + whole_lines(8 * base_words());
    }

private:
    static constexpr std::size_t whole_lines(std::size_t bytes) { return (bytes + 63) / 64 * 64; }
};

} // namespace explainn::EXPLAINN_ABI::simd
