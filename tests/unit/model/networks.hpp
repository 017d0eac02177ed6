// Networks other than the paper's, with a model of each whose norms have random numbers.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/open_model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"

namespace networks {
namespace ex = explainn;

// clang-format off
using two_banks = ex::network<ex::dna<40>,
    ex::bank<3, ex::unit<ex::conv<8>, ex::batch_norm, ex::relu, ex::max_pool<4, 2>, ex::dense<6>, ex::layer_norm,
                         ex::elu, ex::dropout<ex::percent{20}>, ex::dense<1>>>,
    ex::bank<2, ex::unit<ex::conv<5>, ex::exponential, ex::global_max_pool>>,
    ex::linear_head<2, ex::head_bias::none>>;
using odd = ex::network<ex::dna<33>,
    ex::bank<2, ex::unit<ex::conv<5, 3, 2>, ex::batch_norm_with<3, ex::percent{20}>, ex::gelu,
                         ex::average_pool<4, 3, 1>, ex::conv<3, 2>, ex::softplus, ex::max_pool<3, 2, 1>,
                         ex::global_average_pool, ex::silu, ex::dense<2>, ex::activate<ex::activation::tanh>>>,
    ex::linear_head<2>, ex::linear_head<3>>;
using one_bank = ex::network<ex::dna<30>,
    ex::bank<1, ex::unit<ex::conv<7, 8>, ex::batch_norm, ex::sigmoid, ex::average_pool<3>, ex::conv<3, 4>,
                         ex::activate<ex::activation::identity>, ex::dense<5>, ex::relu>>,
    ex::linear_head<1>>;
// clang-format on

/// y = x where x > 0, else x / 10: a layer that no file can hold.
struct leaky_relu {
    static constexpr ex::phrase name() { return "leaky_relu"; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
    template <class B, class T>
    static void forward(B&, ex::layer_forward<T> const& a)
    {
        for (std::size_t i = 0; i < a.x.count(); ++i)
            a.y.data[i] = a.x.data[i] * (a.x.data[i] > 0 ? T(1) : T(0.1));
    }
    template <class B, class T>
    static void backward(B&, ex::layer_backward<T> const& a)
    {
        for (std::size_t i = 0; i < a.x.count(); ++i)
            a.dx.data[i] = a.dy.data[i] * (a.x.data[i] > 0 ? T(1) : T(0.1));
    }
};
/// The same function, under another name.
struct other_relu : leaky_relu {
    static constexpr ex::phrase name() { return "other_relu"; }
};
template <class Layer>
using with_own =
    ex::network<ex::dna<24>,
                ex::bank<3, ex::unit<ex::conv<5>, ex::batch_norm, Layer, ex::max_pool<4>, ex::dense<1>>>,
                ex::linear_head<2>>;

inline std::vector<std::string> tasks_for(ex::extent outputs)
{
    std::vector<std::string> all;
    for (ex::extent o = 0; o < outputs; ++o) all.push_back("task" + std::to_string(o));
    return all;
}
template <class Network, ex::backend B = ex::reference<float>>
ex::model<Network, B> stirred()
{
    ex::model<Network, B> m{ex::seed{3}};
    random_model::stir(m);
    return m;
}

} // namespace networks
