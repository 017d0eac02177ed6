// A motif as one line of letters.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include <explainn/genomics/motif.hpp>

namespace explainn::EXPLAINN_ABI {

/// The most probable base of every column; among equal ones the first of A, C, G, T. Tomtom prints the same,
/// except that its choice among equal ones follows from its rounding.
///
///     consensus(p)                                // "TGACTCA"
inline std::string consensus(ppm const& p)
{
    std::string out;
    out.reserve(p.width());
    for (column const& c : p.columns) {
        auto const best = std::max_element(c.begin(), c.end()) - c.begin();
        out += "ACGT"[best];
    }
    return out;
}

/// The IUPAC code of the bases in a set of bits: 1 = A, 2 = C, 4 = G, 8 = T.
constexpr char iupac_code(unsigned bases) { return "NACMGRSVTWYHKDBN"[bases & 15u]; }

/// The IUPAC code of one column by the rule of Cavener (1987): one base with more than half and at least
/// twice the second; else two with more than three quarters together; else three if the fourth never occurs;
/// else N.
constexpr char iupac_code(column const& p)
{
    std::array<unsigned, 4> order{0, 1, 2, 3};
    for (std::size_t i = 1; i < 4; ++i)
        for (std::size_t j = i; j > 0 && p[order[j]] > p[order[j - 1]]; --j)
            std::swap(order[j], order[j - 1]);
    auto const bit = [&order](std::size_t rank) { return 1u << order[rank]; };
    if (p[order[0]] > 0.5 && p[order[0]] >= 2 * p[order[1]]) return iupac_code(bit(0));
    if (p[order[0]] + p[order[1]] > 0.75) return iupac_code(bit(0) | bit(1));
    if (p[order[3]] == 0) return iupac_code(bit(0) | bit(1) | bit(2));
    return 'N';
}

/// The IUPAC codes of all columns (Cavener 1987).
///
///     iupac_consensus(p)                          // "TGASTCA"
inline std::string iupac_consensus(ppm const& p)
{
    std::string out;
    out.reserve(p.width());
    for (column const& c : p.columns) out += iupac_code(c);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
