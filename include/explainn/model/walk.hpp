// The walk: computes shapes through a network from the input on, by one function for the compiler and for run
// time.
#pragma once
#include <array>

#include <explainn/model/parts.hpp>

namespace explainn::EXPLAINN_ABI {

struct bank_row {
    extent units{};
    int first{}, last{}; ///< its layers, in the flat list of all layers
    shape out{};         ///< of one unit
    reads from{};        ///< the input, never reads::first_input
    // of a bank that reads pair_cells only:
    int paired = -1;     ///< the bank of its pairs
    int cells = -1;      ///< the layer of that bank that reads the cells, too: its first dense layer
    int first_pair = -1; ///< its first pair in the flat list of all unit pairs
};

/// The result of the walk: a row per layer and bank, or a refusal.
template <int Layers, int Banks, int Heads = 1, int Pairs = 0, int UnitPairs = 0>
struct layout {
    verdict says{};
    phrase who{}; ///< filled only when refused
    std::array<layer_row, static_cast<std::size_t>(Layers)> layers{};
    std::array<bank_row, static_cast<std::size_t>(Banks)> banks{};
    std::array<extent, static_cast<std::size_t>(Heads)> heads{}; ///< outputs of each head
    extent length{}, features{}, outputs{};                      ///< outputs of all heads
    std::array<feature_pair, static_cast<std::size_t>(Pairs)> pairs{};
    std::array<unit_pair, static_cast<std::size_t>(UnitPairs)> unit_pairs{}; ///< of all banks of pairs
    shape signals{}; ///< 0 channels where there are none
    reads first{};   ///< the input of banks that name none
    head_bias bias = head_bias::learned;
};

namespace detail {

constexpr extent either(extent in_type, extent given) { return known(in_type) ? in_type : given; }

/// The layer's numbers, with the dynamic ones taken from `given`.
template <library_layer L>
constexpr numbers resolved(shape in, sizes const& given)
{
    if constexpr (requires { L::global; }) return {.width = in.positions, .stride = in.positions};
    numbers n = L::given;
    if constexpr (requires { L::open; })
        for (open_number const& o : L::open) n.*o.number = either(n.*o.number, given.of(o.from));
    return n;
}

struct cursor {
    int bank = 0, layer = 0, head = 0, unit_pair = 0;
};

// the name of a user's own layer as a value that outlives its row
template <class L>
inline constexpr phrase own_name = L::name();

template <class Layout>
constexpr bool refuse(Layout& l, verdict v, phrase const& who)
{
    l.says = v;
    l.who = who;
    return false;
}

template <class L>
constexpr layer_row row_of(shape in, shape out, numbers n)
{
    layer_row r;
    r.in = in;
    r.out = out;
    r.given = n;
    if constexpr (library_layer<L>) {
        r.what = L::what;
        if constexpr (requires { L::act; }) r.act = L::act;
        if constexpr (requires { L::global; }) r.global = true;
        if constexpr (requires { L::epsilon; }) {
            r.epsilon = L::epsilon;
            r.momentum = L::momentum;
        }
        if constexpr (requires { L::weights(in, n); }) r.weights = L::weights(in, n);
    } else {
        r.own = own_name<L>.view();
        if constexpr (requires { L::weights(in); }) r.weights = L::weights(in);
    }
    if constexpr (requires { L::keeps(in, out); }) r.keeps = L::keeps(in, out);
    else if constexpr (requires { L::keeps_for(in, n); }) r.keeps = L::keeps_for(in, n);
    return r;
}

template <class L>
constexpr phrase name_of_layer(numbers n)
{
    if constexpr (library_layer<L>) return L::name(n);
    else return L::name();
}
template <class L>
constexpr outcome after_layer(shape in, numbers n)
{
    if constexpr (library_layer<L>) return L::after(in, n);
    else return L::after(in);
}
/// The last `remember` among layers [first, end) that no later layer joins; -1 where there is none.
template <class Layers>
constexpr int remembered_before(Layers const& layers, int first, int end)
{
    int joined = 0;
    for (int i = end; i-- > first;) {
        auto const& row = layers[static_cast<std::size_t>(i)];
        if (row.partner >= 0) ++joined;
        else if (row.what == kind::remember && joined-- == 0) return i;
    }
    return -1;
}
/// The answer of layer number `end`, the next one of a unit whose layers begin at `first`.
template <class L, class Layers>
constexpr outcome after_layers(Layers const& layers, int first, int end, shape at, numbers n)
{
    if constexpr (requires { L::joins(at, at); })
        if (int const from = remembered_before(layers, first, end); from >= 0)
            return L::joins(at, layers[static_cast<std::size_t>(from)].out);
    return after_layer<L>(at, n);
}
/// Says in a row what it joins, where it does.
template <class L, class Layers>
constexpr void set_partner(Layers const& layers, int first, int end, layer_row& row)
{
    if constexpr (requires { L::joins(row.in, row.in); }) {
        row.partner = remembered_before(layers, first, end);
        row.remembered = layers[static_cast<std::size_t>(row.partner)].out;
    }
}
template <class L, class Layout>
constexpr bool step(Layout& l, shape& at, cursor& c, int first, reads from, sizes const& given)
{
    numbers n{};
    if constexpr (library_layer<L>) n = resolved<L>(at, given);
    outcome o = after_layers<L>(l.layers, first, c.layer, at, n);
    if (c.layer == first && !may_be_first<L>(from)) o = wants(at_least, 1, layers_before_it, 0);
    if (!o.fits)
        return refuse(l, {false, where::unit_layer, c.bank + 1, c.layer - first + 1, o.why},
                      name_of_layer<L>(n));
    layer_row row = row_of<L>(at, o.out, n);
    set_partner<L>(l.layers, first, c.layer, row);
    l.layers[static_cast<std::size_t>(c.layer++)] = row;
    at = o.out;
    return true;
}

/// The shape of the input that a unit reads.
template <class Layout>
constexpr shape input_of(Layout const& l, reads from)
{
    if (from == reads::dna) return {4, l.length};
    return from == reads::signals ? l.signals : shape{1, l.signals.positions};
}

template <class Layout, extent Units, class... L, reads Reads>
constexpr bool part(Layout& l, bank<Units, unit<L...>, Reads>, sizes const& given, cursor& c)
{
    auto const b = static_cast<std::size_t>(c.bank);
    reads const from = Reads == reads::first_input ? l.first : Reads;
    extent count = either(Units, given.units[b]);
    if (from == reads::own_signal) {
        count = either(count, l.signals.channels);
        if (known(l.signals.channels) && count != l.signals.channels)
            return refuse(
                l, {false, where::bank, c.bank + 1, 0, wants(exactly, l.signals.channels, copies, count)},
                spell("bank", count));
    }
    if (surely_less(count, 1))
        return refuse(l, {false, where::bank, c.bank + 1, 0, wants(at_least, 1, copies, count)},
                      spell("bank", count));
    shape at = input_of(l, from);
    int const first = c.layer;
    if (!(step<L>(l, at, c, first, from, given) && ...)) return false;
    l.banks[b] = {count, first, c.layer, at, from};
    ++c.bank;
    l.features = extent_sum(l.features, extent_product(count, extent_product(at.channels, at.positions)));
    return true;
}

/// The number of the last of the first `end` banks that reads no pair_cells; -1 where there is none.
template <class Banks>
constexpr int bank_of_pairs(Banks const& banks, int end)
{
    while (--end >= 0 && banks[static_cast<std::size_t>(end)].from == reads::pair_cells) {}
    return end;
}
/// The first dense layer of a bank, unless no layer stands before it: -1 then.
template <class Layers>
constexpr int layer_of_cells(Layers const& layers, bank_row const& of)
{
    for (int i = of.first; i < of.last; ++i)
        if (layers[static_cast<std::size_t>(i)].what == kind::dense) return i > of.first ? i : -1;
    return -1;
}
/// What the units of a bank of pairs read, by the layer that reads the cells of one unit.
constexpr shape pair_input(layer_row const& cells)
{
    return {extent_product(2, cells.in.channels), cells.in.positions};
}

template <class Layout, class... L, unit_pair... Pairs>
constexpr bool part(Layout& l, pair_bank<unit<L...>, Pairs...>, sizes const& given, cursor& c)
{
    auto const b = static_cast<std::size_t>(c.bank);
    constexpr extent count = static_cast<extent>(sizeof...(Pairs));
    int const of = bank_of_pairs(l.banks, c.bank);
    auto const& paired = l.banks[static_cast<std::size_t>(of)];
    int const cells = layer_of_cells(l.layers, paired);
    phrase const who{"pair_bank"};
    if (cells < 0)
        return refuse(l, {false, where::bank, c.bank + 1, 0, wants(at_least, 1, layers_of_cells, 0)}, who);
    int const first_pair = c.unit_pair;
    for (unit_pair const pair : pair_bank<unit<L...>, Pairs...>::unit_pairs) {
        extent const least = (pair.first > pair.second ? pair.first : pair.second) + 1;
        if (surely_less(paired.units, least))
            return refuse(
                l, {false, where::bank, c.bank + 1, 0, wants(at_least, least, units_of_pairs, paired.units)},
                who);
        l.unit_pairs[static_cast<std::size_t>(c.unit_pair++)] = pair;
    }
    shape at = pair_input(l.layers[static_cast<std::size_t>(cells)]);
    int const first = c.layer;
    if (!(step<L>(l, at, c, first, reads::pair_cells, given) && ...)) return false;
    l.banks[b] = {count, first, c.layer, at, reads::pair_cells, of, cells, first_pair};
    ++c.bank;
    l.features = extent_sum(l.features, extent_product(count, extent_product(at.channels, at.positions)));
    return true;
}

template <class Layout, extent Outputs, head_bias Bias>
constexpr bool part(Layout& l, linear_head<Outputs, Bias>, sizes const& given, cursor& c)
{
    extent const count = either(Outputs, given.outputs);
    if (surely_less(count, 1))
        return refuse(l, {false, where::head, 0, 0, wants(at_least, 1, outputs, count)},
                      spell("linear_head", count));
    l.outputs = extent_sum(l.outputs, count);
    l.bias = Bias;
    l.heads[static_cast<std::size_t>(c.head++)] = count;
    return true;
}

template <class Layout, feature_pair... Pairs>
constexpr bool part(Layout& l, pair_products<Pairs...>, sizes const&, cursor&)
{
    l.pairs = pair_products<Pairs...>::pairs;
    for (auto const& pair : l.pairs) {
        extent const least = (pair.first > pair.second ? pair.first : pair.second) + 1;
        if (surely_less(l.features, least))
            return refuse(l, {false, where::term, 0, 0, wants(at_least, least, features, l.features)},
                          phrase{"pair_products"});
    }
    return true;
}

} // namespace detail

/// The layout of a network of these parts.
template <class Input, class... Parts>
constexpr auto walk(sizes const& given = {})
{
    layout<(0 + ... + Parts::layers), (0 + ... + Parts::banks), (0 + ... + int{detail::is_head<Parts>}),
           (0 + ... + detail::pairs_of<Parts>), (0 + ... + detail::unit_pairs_of<Parts>)>
        l;
    constexpr shape numbers = detail::signals_of<Input>();
    l.first = Input::first;
    l.length = detail::either(Input::length, given.length);
    l.signals = {detail::either(numbers.channels, given.signals.channels),
                 detail::either(numbers.positions, given.signals.positions)};
    if (detail::takes_dna<Input>() && surely_less(l.length, 1)) {
        detail::refuse(l, {false, where::input, 0, 0, wants(at_least, 1, bases_a_row, l.length)},
                       spell("dna", l.length));
        return l;
    }
    if (numbers != shape{} && (surely_less(l.signals.channels, 1) || surely_less(l.signals.positions, 1))) {
        bool const few = surely_less(l.signals.channels, 1);
        extent const got = few ? l.signals.channels : l.signals.positions;
        detail::refuse(l, {false, where::input, 0, 0, wants(at_least, 1, few ? channels : positions, got)},
                       spell("signals", l.signals.channels, l.signals.positions));
        return l;
    }
    detail::cursor c;
    (void)(detail::part(l, Parts{}, given, c) && ...);
    return l;
}

} // namespace explainn::EXPLAINN_ABI
