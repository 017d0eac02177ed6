// activate, its gradient, and dropout: expressions over all elements at once.
#pragma once
#include <cstdint>
#include <type_traits>
#include <utility>

#include <explainn/blas/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {

/// Calls f(std::integral_constant<activation, a>{}), so that a loop in f knows its function.
template <class F>
void with(activation a, F f)
{
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((all_activations[I] == a ? f(std::integral_constant<activation, all_activations[I]>{}) : void()),
         ...);
    }(std::make_index_sequence<std::size(all_activations)>{});
}

/// y = act(x); y may be x.
template <class T>
void activate(activation act, T const* x, T* y, std::size_t n)
{
    with(act, [&](auto a) {
        assign(row(y, n),
               xt::make_lambda_xfunction([](T v) { return activated(decltype(a)::value, v); }, row(x, n)));
    });
}
/// dx = dy act'(x), with y = act(x); dx may be dy.
template <class T>
void times_slope(activation act, T const* x, T const* y, T const* dy, T* dx, std::size_t n)
{
    with(act, [&](auto a) {
        auto const slope = [](T v, T of_v) { return activation_slope(decltype(a)::value, v, of_v); };
        assign(row(dx, n), row(dy, n) * xt::make_lambda_xfunction(slope, row(x, n), row(y, n)));
    });
}

/// What dropout multiplies the first n elements of unit u by: 0 or the mask's scale.
template <class T>
void dropout_factors(dropout_mask const& mask, std::size_t u, std::size_t n, T* to)
{
    auto const scale = static_cast<T>(mask.scale());
    std::uint32_t const threshold = mask.threshold();
    std::size_t const last = mask.first + n;
    // 16 counters have the random bits of 128 elements; dropout_mask says which has whose
    for (std::size_t block = mask.first / 128; block * 128 < last; ++block)
        for (std::size_t counter = 0; counter < 16; ++counter) {
            auto const words =
                mask.words(static_cast<std::uint32_t>(u), static_cast<std::uint32_t>(block * 16 + counter));
            for (std::size_t part = 0; part < 8; ++part) {
                std::size_t const e = block * 128 + part * 16 + counter;
                if (e < mask.first || e >= last) continue;
                std::uint32_t const bits = words[part / 2] >> 16 * (part % 2) & 0xffffu;
                to[e - mask.first] = bits >= threshold ? scale : T(0);
            }
        }
}

} // namespace blas_detail

/// op::activate
template <class T>
void run(blas<T>&, op::activate<T> const& a)
{
    blas_detail::activate(a.act, a.x.data, a.y.data, a.x.count());
}

/// op::activate_gradient
template <class T>
void run(blas<T>&, op::activate_gradient<T> const& a)
{
    blas_detail::times_slope(a.act, a.x.data, a.y.data, a.dy.data, a.dx.data, a.x.count());
}

/// op::dropout
template <class T>
void run(blas<T>&, op::dropout<T> const& a)
{
    using namespace blas_detail;
    std::size_t const n = a.x.stride();
    auto factors = make_vector<T>(n);
    for (std::size_t u = 0; u < size_of(a.x.size(0)); ++u) {
        dropout_factors(a.mask, u, n, factors.data());
        assign(row(a.y.data + u * n, n), row(a.x.data + u * n, n) * factors);
    }
}

} // namespace explainn::EXPLAINN_ABI
