// Checks the kinds and the order of the parts of a network, and says in one sentence what is wrong with them.
#pragma once
#include <explainn/model/parts.hpp>

namespace explainn::EXPLAINN_ABI::detail {

template <class P>
inline constexpr bool is_bank = false;
template <extent Units, class Unit, reads Reads>
inline constexpr bool is_bank<bank<Units, Unit, Reads>> = true;

template <class P>
inline constexpr bool is_pair_bank = unit_pairs_of<P> != 0;
// whether a pair_bank stands before every other bank
template <class... Parts>
constexpr bool pairs_before_units()
{
    bool units = false, found = false;
    ((found = found || (is_pair_bank<Parts> && !units), units = units || is_bank<Parts>), ...);
    return found;
}

// whether a type may stand behind an input
template <class P>
inline constexpr bool stands_in_network = is_bank<P> || is_pair_bank<P> || is_head<P> || pairs_of<P> != 0;

// whether the layers of a bank's unit are all layers; unit<...> itself says which one is not
template <class P>
inline constexpr bool has_layers = true;
template <extent Units, class... Layers, reads Reads>
inline constexpr bool has_layers<bank<Units, unit<Layers...>, Reads>> = (layer<Layers> && ...);
template <class... Layers, unit_pair... Pairs>
inline constexpr bool has_layers<pair_bank<unit<Layers...>, Pairs...>> = (layer<Layers> && ...);

// whether the network has the input that a bank names
template <class Input, class P>
constexpr bool finds_its_input()
{
    if constexpr (is_bank<P>) {
        if (P::from == reads::dna) return takes_dna<Input>();
        if (P::from == reads::signals || P::from == reads::own_signal) return signals_of<Input>() != shape{};
    }
    return true;
}

enum class parts_fault {
    none,
    no_input,
    two_inputs,
    bare_unit,
    bare_layer,
    stranger,
    no_bank,
    no_head,
    head_before_bank,
    pairs_before_bank,
    no_such_input,
    term_not_last
};

template <class... Parts>
constexpr bool bank_after_head()
{
    bool head = false, found = false;
    ((found = found || (head && (is_bank<Parts> || is_pair_bank<Parts>)), head = head || is_head<Parts>),
     ...);
    return found;
}

// whether there is at most one pair_products, behind all other parts
template <class... Parts>
constexpr bool term_is_last()
{
    int at = 0, first = static_cast<int>(sizeof...(Parts));
    ((first = pairs_of<Parts> != 0 && at < first ? at : first, ++at), ...);
    return first >= static_cast<int>(sizeof...(Parts)) - 1;
}

template <class Input, class... Parts>
constexpr parts_fault fault_of_parts()
{
    if constexpr (!input_part<Input>) return parts_fault::no_input;
    else if constexpr ((input_part<Parts> || ...)) return parts_fault::two_inputs;
    else if constexpr (((unit_of_layers<Parts> && !stands_in_network<Parts>) || ...))
        return parts_fault::bare_unit;
    else if constexpr ((layer<Parts> || ...)) return parts_fault::bare_layer;
    else if constexpr (!(stands_in_network<Parts> && ...)) return parts_fault::stranger;
    else if constexpr (!(is_bank<Parts> || ...)) return parts_fault::no_bank;
    else if constexpr (!(is_head<Parts> || ...)) return parts_fault::no_head;
    else if constexpr (bank_after_head<Parts...>()) return parts_fault::head_before_bank;
    else if constexpr (pairs_before_units<Parts...>()) return parts_fault::pairs_before_bank;
    else if constexpr (!term_is_last<Parts...>()) return parts_fault::term_not_last;
    else if constexpr (!(finds_its_input<Input, Parts>() && ...)) return parts_fault::no_such_input;
    else return parts_fault::none;
}

template <class Input, class... Parts>
struct checked_parts {
    static constexpr parts_fault fault = fault_of_parts<Input, Parts...>();
    static constexpr bool right = fault == parts_fault::none && (has_layers<Parts> && ...);
    static_assert(
        fault != parts_fault::no_input,
        "a network begins with its input: network<dna<200>, bank<100, unit<...>>, linear_head<50>>");
    static_assert(fault != parts_fault::two_inputs,
                  "a network has one input, which stands first; DNA and signals are "
                  "joined: inputs<dna<200>, signals<350>>");
    static_assert(fault != parts_fault::bare_unit,
                  "a unit stands in a bank, which says how many copies there are: bank<100, unit<...>>");
    static_assert(fault != parts_fault::bare_layer,
                  "a layer stands in a unit, and a unit in a bank: bank<100, unit<conv<19>, ...>>");
    static_assert(
        fault != parts_fault::stranger,
        "a network is made of an input, banks of units and heads, and one of these types is none of them");
    static_assert(fault != parts_fault::no_bank, "a network has at least one bank: bank<100, unit<...>>");
    static_assert(fault != parts_fault::no_head,
                  "a network ends with a head, which says how many outputs there are: linear_head<50>");
    static_assert(fault != parts_fault::head_before_bank,
                  "a network ends with its heads, and here a bank stands behind a head: network<dna<200>, "
                  "bank<100, unit<...>>, linear_head<50>>");
    static_assert(fault != parts_fault::pairs_before_bank,
                  "a pair_bank stands behind the bank whose units it pairs: network<dna<200>, bank<100, "
                  "unit<...>>, pair_bank<unit<...>, unit_pair{0, 7}>, linear_head<50>>");
    static_assert(fault != parts_fault::term_not_last,
                  "pair_products<...> is the last part of a network, and there is one at most");
    static_assert(fault != parts_fault::no_such_input,
                  "a bank reads an input that the network does not have: reads::dna needs dna<...> and "
                  "reads::signals or reads::own_signal needs signals<...>, inputs<dna<200>, signals<350>> "
                  "has both");
};

} // namespace explainn::EXPLAINN_ABI::detail
