// Numbers that are given to a network although its type fixes them: they must be the same as in the type.
#pragma once
#include <array>
#include <string>

#include <explainn/model/walk.hpp>

namespace explainn::EXPLAINN_ABI::detail {

[[noreturn]] inline void refuse_given(std::string const& what, extent fixed, extent given)
{
    throw shape_error{"the type fixes " + what + " at " + std::to_string(fixed) + ", but " +
                      std::to_string(given) + " is given"};
}

/// One number of `sizes` and the layers that may take it.
struct number_of_layers {
    char const* name;
    extent given;
    std::array<kind, 2> layers;
    extent numbers::*at;

    constexpr bool is_of(layer_row const& row) const
    {
        // a global pool takes no number: it is as wide as its input
        bool const pools = row.what == kind::max_pool || row.what == kind::average_pool;
        if (pools && row.given.width == row.in.positions && row.out.positions == 1) return false;
        // a dense layer of one output ends a unit and is no hidden one
        if (row.what == kind::dense && row.given.outputs == 1) return false;
        return row.what == layers[0] || row.what == layers[1];
    }
};

/// Throws shape_error where a number is given that differs from the number in the type and that no layer,
/// bank or head leaves open. `in_type` are the rows of the type alone, `heads` the outputs of each head in
/// the type.
template <class Layout, std::size_t Heads>
constexpr void require_as_in_type(Layout const& in_type, std::array<extent, Heads> const& heads,
                                  sizes const& given)
{
    auto const differs = [](extent fixed, extent number) {
        return known(fixed) && known(number) && fixed != number;
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
    std::array<number_of_layers, 5> const all{{
        {"the width of convolutions", given.width, {kind::conv, kind::conv}, &numbers::width},
        {"the width of pools", given.pool, {kind::max_pool, kind::average_pool}, &numbers::width},
        {"the stride of pools", given.stride, {kind::max_pool, kind::average_pool}, &numbers::stride},
        {"the outputs of hidden dense layers", given.hidden, {kind::dense, kind::dense}, &numbers::outputs},
        {"the percentage of dropout", given.dropout, {kind::dropout, kind::dropout}, &numbers::percent},
    }};
    for (auto const& number : all) {
        extent fixed = dynamic;
        bool open = false;
        for (auto const& row : in_type.layers) {
            if (!number.is_of(row)) continue;
            open = open || !differs(row.given.*number.at, number.given);
            if (!known(fixed)) fixed = row.given.*number.at;
        }
        if (!open && known(fixed) && known(number.given)) refuse_given(number.name, fixed, number.given);
    }
}

} // namespace explainn::EXPLAINN_ABI::detail
