// What a layer of a user's own is called with.
#pragma once
#include <array>

#include <explainn/backend/view.hpp>
#include <explainn/model/refusal.hpp>

namespace explainn {

/// The forward pass of a slice of units: y from x; weights as the layer declared them, by unit. All threads
/// of a backend call a layer at once, each with another slice: it must change nothing but y.
template <class T>
struct own_forward {
    view<T const, 4> x;                      ///< (U, N, C, L)
    view<T, 4> y;                            ///< (U, N, C', L')
    std::array<view<T const, 2>, 4> weights; ///< (U, numbers of one unit)
    bool training = false;
};
/// The backward pass: dx and the weights' gradients, all assigned. Called by all threads at once, as the
/// forward pass is: it must change nothing but these.
template <class T>
struct own_backward {
    view<T const, 4> x, y, dy;
    view<T, 4> dx;
    std::array<view<T const, 2>, 4> weights;
    std::array<view<T, 2>, 4> dweights;
};

/// A layer of a user's own as the executor sees it: two function pointers.
template <class B>
struct own_functions {
    using scalar = typename B::scalar;
    void (*forward)(B&, own_forward<scalar> const&) = nullptr;
    void (*backward)(B&, own_backward<scalar> const&) = nullptr;
};

namespace detail {
template <class B, class L>
constexpr own_functions<B> functions_of()
{
    own_functions<B> f;
    using T = typename B::scalar;
    if constexpr (requires(B & b, own_forward<T> const& a) { L::forward(b, a); })
        f.forward = [](B& b, own_forward<T> const& a) { L::forward(b, a); };
    if constexpr (requires(B & b, own_backward<T> const& a) { L::backward(b, a); })
        f.backward = [](B& b, own_backward<T> const& a) { L::backward(b, a); };
    return f;
}
template <class B, class... L>
std::array<own_functions<B>, sizeof...(L)> functions_of(pack<L...>)
{
    return {functions_of<B, L>()...};
}
} // namespace detail

} // namespace explainn
