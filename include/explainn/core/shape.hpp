// One algebra over integers, at compile time and at run time: an extent may be unknown (dynamic).
#pragma once
#include <explainn/core/error.hpp>
#include <explainn/core/text.hpp>

namespace explainn::EXPLAINN_ABI {

/// A count along one axis.
using extent = int;
/// An extent that is not known until the model is made.
inline constexpr extent dynamic = -1;

/// What flows between the layers of one unit: C channels of L positions.
struct shape {
    extent channels{};
    extent positions{};
    friend constexpr bool operator==(shape const&, shape const&) = default;
};

constexpr bool known(extent n) { return n != dynamic; }
/// Whether a < b is certain.
constexpr bool surely_less(extent a, extent b) { return known(a) && known(b) && a < b; }
/// How many windows of `width` fit into `length` positions when one starts at every `stride`-th position.
constexpr extent windows(extent length, extent width, extent stride)
{
    return known(length) && known(width) ? (length - width) / stride + 1 : dynamic;
}
constexpr extent extent_product(extent a, extent b) { return known(a) && known(b) ? a * b : dynamic; }
constexpr extent extent_sum(extent a, extent b) { return known(a) && known(b) ? a + b : dynamic; }

// The grammar of every refusal: PLACE: LAYER needs RELATION NUMBER NOUN, but gets NUMBER
enum relation : int { at_least, at_most, exactly };
enum noun : int {
    positions,
    one_position,
    channels,
    one_channel,
    features,
    one_feature,
    outputs,
    one_output,
    copies,
    one_copy,
    layers_before_it,
    one_layer_before_it,
    bases_a_row,
    one_base_a_row,
    percent_of_rate,
    one_percent_of_rate,
    remembering_layers,
    one_remembering_layer,
    units_of_pairs,
    one_unit_of_pairs,
    layers_of_cells,
    one_layer_of_cells
};
constexpr char const* word(relation r)
{
    constexpr char const* words[]{"at least", "at most", "exactly"};
    return words[r];
}
constexpr char const* word(noun n)
{
    constexpr char const* words[]{"positions",
                                  "position",
                                  "channels",
                                  "channel",
                                  "features",
                                  "feature",
                                  "outputs",
                                  "output",
                                  "copies",
                                  "copy",
                                  "layers before it",
                                  "layer before it",
                                  "bases",
                                  "base",
                                  "percent",
                                  "percent",
                                  "remember layers before it",
                                  "remember layer before it",
                                  "units in the bank of its pairs",
                                  "unit in the bank of its pairs",
                                  "layers before a dense one in the bank of its pairs",
                                  "layer before a dense one in the bank of its pairs"};
    return words[n];
}

/// A requirement of a layer that the input does not meet.
struct complaint {
    relation how{};
    extent number{};
    noun of{};
    extent got{};
};
/// A layer's answer to the shape of its input: the shape of its output, or its complaint.
struct outcome {
    shape out{};
    bool fits = true;
    complaint why{};
    constexpr outcome(shape s) : out{s} {}
    constexpr outcome(complaint c) : fits{false}, why{c} {}
};
/// wants(at_least, 7, positions, 4): "needs at least 7 positions, but gets 4".
constexpr complaint wants(relation how, extent number, noun of, extent got)
{
    return {how, number, static_cast<noun>(of + (number == 1 ? 1 : 0)), got};
}

enum class where : int { nothing, input, unit_layer, bank, head, term };
/// The result of a walk over a network: whether it fits and, if not, where and why.
struct verdict {
    bool fits = true;
    where place{};
    int bank{};  // counted from 1
    int layer{}; // counted from 1
    complaint why{};
    constexpr explicit operator bool() const { return fits; }
};

/// "in bank 1, at layer 4: max_pool<7, 7> needs at least 7 positions, but gets 4"
constexpr phrase sentence(verdict const& v, phrase const& who)
{
    phrase p;
    if (v.place == where::unit_layer) {
        p += "in bank ";
        p += v.bank;
        p += ", at layer ";
        p += v.layer;
        p += ": ";
    }
    if (v.place == where::bank) {
        p += "in bank ";
        p += v.bank;
        p += ": ";
    }
    p += who;
    p += " needs ";
    p += word(v.why.how);
    p += " ";
    p += v.why.number;
    p += " ";
    p += word(v.why.of);
    p += ", but gets ";
    p += v.why.got;
    return p;
}

// The same sentence as a type, for compilers that do not print text in template arguments.
template <int Bank>
struct in_bank;
template <int Layer>
struct at_layer;
template <relation How, extent Number, noun Of>
struct needs;
template <extent Number>
struct but_gets;

} // namespace explainn::EXPLAINN_ABI
