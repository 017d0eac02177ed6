// Activations, applied to each element.
#pragma once
#include <explainn/layers/layer_pass.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
constexpr char const* name_of(activation a)
{
    constexpr char const* names[]{"identity", "exponential", "relu", "elu", "softplus",
                                  "sigmoid",  "tanh",        "gelu", "silu"};
    return names[static_cast<int>(a)];
}

struct activate_layer {
    static constexpr kind what = kind::activate;
    static constexpr char const* word = "activate"; ///< in files an activation goes by its own name
    static constexpr numbers given{};
    static constexpr outcome after(shape in, numbers) { return in; }

    template <class B, class T>
    static void forward(B& b, layer_forward<T> const& a)
    {
        run(b, op::activate<T>{.x = a.x, .act = a.row->act, .y = a.y});
    }
    template <class B, class T>
    static void backward(B& b, layer_backward<T> const& a)
    {
        run(b, op::activate_gradient<T>{.x = a.x, .y = a.y, .dy = a.dy, .act = a.row->act, .dx = a.dx});
    }
};
} // namespace detail

/// (C, L) -> (C, L)
template <activation Act>
struct activate : detail::activate_layer {
    static constexpr activation act = Act;
    static constexpr phrase name(numbers) { return detail::name_of(Act); }
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

/// Every activation under PyTorch's name. `tanh` and `identity` exist only in this namespace: in `explainn`
/// itself they would be ambiguous with tanh of <cmath> and std::identity after `using namespace explainn`.
///
///     using my_unit = unit<conv<19>, layers::tanh, max_pool<7>>;
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

} // namespace explainn::EXPLAINN_ABI
