// The filters of a network's first convolution as a bank of their own, whatever stands behind them.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/unit_names.hpp>
#include <explainn/model/network_description.hpp>

namespace explainn::EXPLAINN_ABI {

/// The filters of the first convolutions of all banks, named as units are: filter0, filter1, ..., behind
/// banks.0. and so on where there are several banks. Banks that read signals or begin with another layer have
/// none.
///
///     first_filter_names(m.rows())
inline std::vector<unit_row> first_filter_names(network_rows const& rows)
{
    std::vector<unit_row> all;
    for (std::size_t b = 0; b < rows.banks.size(); ++b) {
        auto const& bank = rows.banks[b];
        auto const& conv = rows.layer(bank.first);
        if (bank.from != reads::dna || conv.what != kind::conv) continue;
        std::string const before = rows.banks.size() > 1 ? "banks." + std::to_string(b) + "." : "";
        for (extent f = 0; f < bank.units * conv.given.filters; ++f)
            all.push_back({before + filter_name(f), static_cast<int>(b), f, 0, 1});
    }
    return all;
}

/// A model of the convolution that a bank begins with, its batch norm and its activation, in which every
/// filter is a unit: filter f of unit u is unit u x filters + f. So all that is there for the filters of an
/// ExplaiNN works for those of any network: bank_scan and motifs_of give their motifs. Windows are those
/// within a sequence, also where the convolution is padded. An activation that does not rise everywhere
/// (gelu, silu) is left out, so that activations are its arguments. The parameters are copies. Throws error
/// for a bank that does not exist or does not begin with a convolution on DNA.
///
///     auto filters = first_filters(m);
///     motif_set const motifs = motifs_of(bank_scan<cpu<float>>{filters}(train));
template <backend B>
basic_model<B> first_filters(basic_model<B>& m, int bank = 0)
{
    auto const& rows = m.rows();
    auto const& of = rows.bank(bank);
    auto const& conv = rows.layer(of.first);
    if (of.from != reads::dna || conv.what != kind::conv)
        throw error{"expected units that begin with a convolution on DNA, found others"};
    int at = of.first + 1;
    bool const norm = at < of.last && rows.layer(at).what == kind::batch_norm;
    at += norm;
    std::vector<layer_description> layers{{kind::conv, {.width = conv.given.width, .filters = 1}}};
    if (norm) {
        auto const& row = rows.layer(of.first + 1);
        layers.push_back({kind::batch_norm, {}, {}, row.epsilon, row.momentum});
    }
    if (at < of.last && rows.layer(at).what == kind::activate && rises(rows.layer(at).act))
        layers.push_back({kind::activate, {}, rows.layer(at).act});
    extent const windows = rows.length - conv.given.width + 1;
    if (windows < 1)
        throw error{"expected sequences of " + std::to_string(conv.given.width) +
                    " bases and more for the filters of the first convolution, found " +
                    std::to_string(rows.length)};
    layers.push_back({kind::max_pool, {.width = windows, .stride = windows}});
    network_description const d{rows.length, {{of.units * conv.given.filters, layers}}, {1}};
    auto filters = make_model<B>(rows_of(d), seed{1}, m.device());
    // (U, F, 4, W) and (U F, 1, 4, W) are the same numbers in the same order, and so are those of the norm
    for (int layer = 0; layer < (norm ? 2 : 1); ++layer)
        for (int k = 0; auto const* const from = m.parameters().of(of.first + layer, k); ++k)
            filters.set_values(filters.parameters().of(layer, k)->name(), m.values(from->name()));
    filters.set_both_strands(m.both_strands());
    return filters;
}

} // namespace explainn::EXPLAINN_ABI
