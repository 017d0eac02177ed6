// A network whose units read both strands, and whose dense layers read places that mirror each other alike.
#pragma once
#include <explainn/model/network_description.hpp>

namespace explainn::EXPLAINN_ABI {

/// The same network with symmetric units in every bank that reads DNA: their convolution reads both strands
/// (conv<Width, strands::both>), and larger_strand stands behind it, its batch norm and its activation. The
/// parameters and what follows stay as they are. Throws error where units begin with anything but a
/// convolution of one filter without padding.
///
///     auto m = make_model<cpu<float>>(rows_of(with_symmetric_units(description_of(paper_card{}))), seed{1});
inline network_description with_symmetric_units(network_description d)
{
    for (auto& bank : d.banks) {
        if (bank.from != reads::dna) continue;
        auto& layers = bank.layers;
        auto const is = [&layers](std::size_t at, kind what) {
            return at < layers.size() && layers[at].what == what;
        };
        if (!is(0, kind::conv) || layers[0].given.filters != 1 || layers[0].given.padding != 0)
            throw error{"expected units that begin with a convolution of one filter without padding, found " +
                        (layers.empty() ? std::string{"no layer"} : detail::name_of(layers[0]).str())};
        layers[0].what = kind::symmetric_conv;
        layers[0].given = {.width = layers[0].given.width};
        std::size_t at = 1;
        at += is(at, kind::batch_norm);
        at += is(at, kind::activate);
        layers.insert(layers.begin() + static_cast<std::ptrdiff_t>(at), {.what = kind::larger_strand});
    }
    return d;
}

/// The same network, in which the dense layer behind the cells of symmetric units has one weight for the two
/// places that mirror each other (mirror_sum stands before it), so that a sequence and its reverse complement
/// give the same bits. Units of one cell stay as they are. Throws error where units that read DNA are not
/// symmetric, where a pool leaves windows over at the end, so that its cells do not mirror each other, and
/// where another layer than a dense one reads the cells.
///
///     auto const d = with_symmetric_places(with_symmetric_units(description_of(paper_card{})));
inline network_description with_symmetric_places(network_description d)
{
    auto const rows = rows_of(d);
    for (std::size_t b = 0; b < d.banks.size(); ++b) {
        if (d.banks[b].from != reads::dna) continue;
        auto& layers = d.banks[b].layers;
        auto const& bank = rows.bank(static_cast<int>(b));
        auto const name = [&layers](std::size_t at) {
            return at < layers.size() ? detail::name_of(layers[at]).str() : std::string{"no layer"};
        };
        if (layers.front().what != kind::symmetric_conv)
            throw error{"expected units that read both strands, found " + name(0)};
        int const behind = detail::symmetric_scan_stage::match(rows, bank, bank.first);
        if (behind == bank.first)
            throw error{"expected larger_strand and a max pool behind " + name(0) + ", found others"};
        auto const& pool = rows.layer(behind - 1);
        auto const at = static_cast<std::size_t>(behind - bank.first);
        numbers const g = pool.given;
        if (extent const over = (pool.in.positions + 2 * g.padding - g.width) % g.stride; over != 0)
            throw error{"expected pooling cells that mirror each other, found " +
                        std::to_string(pool.in.positions) + " windows, of which " + name(at - 1) +
                        " leaves " + std::to_string(over) + " over"};
        if (pool.out.positions == 1) continue;
        if (at == layers.size() || layers[at].what != kind::dense)
            throw error{"expected a dense layer behind the pooling cells, found " + name(at)};
        layers.insert(layers.begin() + static_cast<std::ptrdiff_t>(at), {.what = kind::mirror_sum});
    }
    return d;
}

} // namespace explainn::EXPLAINN_ABI
