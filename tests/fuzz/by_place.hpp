// Reads all of a genome by place, and holds what short windows give to what long ones give.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <explainn/genome/genome.hpp>

/// Traps where windows that overlap do not give the same letters, or where letters stand beyond a contig's
/// ends.
inline void read_by_place(explainn::genome& g)
{
    using namespace explainn;
    std::vector<letter> all, window(7);
    for (std::size_t i = 0; i < g.contigs().size(); ++i) {
        auto const length = static_cast<std::int64_t>(std::min<std::uint64_t>(g.contigs()[i].length, 3000));
        all.resize(static_cast<std::size_t>(length));
        g.letters(i, 0, all);
        for (std::int64_t at = -3; at < length + 3; at += 61) {
            g.letters(i, at, window);
            for (std::int64_t k = 0; k < 7; ++k) {
                std::int64_t const base = at + k;
                if (base >= length && length == 3000) continue;
                letter const expected =
                    base < 0 || base >= length ? letter_n : all[static_cast<std::size_t>(base)];
                if (window[static_cast<std::size_t>(k)] != expected) __builtin_trap();
            }
        }
        // the end of a contig, which is far away where it is long
        g.letters(i, static_cast<std::int64_t>(g.contigs()[i].length) - 3, window);
        if (window[6] != letter_n) __builtin_trap();
    }
}
