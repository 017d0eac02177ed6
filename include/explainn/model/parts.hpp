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
/// What a network reads: it says how many positions a sequence has.
template <class I>
concept input_part = requires
{
    {
        I::length
        } -> std::convertible_to<extent>;
};

template <class... T>
struct pack {
};

namespace detail {
// A type that may not stand in a unit is refused by the first sentence that is true of it.
template <class L>
struct checked_layer {
    static constexpr bool named = requires
    {
        {
            L::name()
            } -> std::same_as<phrase>;
    };
    static constexpr bool shaped = requires(shape s)
    {
        {
            L::after(s)
            } -> std::same_as<outcome>;
    };
    static constexpr bool right = layer<L>;
    static_assert(right || named || shaped,
                  "a unit is a list of layers, and this type is no layer: it has neither "
                  "`static constexpr explainn::phrase name()` nor "
                  "`static constexpr explainn::outcome after(explainn::shape)`");
    static_assert(right || named || !shaped,
                  "a layer of one's own needs `static constexpr explainn::phrase name()`");
    static_assert(right || shaped || !named,
                  "a layer of one's own needs `static constexpr explainn::outcome after(explainn::shape)`");
};
} // namespace detail

/// The layers of one unit, in order; a type that is no layer is refused by the name of the member it lacks.
template <class... Layers>
struct unit {
    static_assert(sizeof...(Layers) > 0, "a unit has at least one layer: unit<conv<19>, relu, max_pool<7>>");
    static_assert((detail::checked_layer<Layers>::right && ...));
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
template <extent Units, class Unit>
struct bank {
    static_assert(unit_of_layers<Unit>,
                  "a bank repeats a unit: bank<100, unit<conv<19>, relu, max_pool<7>>>");
    static constexpr extent units = Units;
    static constexpr int layers = Unit::layers, banks = 1;
    using layer_types = typename Unit::layer_types;
};

/// What joins the banks: it says how many outputs there are and holds no unit of its own.
template <class H>
concept head = requires
{
    {
        H::outputs
        } -> std::convertible_to<extent>;
}
&&H::banks == 0 && H::layers == 0;

/// Whether a head adds a number of its own to each output.
enum class head_bias : bool { none, learned };

/// logits = weight x unit outputs + bias: the only place where units meet. Several heads stand side by side
/// over the same units, a task each: their outputs follow one another in the columns of the logits and in the
/// rows of final.weight. They have a bias all or none.
///
///     network<dna<200>, bank<100, my_unit>, linear_head<8>, linear_head<2>>      // ten outputs
///     network<dna<200>, bank<100, my_unit>, linear_head<8, head_bias::none>>
template <extent Outputs, head_bias Bias = head_bias::learned>
struct linear_head {
    static constexpr extent outputs = Outputs;
    static constexpr head_bias bias = Bias;
    static constexpr int layers = 0, banks = 0;
    using layer_types = pack<>;
};

/// Banks that a network may have.
inline constexpr int most_banks = 4;

/// The numbers a dynamic network still needs, one of a kind for all its layers; what the type fixes may be
/// left out.
///
///     model<network_type, cpu<float>> m{{.length = 200, .units = {100}, .outputs = 50}, seed{1}};
struct sizes {
    extent length = dynamic;
    std::array<extent, most_banks> units{dynamic, dynamic, dynamic, dynamic}; ///< by bank
    extent outputs = dynamic;
    extent width = dynamic;                  ///< of convolutions
    extent pool = dynamic, stride = dynamic; ///< of pooling
    extent hidden = dynamic;                 ///< of dense layers
    extent dropout = dynamic;                ///< percent
};

} // namespace explainn
