// The parts a network is declared from: an input, banks of units, a head.
#pragma once
#include <array>

#include <explainn/core/rng.hpp>
#include <explainn/layers/row.hpp>

namespace explainn {

/// DNA of Length bases; `dynamic`: given when the model is made.
template <extent Length>
struct dna {
    static constexpr extent length = Length;
};

template <class... T>
struct pack {
};

/// The layers of one unit, in order.
template <layer... Layers>
struct unit {
    using layer_types = pack<Layers...>;
    static constexpr int layers = sizeof...(Layers);
};

/// What a bank repeats: a list of layers.
template <class U>
concept unit_of_layers = requires
{
    typename U::layer_types;
    {
        U::layers
        } -> std::convertible_to<int>;
};

/// Units independent copies of one unit, each with parameters of its own.
template <extent Units, unit_of_layers Unit>
struct bank {
    static constexpr extent units = Units;
    static constexpr int layers = Unit::layers, banks = 1;
    using layer_types = typename Unit::layer_types;
};

/// Whether a head adds a number of its own to each output.
enum class head_bias : bool { none, learned };

/// logits = weight x unit outputs + bias: the only place where units meet. There is no other head and no way
/// to one of one's own: that a logit is a sum over units is what contributions and importances rest on. What
/// must bend or combine comes before it, as a layer of a unit, or after it, in a loss. Several heads stand
/// side by side over the same units, a task each: their outputs follow one another in the columns of the
/// logits and in the rows of final.weight. They have a bias all or none.
///
///     using ten_outputs = network<dna<200>, bank<100, my_unit>, linear_head<8>, linear_head<2>>;
///     using no_bias = network<dna<200>, bank<100, my_unit>, linear_head<8, head_bias::none>>;
template <extent Outputs, head_bias Bias = head_bias::learned>
struct linear_head {
    static constexpr extent outputs = Outputs;
    static constexpr head_bias bias = Bias;
    static constexpr int layers = 0, banks = 0;
    using layer_types = pack<>;
};

namespace detail {
template <class Part>
inline constexpr bool is_head = false;
template <extent Outputs, head_bias Bias>
inline constexpr bool is_head<linear_head<Outputs, Bias>> = true;
} // namespace detail

/// The numbers a dynamic network still needs, one of a kind for all its layers; what the type fixes may be
/// left out.
///
///     model<dynamic_net, cpu<float>> m{{.length = 200, .units = {100}, .outputs = 50}, seed{1}};
struct sizes {
    extent length = dynamic;
    std::array<extent, 4> units{dynamic, dynamic, dynamic, dynamic}; ///< by bank
    extent outputs = dynamic;
    extent width = dynamic;                  ///< of convolutions
    extent pool = dynamic, stride = dynamic; ///< of pooling
    extent hidden = dynamic;                 ///< of dense layers
    extent dropout = dynamic;                ///< percent
};

} // namespace explainn
