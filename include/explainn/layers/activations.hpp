// Activations, element by element.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

namespace detail {
constexpr char const* name_of(activation a)
{
    constexpr char const* names[]{"identity", "exponential", "relu", "elu", "softplus",
                                  "sigmoid",  "tanh",        "gelu", "silu"};
    return names[static_cast<int>(a)];
}
} // namespace detail

/// (C, L) -> (C, L)
template <activation Act>
struct activate {
    static constexpr kind what = kind::activate;
    static constexpr numbers given{};
    static constexpr activation act = Act;
    static constexpr bool needs_a_layer_before = true;
    static constexpr phrase name(numbers) { return detail::name_of(Act); }
    static constexpr outcome after(shape in, numbers) { return in; }
};
using identity = activate<activation::identity>;
using exponential = activate<activation::exponential>;
using relu = activate<activation::relu>;
using elu = activate<activation::elu>;
using softplus = activate<activation::softplus>;
using sigmoid = activate<activation::sigmoid>;
using tanh = activate<activation::tanh>;
using gelu = activate<activation::gelu>;
using silu = activate<activation::silu>;

} // namespace explainn
