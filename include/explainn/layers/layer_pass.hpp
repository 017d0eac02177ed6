// The arguments of the forward and the backward pass of a layer, for layers of the library and a user's own.
#pragma once
#include <array>

#include <explainn/backend/kept.hpp>
#include <explainn/layers/layer.hpp>

namespace explainn::EXPLAINN_ABI {

/// The arguments of both passes: some units of a bank and one batch. Units come first in every view. Other
/// threads may call the same layer for other units at the same time.
template <class T>
struct layer_pass {
    layer_row const* row{}; ///< the layer's numbers and shapes
    extent units{}, n{};    ///< of this call: U units and N sequences
    view<T const, 4> x{}; ///< (U, N, C, L); (1, N, C, L) where a layer of the library reads an input that all
                          ///< units share, DNA (C = 4) or signals. A layer of a user's own that reads one is
                          ///< called for one unit at a time.
    bool shared_x = false; ///< x is one array for all units of the bank, also in a call for one of them
    bool training = false;
    bool batch_statistics = false; ///< the network trains, and this layer is not frozen
    dropout_mask random{};         ///< of this layer at this step; the layer sets its rate
    std::array<view<T, 2>, weight_rows::most>
        weights{};                            ///< (U, numbers of one unit), as weights() names them;
                                              ///< a forward pass may write those that are state
    std::array<T*, kept_rows::most> arrays{}; ///< as keeps() names them
    /// What the layer's partner keeps, for a layer that joins what was remembered.
    std::array<T*, 2> remembered{};
    own_bytes_by_unit own{}; ///< what kept_bytes() of the layer asks for; absent at inference

    /// Weight k as (U, sizes...).
    template <class... E>
    view<T, 1 + static_cast<int>(sizeof...(E))> weight(int k, E... sizes) const
    {
        return weights[static_cast<std::size_t>(k)].as(units, sizes...);
    }
    /// Array k of those that the layer keeps, as (U, sizes...); absent where the row says that there is none.
    template <class X = T, class... E>
    view<X, 1 + static_cast<int>(sizeof...(E))> kept(int k, E... sizes) const
    {
        return {arrays[static_cast<std::size_t>(k)], units, sizes...};
    }
};

/// The arguments of the forward pass, which writes y.
template <class T>
struct layer_forward : layer_pass<T> {
    view<T, 4> y{}; ///< (U, N, C', L')
};

/// The arguments of the backward pass, which must assign every number of dx and dweights.
template <class T>
struct layer_backward : layer_pass<T> {
    view<T const, 4> y{}; ///< as the forward pass wrote it
    view<T, 4> dy{};      ///< the gradient of y; the pass may overwrite it
    view<T, 4> dx{};      ///< the gradient of x; absent where it is not needed
    std::array<view<T, 2>, weight_rows::most> dweights{};

    /// The gradient of weight k as (U, sizes...).
    template <class... E>
    view<T, 1 + static_cast<int>(sizeof...(E))> dweight(int k, E... sizes) const
    {
        return dweights[static_cast<std::size_t>(k)].as(this->units, sizes...);
    }
};

/// The same numbers with channels and positions as one axis: (U, N, C L).
template <class X>
view<X, 3> features_of(view<X, 4> v)
{
    return {v.data, v.size(0), v.size(1), v.size(2) * v.size(3)};
}

/// The two passes of a layer on backend B; a null pointer for a pass that the layer does not have.
template <class B>
struct layer_functions {
    using T = typename B::scalar;
    void (*forward)(B&, layer_forward<T> const&) = nullptr;
    void (*backward)(B&, layer_backward<T> const&) = nullptr;
    /// Bytes that the layer's ops keep of each unit for the gradient of n sequences.
    std::size_t (*kept_bytes)(B const&, layer_row const&, extent n) = nullptr;
    bool lacks_ops = false; ///< the backend does not have what the passes need
};

namespace detail {

template <class B, class L>
constexpr layer_functions<B> functions_of()
{
    using T = typename B::scalar;
    layer_functions<B> f;
    if constexpr (requires { L::template runs_on<B>; }) f.lacks_ops = !L::template runs_on<B>;
    if constexpr (requires(B& b, layer_forward<T> const& a) { L::forward(b, a); })
        f.forward = [](B& b, layer_forward<T> const& a) { L::forward(b, a); };
    if constexpr (requires(B& b, layer_backward<T> const& a) { L::backward(b, a); })
        f.backward = [](B& b, layer_backward<T> const& a) { L::backward(b, a); };
    if constexpr (requires(B const& b, layer_row const& r, extent n) { L::kept_bytes(b, r, n); })
        f.kept_bytes = [](B const& b, layer_row const& r, extent n) { return L::kept_bytes(b, r, n); };
    return f;
}
template <class B, class L>
constexpr bool ops_are_there()
{
    if constexpr (requires { L::template runs_on<B>; }) return L::template runs_on<B>;
    else return true;
}
template <class B, class... L>
std::array<layer_functions<B>, sizeof...(L)> functions_of(pack<L...>)
{
    static_assert(
        (ops_are_there<B, L>() && ...),
        "this backend lacks ops of a layer of the network; docs/ops.md lists those that a backend may "
        "lack");
    return {functions_of<B, L>()...};
}

} // namespace detail
} // namespace explainn::EXPLAINN_ABI
