// A network whose units read both strands.
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

} // namespace explainn::EXPLAINN_ABI
