// The activations a layer may name, with their derivatives.
#pragma once
#include <algorithm>
#include <cmath>

#include <explainn/core/cpp20.hpp>
#include <explainn/core/floating_point.hpp>

namespace explainn::EXPLAINN_ABI {

/// PyTorch's functions of the same names, default parameters; gelu is the exact one (erf).
enum class activation : unsigned char {
    identity,
    exponential,
    relu,
    elu,
    softplus,
    sigmoid,
    tanh,
    gelu,
    silu
};

/// Every activation, for what holds for all of them.
inline constexpr activation all_activations[]{
    activation::identity, activation::exponential, activation::relu, activation::elu, activation::softplus,
    activation::sigmoid,  activation::tanh,        activation::gelu, activation::silu};

/// True where a(x) never falls as x grows, so that max pooling and the activation may change places. An
/// activation that is new says so here; without a word it counts as one that falls.
constexpr bool rises(activation a)
{
    switch (a) {
    case activation::identity:
    case activation::exponential:
    case activation::relu:
    case activation::elu:
    case activation::softplus:
    case activation::sigmoid:
    case activation::tanh:
        return true;
    case activation::gelu:
    case activation::silu:
        return false;
    }
    return false;
}

/// a(x). It is constexpr, as its neighbours are, so that kernels of a GPU may call it.
template <class T>
constexpr T activated(activation a, T x)
{
    switch (a) {
    case activation::identity:
        return x;
    case activation::exponential:
        return std::exp(x);
    case activation::relu:
        return std::max(x, T(0));
    case activation::elu:
        return x > 0 ? x : std::expm1(x);
    case activation::softplus:
        return std::max(x, T(0)) + std::log1p(std::exp(-std::abs(x)));
    case activation::sigmoid:
        return T(1) / (T(1) + std::exp(-x));
    case activation::tanh:
        return std::tanh(x);
    case activation::gelu:
        return x * T(0.5) * std::erfc(-x * T(0.70710678118654752440));
    case activation::silu:
        return x / (T(1) + std::exp(-x));
    }
    return x;
}

/// a'(x), given x and y = a(x).
template <class T>
constexpr T activation_slope(activation a, T x, T y)
{
    switch (a) {
    case activation::identity:
        return T(1);
    case activation::exponential:
        return y;
    case activation::relu:
        return x > 0 ? T(1) : T(0);
    case activation::elu:
        return x > 0 ? T(1) : y + T(1);
    case activation::softplus:
        return T(1) / (T(1) + std::exp(-x));
    case activation::sigmoid:
        return y * (T(1) - y);
    case activation::tanh:
        return T(1) - y * y;
    case activation::gelu:
        return T(0.5) * std::erfc(-x * T(0.70710678118654752440)) +
               x * T(0.39894228040143267794) * std::exp(-x * x / 2);
    case activation::silu: {
        T const s = T(1) / (T(1) + std::exp(-x));
        return s * (T(1) + x * (T(1) - s));
    }
    }
    return T(1);
}

/// a'(x) of an activation that rises, from y = a(x) alone.
template <class T>
constexpr T rising_slope(activation a, T y)
{
    // of those that are asked for their argument, relu and elu want no more than its sign, which is y's
    return a == activation::softplus ? -std::expm1(-y) : activation_slope(a, y, y);
}

} // namespace explainn::EXPLAINN_ABI
