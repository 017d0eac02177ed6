// The bases of regions as a genome's file has them, and what they are made of.
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/faidx.h>)
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/prepare/peaks.hpp>

namespace explainn::EXPLAINN_ABI {

/// What a stretch of bases is made of. Soft-masked bases (repeats) stand in lower case.
struct base_counts {
    std::uint32_t gc{}, at{}; ///< C and G, A and T, of either case
    std::uint32_t n{};        ///< all other letters
    std::uint32_t masked{};   ///< letters in lower case, whichever
    friend bool operator==(base_counts const&, base_counts const&) = default;
};

/// Counts characters of IUPAC.
///
///     count_bases("ACgtN").masked                    // 2
inline base_counts count_bases(std::string_view bases)
{
    base_counts out;
    for (char const c : bases) {
        letter const code = letter_of(c);
        ++(code == 1 || code == 2 ? out.gc : code == 0 || code == 3 ? out.at : out.n);
        out.masked += c >= 'a' ? 1 : 0;
    }
    return out;
}

namespace detail {
inline constexpr std::array<char, 256> complements = [] {
    std::array<char, 256> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>(i);
    constexpr std::string_view from = "ACGTURYKMBVDH", to = "TGCAAYRMKVBHD";
    for (std::size_t i = 0; i < from.size(); ++i) {
        all[static_cast<unsigned char>(from[i])] = to[i];
        all[static_cast<unsigned char>(from[i] | 0x20)] = static_cast<char>(to[i] | 0x20);
    }
    return all;
}();
} // namespace detail

/// Turns characters of IUPAC into their reverse complement; case stays with its base.
///
///     std::string s = "AcR";
///     reverse_complement(s);                         // "YgT"
inline void reverse_complement(std::string& bases)
{
    std::reverse(bases.begin(), bases.end());
    for (char& c : bases) c = detail::complements[static_cast<unsigned char>(c)];
}

/// The bases of a region as they stand in the genome's file, on its strand. Throws input_error for a
/// character that is not IUPAC, with its place.
///
///     std::string const s = bases_of({0, 1000, 1200}, hg38);
inline std::string bases_of(stranded_region const& r, genome& g)
{
    std::string out = g.characters(r.contig, r.start, r.end);
    for (std::size_t i = 0; i < out.size(); ++i)
        if (letter_of(out[i]) == no_letter)
            throw input_error{g.path(), 0, "IUPAC nucleotides",
                              in_quotes(out[i]) + " at base " + std::to_string(r.start + i + 1) + " of " +
                                  in_quotes(g.contigs()[r.contig].name)};
    if (r.strand == '-') reverse_complement(out);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
#endif
