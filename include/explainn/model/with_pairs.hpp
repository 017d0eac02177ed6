// A trained model to which units of pairs are added.
#pragma once
#include <span>
#include <string>
#include <vector>

#include <explainn/model/network_description.hpp>

namespace explainn::EXPLAINN_ABI {

/// The layers of units of a type, such as bank_description holds them. All are layers of the library with
/// every number known.
///
///     std::vector<layer_description> const pair = layers_of(unit<by_distance, dense<1>>{});
template <library_layer... L>
std::vector<layer_description> layers_of(unit<L...>)
{
    auto const described = []<class Layer>(Layer) {
        layer_description d{.what = Layer::what, .given = Layer::given};
        if constexpr (requires { Layer::act; }) d.act = Layer::act;
        if constexpr (requires { Layer::epsilon; }) {
            d.epsilon = Layer::epsilon;
            d.momentum = Layer::momentum;
        }
        return d;
    };
    return {described(L{})...};
}

/// The unit of a pair where nothing else is asked for: the products of both units' cells by the distance
/// between them, each with a weight of its own. Both norms keep the products within the range of other units.
using pair_unit = unit<batch_norm, by_distance, batch_norm, dense<1>>;

/// A model like `m` with a bank of pairs behind its banks. It holds the values of `m`, and head weights of 0
/// for the new units, so that it gives the logits of `m` until it is trained. `m` keeps its own device; the
/// new model runs on `b`. Throws error for a network with a layer of a user's own, and where the pairs do not
/// fit (rows_of()).
///
///     std::vector<unit_pair> const chosen{{0, 7}, {3, 12}};
///     auto next = with_pairs(m, chosen, layers_of(pair_unit{}), seed{1}, cpu<float>{});
template <backend B>
basic_model<B> with_pairs(basic_model<B>& m, std::span<unit_pair const> pairs,
                          std::vector<layer_description> layers, seed s, B b)
{
    using T = typename B::scalar;
    auto d = description_of(m.rows());
    d.banks.push_back({static_cast<extent>(pairs.size()),
                       std::move(layers),
                       reads::pair_cells,
                       {pairs.begin(), pairs.end()}});
    auto next = make_model<B>(rows_of(d), s, std::move(b));
    auto const features = static_cast<std::size_t>(m.rows().features),
               all = static_cast<std::size_t>(next.rows().features);
    for (auto const& p : m.parameters()) {
        auto const values = m.values(p.name());
        if (p.layer >= 0) next.set_values(next.parameters().of(p.layer, p.part)->name(), values);
        else if (p.name() != "final.weight") next.set_values(p.name(), values);
        else {
            std::vector<T> wider(static_cast<std::size_t>(m.outputs()) * all);
            for (std::size_t o = 0; o * features < values.size(); ++o)
                for (std::size_t f = 0; f < features; ++f) wider[o * all + f] = values[o * features + f];
            next.set_values("final.weight", wider);
        }
    }
    next.set_both_strands(m.both_strands());
    return next;
}

} // namespace explainn::EXPLAINN_ABI
