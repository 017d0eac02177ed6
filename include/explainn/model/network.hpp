// network<dna<200>, bank<100, unit<...>>, linear_head<50>>: a model as a type.
#pragma once
#include <explainn/model/checked_parts.hpp>
#include <explainn/model/given_sizes.hpp>
#include <explainn/model/refusal.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
template <class... Parts>
constexpr auto outputs_by_head()
{
    std::array<extent, (std::size_t{0} + ... + std::size_t{is_head<Parts>})> all{};
    std::size_t i = 0;
    auto const add = [&]<class P>(P) {
        if constexpr (is_head<P>) all[i++] = P::outputs;
    };
    (add(Parts{}), ...);
    return all;
}
// The layout where the parts are those of a network; for other parts no shapes are computed.
template <class Input, class... Parts>
constexpr auto rows_of_parts()
{
    if constexpr (checked_parts<Input, Parts...>::right) return walk<Input, Parts...>();
    else return layout<1, 1>{};
}
template <class Input, class... Parts>
constexpr auto verdict_on_parts()
{
    if constexpr (checked_parts<Input, Parts...>::right) return verdict_as_type<Input, Parts...>();
    else return std::type_identity<nothing_refused>{};
}
template <class... Parts>
constexpr bool biases_agree()
{
    int with = 0, without = 0;
    auto const add = [&]<class P>(P) {
        if constexpr (is_head<P>) ++(P::bias == head_bias::learned ? with : without);
    };
    (add(Parts{}), ...);
    return with == 0 || without == 0;
}
} // namespace detail

/// A network's description: an input, one or more banks, and a head. A type whose shapes do not fit does not
/// compile, and the compiler says why in one sentence; numbers that the type leaves `dynamic` are checked by
/// resolve() with the same sentences.
///
///     using my_unit = unit<conv<19>, batch_norm, exponential, max_pool<7>, dense<1>>;
///     using net = network<dna<200>, bank<100, my_unit>, linear_head<50>>;
///     static_assert(net::is_static && net::rows.layers[3].out.positions == 26);
template <class Input, class... Parts>
struct network {
    static_assert(detail::biases_agree<Parts...>(), "either all heads of a network have a bias or none has");
    static_assert(detail::is_defined(detail::verdict_on_parts<Input, Parts...>()));
    using layer_types = detail::all_layers<Parts...>;
    /// The rows, with `dynamic` for each number that the type leaves open.
    static constexpr auto rows = detail::rows_of_parts<Input, Parts...>();
    /// The outputs of each head, as in the type.
    static constexpr auto heads = detail::outputs_by_head<Parts...>();
    static constexpr bool is_static = known(rows.length) && known(rows.features) && known(rows.outputs) &&
                                      known(rows.signals.channels) && known(rows.signals.positions);

    /// The rows with every number known. Throws shape_error with the sentence that the compiler would print,
    /// and for a given number that differs from the type's.
    static constexpr auto resolve(sizes const& given = {})
    {
        auto l = walk<Input, Parts...>(given);
        if (!l.says) throw shape_error{sentence(l.says, l.who).str()};
        detail::require_as_in_type(rows, heads, given);
        for (auto const& row : l.layers)
            if (!known(row.out.channels) || !known(row.out.positions) || !known(row.given))
                throw shape_error{"a dynamic network needs its numbers: length, units, outputs, and those "
                                  "its layers leave open"};
        if (!known(l.features) || !known(l.outputs) || !known(l.length) || !known(l.signals.channels) ||
            !known(l.signals.positions))
            throw shape_error{"a dynamic network needs its numbers: length or signals, units and outputs"};
        return l;
    }
};

namespace detail {
template <class N>
inline constexpr bool is_network = requires { N::resolve(sizes{}); };
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
