// The parts from which a network is declared: an input, banks of units, a head.
#pragma once
#include <array>
#include <initializer_list>

#include <explainn/core/rng.hpp>
#include <explainn/layers/layer.hpp>

namespace explainn::EXPLAINN_ABI {

/// DNA of Length bases; if Length is `dynamic`, it is given when the model is made.
template <extent Length>
struct dna {
    static constexpr extent length = Length;
    static constexpr reads first = reads::dna;
};
/// Channels times Positions real numbers for each row: signals<350> are 350 numbers, such as the scores of
/// 350 other models; signals<2, 200> are two tracks along 200 bases. Either may be `dynamic`.
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
/// The inputs of a network: the number of bases of a sequence (`length`, 0 where it reads no DNA) and the
/// shape of its signals (0 channels where it reads none).
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

/// The inputs of a network that reads DNA and signals. A bank reads one of them: the first, unless its third
/// argument names the other.
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
// A type that may not stand in a unit is refused with the first of these sentences that is true of it.
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

/// The layers of one unit, in order; a type that is not a layer is refused, and the error names the member
/// that it lacks.
template <class... Layers>
struct unit {
    static_assert(sizeof...(Layers) > 0, "a unit has at least one layer: unit<conv<19>, relu, max_pool<7>>");
    static_assert((detail::checked_layer<Layers>::right && ...));
    using layer_types = pack<Layers...>;
    static constexpr int layers = sizeof...(Layers);
};

/// The type that a bank repeats: a list of layers.
template <class U>
concept unit_of_layers = requires {
    typename U::layer_types;
    {
        U::layers
    } -> std::convertible_to<int>;
};

/// Units independent copies of one unit, each with its own parameters. They read the network's first input
/// unless Reads names another: reads::dna, reads::signals, or reads::own_signal. With own_signal, unit u
/// reads only channel u of the signals (a neural additive model), and there are as many units as channels.
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

/// Whether a head adds a bias to each output.
enum class head_bias : bool { none, learned };

/// logits = weight x unit outputs + bias: the only layer that combines units, apart from pair_products. Users
/// cannot add heads of another kind, because contributions and importances depend on a logit being a sum over
/// units. A non-linear step belongs before the head, as a layer of a unit, or after it, in a loss. Several
/// heads may read the same units, one for each task: their outputs follow one another in the columns of the
/// logits and in the rows of final.weight. Either all heads have a bias or none.
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

/// A pair of unit outputs, as features counted from 0 over all banks in their order; for units of one output
/// these numbers count the units. They are the columns of final.weight.
struct feature_pair {
    extent first{}, second{};
    friend constexpr bool operator==(feature_pair const&, feature_pair const&) = default;
};

/// A term over pairs, added to the outputs of the heads: for every output, a weight for each product of two
/// unit outputs, in the tensor pairs.weight (O, pairs). It stands behind the heads. Pairs that are chosen
/// after training are given to network_description::pairs instead.
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

/// A pair of units of one bank, counted from 0.
struct unit_pair {
    extent first{}, second{};
    friend constexpr bool operator==(unit_pair const&, unit_pair const&) = default;
};

/// A bank of a small unit for each of some pairs of units, so that motifs can act together: its unit k reads
/// the pooled cells of both units of pair k (what stands before their first dense layer) as (2 C, L), the
/// first unit's channels first, and what it gives takes part in the head as the output of any unit. The pairs
/// are of the last bank before it that is no pair_bank, and which unit is the first counts. Pairs that are
/// chosen when a program runs are given to bank_description::pairs instead.
///
///     using pair = unit<batch_norm, by_distance, batch_norm, dense<1>>;
///     using net = network<dna<200>, bank<100, my_unit>, pair_bank<pair, unit_pair{0, 7}, unit_pair{3, 12}>,
///                         linear_head<3>>;
template <class Unit, unit_pair... Pairs>
struct pair_bank {
    static_assert(unit_of_layers<Unit>, "a pair_bank has a unit for each pair: pair_bank<unit<by_distance, "
                                        "dense<1>>, unit_pair{0, 7}>");
    static_assert(sizeof...(Pairs) > 0, "pair_bank<...> has at least one pair: unit_pair{0, 7}");
    static_assert(((Pairs.first >= 0 && Pairs.second >= 0 && Pairs.first != Pairs.second) && ...),
                  "a pair is of two different units, counted from 0: unit_pair{0, 7}");
    static constexpr extent units = static_cast<extent>(sizeof...(Pairs));
    static constexpr int layers = Unit::layers, banks = 1;
    static constexpr reads from = reads::pair_cells;
    static constexpr std::array<unit_pair, sizeof...(Pairs)> unit_pairs{Pairs...};
    using layer_types = typename Unit::layer_types;
};

namespace detail {
template <class Part>
inline constexpr int unit_pairs_of = 0;
template <class Unit, unit_pair... Pairs>
inline constexpr int unit_pairs_of<pair_bank<Unit, Pairs...>> = static_cast<int>(sizeof...(Pairs));

template <class Part>
inline constexpr int pairs_of = 0;
template <feature_pair... Pairs>
inline constexpr int pairs_of<pair_products<Pairs...>> = static_cast<int>(sizeof...(Pairs));

template <class Part>
inline constexpr bool is_head = false;
template <extent Outputs, head_bias Bias>
inline constexpr bool is_head<linear_head<Outputs, Bias>> = true;
} // namespace detail

/// The number of units of each bank, from the first bank on; `dynamic` where none is given.
///
///     bank_units units{100, dynamic, 20};        // of the first bank and of the third
///     units[1] = 50;
class bank_units {
public:
    /// How many banks can be given a number; in a network with more banks, the type must fix the others.
    static constexpr std::size_t most = 64;

    constexpr bank_units() { all_.fill(dynamic); }
    /// Throws shape_error for more than `most` numbers.
    constexpr bank_units(std::initializer_list<extent> units) : bank_units{}
    {
        std::size_t bank = 0;
        for (extent const u : units) (*this)[bank++] = u;
    }
    /// The number given for a bank. Throws shape_error for a bank beyond `most`.
    constexpr extent& operator[](std::size_t bank)
    {
        if (bank >= most)
            throw shape_error{"expected units of at most 64 banks; of those beyond the type must fix them"};
        return all_[bank];
    }
    /// The number given for a bank; `dynamic` for one beyond `most`.
    constexpr extent operator[](std::size_t bank) const { return bank < most ? all_[bank] : dynamic; }

private:
    std::array<extent, most> all_{};
};

/// The numbers that a dynamic network still needs, one for all layers of a kind. A number that the type fixes
/// may be left out; if it is given, it must equal the type's.
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
