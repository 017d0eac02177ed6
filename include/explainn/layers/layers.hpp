// Every layer of the library: the one list of their kinds.
#pragma once
#include <explainn/layers/activations.hpp>
#include <explainn/layers/batch_norm.hpp>
#include <explainn/layers/by_distance.hpp>
#include <explainn/layers/conv.hpp>
#include <explainn/layers/dense.hpp>
#include <explainn/layers/depthwise_conv.hpp>
#include <explainn/layers/dropout.hpp>
#include <explainn/layers/larger_strand.hpp>
#include <explainn/layers/layer_norm.hpp>
#include <explainn/layers/lstm.hpp>
#include <explainn/layers/mirror_sum.hpp>
#include <explainn/layers/pool.hpp>
#include <explainn/layers/remember.hpp>
#include <explainn/layers/squeeze_excite.hpp>
#include <explainn/layers/strided_conv.hpp>
#include <explainn/layers/transpose.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// A layer of every kind; its own template arguments mean nothing. Passes, files, descriptions and sizes that
/// a type leaves open all go by this list: a layer that is new to the library is added here.
using library_layers =
    pack<conv<1>, batch_norm, activate<activation::identity>, max_pool<1>, average_pool<1>, dense<1>,
         dropout<percent{0}>, layer_norm, lstm<1>, bidirectional_lstm<1>, transpose, depthwise_conv<1>,
         squeeze_excite<1>, by_distance, remember, concat_remembered, add_remembered, strided_conv<1, 1, 1>,
         conv<1, strands::both>, larger_strand, mirror_sum>;

template <class F, class... L>
constexpr bool on_layer_of(pack<L...>, kind what, F f)
{
    return ((L::what == what && (f(L{}), true)) || ...);
}
/// Calls f(layer) with a layer of the library of that kind; false for kind::own, which is none.
template <class F>
constexpr bool on_library_layer(kind what, F f)
{
    return on_layer_of(library_layers{}, what, f);
}
template <class F, class... L>
void each_layer_of(pack<L...>, F f)
{
    (f(L{}), ...);
}
/// Calls f(layer) with a layer of every kind.
template <class F>
void each_library_layer(F f)
{
    each_layer_of(library_layers{}, f);
}

/// Calls f(open_number) for the numbers that a layer of that kind may leave open.
template <class F>
constexpr void each_open_number(kind what, F f)
{
    on_library_layer(what, [&f]<class L>(L) {
        if constexpr (requires { L::open; })
            for (open_number const& o : L::open) f(o);
    });
}

} // namespace detail

/// The passes of the library's layer of this kind; none for kind::own.
template <class B>
layer_functions<B> library_functions(kind what)
{
    layer_functions<B> f;
    detail::on_library_layer(what, [&f]<class L>(L) { f = detail::functions_of<B, L>(); });
    return f;
}

} // namespace explainn::EXPLAINN_ABI
