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
    static constexpr phrase name(numbers) { return detail::name_of(Act); }
    static constexpr outcome after(shape in, numbers) { return in; }
};
/// PyTorch's Identity.
using identity_activation = activate<activation::identity>;
using exponential = activate<activation::exponential>;
using relu = activate<activation::relu>;
using elu = activate<activation::elu>;
using softplus = activate<activation::softplus>;
using sigmoid = activate<activation::sigmoid>;
/// PyTorch's Tanh.
using tanh_activation = activate<activation::tanh>;
using gelu = activate<activation::gelu>;
using silu = activate<activation::silu>;

/// Every activation under PyTorch's name. `tanh` and `identity` stand here alone: beside them in `explainn`
/// they would be ambiguous with tanh of <cmath> and std::identity to who says `using namespace explainn`.
///
///     unit<conv<19>, layers::tanh, max_pool<7>>
namespace layers {
using identity = explainn::identity_activation;
using explainn::elu;
using explainn::exponential;
using explainn::gelu;
using explainn::relu;
using explainn::sigmoid;
using explainn::silu;
using explainn::softplus;
using tanh = explainn::tanh_activation;
} // namespace layers

} // namespace explainn
