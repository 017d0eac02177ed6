// The parts a network is declared from: an input, banks of units, a head.
#pragma once
#include <array>
#include <initializer_list>

#include <explainn/core/rng.hpp>
#include <explainn/layers/layer.hpp>

namespace explainn::EXPLAINN_ABI {

/// DNA of Length bases; `dynamic`: given when the model is made.
template <extent Length>
struct dna {
    static constexpr extent length = Length;
    static constexpr reads first = reads::dna;
};
/// Real numbers of each row, Channels times Positions of them: signals<350> are 350 numbers, such as the
/// scores of 350 other models, signals<2, 200> two tracks along 200 bases. Either may be `dynamic`.
///
///     using on_scores = network<signals<350>, bank<20, unit<dense<8>, relu, dense<1>>>, linear_head<1>>;
template <extent Channels, extent Positions = 1>
struct signals {
    static_assert((Channels > 0 || Channels == dynamic) && (Positions > 0 || Positions == dynamic),
                  "signals have at least one channel of one position: signals<350> or signals<2, 200>");
    static constexpr extent length = 0;
    static constexpr shape signals_shape{Channels, Positions};
    static constexpr reads first = reads::signals;
};
/// What a network reads: the bases of a sequence (`length`, 0 where it reads no DNA) and the shape of its
/// signals (0 channels where it has none).
template <class I>
concept input_part = requires {
    {
        I::length
    } -> std::convertible_to<extent>;
    {
        I::first
    } -> std::convertible_to<reads>;
};

namespace detail {
template <class I>
constexpr shape signals_of()
{
    if constexpr (requires { I::signals_shape; }) return I::signals_shape;
    else return {};
}
template <class I>
constexpr bool takes_dna()
{
    return I::first == reads::dna || requires { I::joins; };
}
template <class I>
concept one_input = input_part<I> && !requires { I::joins; };
} // namespace detail

/// A network that reads DNA and signals. A bank reads one of them: the first, unless its third argument says
/// otherwise.
///
///     using both = network<inputs<dna<200>, signals<350>>, bank<100, my_unit>,
///                          bank<350, unit<dense<8>, relu, dense<1>>, reads::own_signal>, linear_head<2>>;
template <class First, class Second>
struct inputs {
    static_assert(detail::one_input<First> && detail::one_input<Second>,
                  "inputs<...> joins dna and signals: inputs<dna<200>, signals<350>>");
    static_assert(First::first != Second::first,
                  "inputs<...> joins one dna and one signals: inputs<dna<200>, signals<350>>");
    static constexpr bool joins = true;
    static constexpr extent length = First::first == reads::dna ? First::length : Second::length;
    static constexpr shape signals_shape =
        First::first == reads::signals ? detail::signals_of<First>() : detail::signals_of<Second>();
    static constexpr reads first = First::first;
};

namespace detail {
// A type that may not stand in a unit is refused by the first sentence that is true of it.
template <class L>
struct checked_layer {
    static constexpr bool named = requires {
        {
            L::name()
        } -> std::same_as<phrase>;
    };
    static constexpr bool named_otherwise = !named && requires { L::name(); };
    static constexpr bool shaped = requires(shape s) {
        {
            L::after(s)
        } -> std::same_as<outcome>;
    };
    static constexpr bool right = layer<L>;
    static_assert(right || named || shaped,
                  "a unit is a list of layers, and this type is no layer: it has neither "
                  "`static constexpr explainn::phrase name()` nor "
                  "`static constexpr explainn::outcome after(explainn::shape)`");
    static_assert(right || named || !shaped || !named_otherwise,
                  "the `name()` of a layer of one's own returns explainn::phrase, and this one returns "
                  "another type: static constexpr explainn::phrase name()");
    static_assert(right || named || !shaped || named_otherwise,
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
concept unit_of_layers = requires {
    typename U::layer_types;
    {
        U::layers
    } -> std::convertible_to<int>;
};

/// Units independent copies of one unit, each with parameters of its own. They read the network's first input
/// unless Reads names another: reads::dna, reads::signals, or reads::own_signal, with which unit u reads
/// channel u of the signals alone (a neural additive model) and there are as many units as channels.
///
///     using curves = bank<350, unit<dense<8>, relu, dense<1>>, reads::own_signal>;
template <extent Units, class Unit, reads Reads = reads::first_input>
struct bank {
    static_assert(unit_of_layers<Unit>,
                  "a bank repeats a unit: bank<100, unit<conv<19>, relu, max_pool<7>>>");
    static constexpr extent units = Units;
    static constexpr int layers = Unit::layers, banks = 1;
    static constexpr reads from = Reads;
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

/// Two outputs of units, as features: counted from 0 over all banks in their order, which for units of one
/// output is to count units. They are the columns of final.weight.
struct feature_pair {
    extent first{}, second{};
    friend constexpr bool operator==(feature_pair const&, feature_pair const&) = default;
};

/// A term over pairs, added to what the heads give: for every output a weight of each product of two unit
/// outputs, the tensor pairs.weight (O, pairs). It stands behind the heads. Pairs that are chosen after
/// training are given to network_description::pairs instead.
///
///     using net = network<dna<200>, bank<100, my_unit>, linear_head<3>,
///                         pair_products<feature_pair{0, 7}, feature_pair{3, 12}>>;
template <feature_pair... Pairs>
struct pair_products {
    static_assert(sizeof...(Pairs) > 0, "pair_products<...> has at least one pair: feature_pair{0, 7}");
    static_assert(((Pairs.first >= 0 && Pairs.second >= 0 && Pairs.first != Pairs.second) && ...),
                  "a pair is of two different features, counted from 0: feature_pair{0, 7}");
    static constexpr int layers = 0, banks = 0;
    static constexpr std::array<feature_pair, sizeof...(Pairs)> pairs{Pairs...};
    using layer_types = pack<>;
};

namespace detail {
template <class Part>
inline constexpr int pairs_of = 0;
template <feature_pair... Pairs>
inline constexpr int pairs_of<pair_products<Pairs...>> = static_cast<int>(sizeof...(Pairs));

template <class Part>
inline constexpr bool is_head = false;
template <extent Outputs, head_bias Bias>
inline constexpr bool is_head<linear_head<Outputs, Bias>> = true;
} // namespace detail

/// Numbers of units by bank, from the first on; `dynamic` where none is given.
///
///     bank_units units{100, dynamic, 20};        // of the first bank and of the third
///     units[1] = 50;
class bank_units {
public:
    /// How many banks can be given a number; a network may have more whose number the type fixes.
    static constexpr std::size_t most = 64;

    constexpr bank_units() { all_.fill(dynamic); }
    /// Throws shape_error for more than `most` numbers.
    constexpr bank_units(std::initializer_list<extent> units) : bank_units{}
    {
        std::size_t bank = 0;
        for (extent const u : units) (*this)[bank++] = u;
    }
    /// What a bank is given. Throws shape_error for a bank beyond `most`.
    constexpr extent& operator[](std::size_t bank)
    {
        if (bank >= most)
            throw shape_error{"expected units of at most 64 banks; of those beyond the type must fix them"};
        return all_[bank];
    }
    /// `dynamic` for a bank beyond `most`.
    constexpr extent operator[](std::size_t bank) const { return bank < most ? all_[bank] : dynamic; }

private:
    std::array<extent, most> all_{};
};

/// The numbers a dynamic network still needs, one of a kind for all its layers. What the type fixes may be
/// left out; given all the same, it must be what the type says.
///
///     model<dynamic_net, cpu<float>> m{{.length = 200, .units = {100}, .outputs = 50}, seed{1}};
struct sizes {
    extent length = dynamic;
    bank_units units{}; ///< by bank
    extent outputs = dynamic;
    extent width = dynamic;                  ///< of convolutions
    extent pool = dynamic, stride = dynamic; ///< of pooling
    extent hidden = dynamic;                 ///< of dense layers
    extent dropout = dynamic;                ///< percent
    shape signals{dynamic, dynamic};         ///< channels and positions

    /// The number that fills what layers leave open.
    constexpr extent& of(given_size which)
    {
        switch (which) {
        case given_size::width:
            return width;
        case given_size::pool:
            return pool;
        case given_size::stride:
            return stride;
        case given_size::hidden:
            return hidden;
        case given_size::dropout:
            break;
        }
        return dropout;
    }
    constexpr extent of(given_size which) const { return sizes{*this}.of(which); }
};

} // namespace explainn::EXPLAINN_ABI
