// The names of the units of a network, and the places of their outputs and weights.
#pragma once
#include <string>
#include <vector>

#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/model/rows.hpp>

namespace explainn::EXPLAINN_ABI {

/// One unit of a network.
struct unit_row {
    /// filter3; banks.1.filter3 where there are several banks; banks.1.pair0_7 of the units 0 and 7
    std::string name;
    int bank{};       ///< from 0
    extent unit{};    ///< within its bank, from 0
    extent first{};   ///< its first output: the column of final.weight
    extent outputs{}; ///< how many numbers it passes to the head; 1 in the paper's network
};

/// Every unit of every bank, in the order of the columns of final.weight. The names are those in filters.meme
/// and importances.tsv; with several banks the number of the bank stands before them, as in the names of
/// their tensors.
///
///     auto const units = units_of(m.rows());
///     units[3].name;                              // "filter3"
inline std::vector<unit_row> units_of(network_rows const& rows)
{
    std::vector<unit_row> units;
    extent first = 0;
    for (std::size_t b = 0; b < rows.banks.size(); ++b) {
        std::string const before = rows.banks.size() > 1 ? "banks." + std::to_string(b) + "." : "";
        extent const outputs = rows.banks[b].out.channels * rows.banks[b].out.positions;
        auto const pairs = rows.pairs_of(rows.banks[b]);
        for (extent u = 0; u < rows.banks[b].units; ++u, first += outputs) {
            auto const at = static_cast<std::size_t>(u);
            std::string const name = pairs.empty() ? filter_name(u)
                                                   : "pair" + std::to_string(pairs[at].first) + "_" +
                                                         std::to_string(pairs[at].second);
            units.push_back({before + name, static_cast<int>(b), u, first, outputs});
        }
    }
    return units;
}

/// The unit itself and the pairs that read its cells, numbered as in `units`, the units of `rows`: what
/// contributes nothing once the unit is removed.
///
///     auto const units = units_of(m.rows());
///     for (std::size_t gone : removed_with(m.rows(), units, 3)) std::puts(units[gone].name.c_str());
inline std::vector<std::size_t> removed_with(network_rows const& rows, std::vector<unit_row> const& units,
                                             std::size_t unit)
{
    std::vector<std::size_t> gone{unit};
    for (std::size_t i = 0; i < units.size(); ++i) {
        auto const& bank = rows.bank(units[i].bank);
        auto const pairs = rows.pairs_of(bank);
        if (pairs.empty() || bank.paired != units[unit].bank) continue;
        auto const& pair = pairs[static_cast<std::size_t>(units[i].unit)];
        if (pair.first == units[unit].unit || pair.second == units[unit].unit) gone.push_back(i);
    }
    return gone;
}

} // namespace explainn::EXPLAINN_ABI
