// A network all of whose numbers are known, in the form used at run time.
#pragma once
#include <span>
#include <string>
#include <vector>

#include <explainn/model/walk.hpp>

namespace explainn::EXPLAINN_ABI {

/// The layout of any network with all numbers known, without its type.
struct network_rows {
    extent length{}; ///< bases of a sequence; 0 where the network reads no DNA
    extent features{}, outputs{};
    head_bias bias = head_bias::learned;
    std::vector<layer_row> layers;
    std::vector<bank_row> banks;
    std::vector<extent> heads;           ///< outputs of each head, in the order of their columns
    std::vector<feature_pair> pairs{};   ///< of the term over pairs, in the order of their weights
    std::vector<unit_pair> unit_pairs{}; ///< of all banks that read pair_cells, bank by bank
    shape signals{};                     ///< channels and positions; 0 channels where the network reads none

    network_rows() = default;
    template <int Layers, int Banks, int Heads, int Pairs, int UnitPairs>
    explicit network_rows(layout<Layers, Banks, Heads, Pairs, UnitPairs> const& l)
        : length{l.length}, features{l.features}, outputs{l.outputs}, bias{l.bias},
          layers{l.layers.begin(), l.layers.end()}, banks{l.banks.begin(), l.banks.end()},
          heads{l.heads.begin(), l.heads.end()}, pairs{l.pairs.begin(), l.pairs.end()},
          unit_pairs{l.unit_pairs.begin(), l.unit_pairs.end()}, signals{l.signals}
    {
    }
    bool reads_dna() const { return length > 0; }
    bool reads_signals() const { return signals.channels > 0; }
    /// Whether units act together, so that a logit is no sum over units that each read the input alone.
    bool has_pairs() const { return !pairs.empty() || !unit_pairs.empty(); }
    /// The pairs of a bank, one for each of its units; none for a bank that reads an input.
    std::span<unit_pair const> pairs_of(bank_row const& bank) const
    {
        if (bank.from != reads::pair_cells) return {};
        return std::span{unit_pairs}.subspan(static_cast<std::size_t>(bank.first_pair),
                                             static_cast<std::size_t>(bank.units));
    }
    layer_row const& layer(int i) const { return layers[static_cast<std::size_t>(i)]; }
    /// Bank i, from 0. Throws error for a bank that does not exist.
    bank_row const& bank(int i) const
    {
        if (i < 0 || static_cast<std::size_t>(i) >= banks.size())
            throw error{"bank " + std::to_string(i) + " is asked for (they count from 0), the model has " +
                        std::to_string(banks.size())};
        return banks[static_cast<std::size_t>(i)];
    }
};

} // namespace explainn::EXPLAINN_ABI
