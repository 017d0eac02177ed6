// Every layer of the library, and their passes by kind.
#pragma once
#include <explainn/layers/activations.hpp>
#include <explainn/layers/batch_norm.hpp>
#include <explainn/layers/conv.hpp>
#include <explainn/layers/dense.hpp>
#include <explainn/layers/dropout.hpp>
#include <explainn/layers/layer_norm.hpp>
#include <explainn/layers/pool.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// What has passes, once a kind: a layer that is new to the library is added here.
using library_layers = pack<conv_layer, batch_norm_layer, activate_layer, pool_passes<kind::max_pool>,
                            pool_passes<kind::average_pool>, dense_layer, dropout_layer, layer_norm>;

template <class B, class... L>
layer_functions<B> functions_by_kind(pack<L...>, kind what)
{
    layer_functions<B> f;
    (void)((L::what == what && (f = functions_of<B, L>(), true)) || ...);
    return f;
}

} // namespace detail

/// The passes of the library's layer of this kind; none for kind::own.
template <class B>
layer_functions<B> library_functions(kind what)
{
    return detail::functions_by_kind<B>(detail::library_layers{}, what);
}

} // namespace explainn::EXPLAINN_ABI
