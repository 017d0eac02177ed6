// The places in the sequences where a bank's units have hits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <explainn/interpret/activation_threshold.hpp>
#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/best_windows.hpp>

namespace explainn::EXPLAINN_ABI {

/// For each unit, how many sequences have their best window at each place, among the sequences in which that
/// window is a hit.
struct hit_position_table {
    extent units{}, places{}; ///< a place is the first base of a window on the forward strand, from 0
    std::vector<std::uint32_t> counts;  ///< (U, places)
    std::vector<std::uint32_t> reverse; ///< (U): of these windows, those on the reverse strand

    std::uint32_t operator()(extent unit, extent place) const
    {
        return counts[static_cast<std::size_t>(unit) * static_cast<std::size_t>(places) +
                      static_cast<std::size_t>(place)];
    }
};

/// Finds the best window of every unit in every sequence and counts its place where it is a hit: where its
/// activation exceeds how.share of the activation of `largest`, each unit's largest response (from bank_hits
/// or bank_scan::largest). Throws error as best_window_scan does, and unless there is a largest response for
/// every unit.
///
///     hit_position_table const where = hit_positions(m, part{data, rows}, look_into(m, train).hits.largest);
///     where(3, 90);                       // sequences whose best window of unit 3 begins at base 90
template <backend B, sequence_source Source>
hit_position_table hit_positions(basic_model<B>& m, Source const& source, std::vector<double> const& largest,
                                 hit_options how = {}, int bank = 0)
{
    filter_bank<B> const filters{m, bank};
    if (largest.size() != static_cast<std::size_t>(filters.units()))
        throw error{"expected the largest responses of " + std::to_string(filters.units()) +
                    " units, found " + std::to_string(largest.size())};
    std::vector<double> cuts;
    cuts.reserve(largest.size());
    for (double const x : largest) cuts.push_back(response_cut(filters.act(), how.share, x));
    hit_position_table table{filters.units(), 0, {}, std::vector<std::uint32_t>(largest.size())};
    auto const letters = letters_of(source);
    if (letters.size() == 0) return table;
    table.places = static_cast<extent>(letters.length()) - filters.width() + 1;
    if (table.places < 0) table.places = 0;
    table.counts.assign(largest.size() * static_cast<std::size_t>(table.places), 0);
    best_window_scan<B> scan{m, {.both_strands = how.both_strands, .batch = how.batch}, bank};
    scan(source, [&](best_window_table const& some) {
        for (extent n = 0; n < some.sequences; ++n)
            for (extent u = 0; u < some.units; ++u) {
                best_window const& w = some(n, u);
                auto const unit = static_cast<std::size_t>(u);
                if (!(w.response > cuts[unit])) continue;
                ++table.counts[unit * static_cast<std::size_t>(table.places) +
                               static_cast<std::size_t>(w.start)];
                table.reverse[unit] += w.reverse;
            }
    });
    return table;
}

} // namespace explainn::EXPLAINN_ABI
