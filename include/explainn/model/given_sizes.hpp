// Numbers that are given to a network although its type fixes them: they must be the same as in the type.
#pragma once
#include <array>
#include <string>

#include <explainn/layers/layers.hpp>
#include <explainn/model/walk.hpp>

namespace explainn::EXPLAINN_ABI::detail {

[[noreturn]] inline void refuse_given(std::string const& what, extent fixed, extent given)
{
    throw shape_error{"the type fixes " + what + " at " + std::to_string(fixed) + ", but " +
                      std::to_string(given) + " is given"};
}

/// The number of a layer that a number of `sizes` would fill; null where there is none.
constexpr extent numbers::*number_for(layer_row const& row, given_size which)
{
    // a pool as wide as its input may be a global one, which takes no number
    bool const pools = row.what == kind::max_pool || row.what == kind::average_pool;
    if (pools && row.given.width == row.in.positions && row.out.positions == 1) return nullptr;
    // a dense layer of one output ends a unit and is no hidden one
    if (row.what == kind::dense && row.given.outputs == 1) return nullptr;
    extent numbers::*found = nullptr;
    each_open_number(row.what, [&](open_number const& o) {
        if (o.from == which) found = o.number;
    });
    return found;
}

/// A number of `sizes` in words.
struct size_in_words {
    given_size which;
    char const* name;
};
inline constexpr size_in_words sizes_in_words[]{{given_size::width, "the width of convolutions"},
                                                {given_size::pool, "the width of pools"},
                                                {given_size::stride, "the stride of pools"},
                                                {given_size::hidden, "the outputs of hidden dense layers"},
                                                {given_size::dropout, "the percentage of dropout"}};

/// Throws shape_error where a number is given that differs from the number in the type and that no layer,
/// bank or head leaves open. `in_type` are the rows of the type alone, `heads` the outputs of each head in
/// the type.
template <class Layout, std::size_t Heads>
constexpr void require_as_in_type(Layout const& in_type, std::array<extent, Heads> const& heads,
                                  sizes const& given)
{
    auto const differs = [](extent of_type, extent number) {
        return known(of_type) && known(number) && of_type != number;
    };
    if (differs(in_type.length, given.length)) refuse_given("the length", in_type.length, given.length);
    if (differs(in_type.signals.channels, given.signals.channels))
        refuse_given("the channels of the signals", in_type.signals.channels, given.signals.channels);
    if (differs(in_type.signals.positions, given.signals.positions))
        refuse_given("the positions of the signals", in_type.signals.positions, given.signals.positions);
    for (std::size_t b = 0; b < bank_units::most; ++b) {
        if (b >= in_type.banks.size()) {
            if (known(given.units[b]))
                throw shape_error{"units are given for bank " + std::to_string(b + 1) +
                                  ", but the network has " + std::to_string(in_type.banks.size())};
        } else if (differs(in_type.banks[b].units, given.units[b])) {
            refuse_given("the units of bank " + std::to_string(b + 1), in_type.banks[b].units,
                         given.units[b]);
        }
    }
    bool taken = !known(given.outputs) || given.outputs == in_type.outputs || Heads == 0;
    for (extent const outputs : heads) taken = taken || !differs(outputs, given.outputs);
    if (!taken) refuse_given("the outputs", in_type.outputs, given.outputs);
    for (auto const& number : sizes_in_words) {
        extent fixed = dynamic, wanted = given.of(number.which);
        bool open = false;
        for (auto const& row : in_type.layers) {
            auto const at = number_for(row, number.which);
            if (at == nullptr) continue;
            open = open || !differs(row.given.*at, wanted);
            if (!known(fixed)) fixed = row.given.*at;
        }
        if (!open && known(fixed) && known(wanted)) refuse_given(number.name, fixed, wanted);
    }
}

} // namespace explainn::EXPLAINN_ABI::detail
