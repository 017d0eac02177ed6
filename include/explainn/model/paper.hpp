// The paper's network as a recipe: the layers of a unit for any number of dense layers (num_fc of the
// reference).
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>

namespace explainn::EXPLAINN_ABI {

/// The numbers of a paper network; the defaults are the reference's. All but num_fc may be `dynamic`.
struct paper {
    extent length = 200;
    extent units = 100;
    extent outputs = 1;
    extent width = 19;
    int num_fc = 2;
    extent pool = 7;
    extent stride = 7;
    extent hidden = 100;
    percent dropout{30};
    activation act = activation::exponential;
};

namespace detail {

template <paper P, class... Before>
struct paper_unit;
template <paper P, class... Before>
    requires(P.num_fc == 0)
struct paper_unit<P, Before...> {
    using type = unit<Before..., global_max_pool>;
};
template <paper P, class... Before>
    requires(P.num_fc == 1)
struct paper_unit<P, Before...> {
    using type = unit<Before..., dense<1>, batch_norm, relu>;
};

// the hidden layers between the first and the last, with the dropout after each
template <int Left, paper P, class... Before>
struct hidden_layers
    : hidden_layers<Left - 1, P, Before..., dense<P.hidden>, batch_norm, relu, explainn::dropout<P.dropout>> {
};
template <paper P, class... Before>
struct hidden_layers<0, P, Before...> {
    using type = unit<Before..., dense<1>, batch_norm, relu>;
};
template <paper P, class... Before>
    requires(P.num_fc >= 2)
struct paper_unit<P, Before...> : hidden_layers<P.num_fc - 1, P, Before...> {};

template <paper P>
struct paper_start {
    using type =
        typename paper_unit<P, conv<P.width>, batch_norm, activate<P.act>, max_pool<P.pool, P.stride>>::type;
};
template <paper P>
    requires(P.num_fc == 0)
struct paper_start<P> {
    using type = typename paper_unit<P, conv<P.width>, batch_norm, activate<P.act>>::type;
};

} // namespace detail

/// One unit of the paper's network (Novakovsky et al. 2023, Methods); the layers are those of the reference
/// with num_fc of 0, 1, 2 and more.
template <paper P>
using paper_unit = typename detail::paper_start<P>::type;

/// The paper's network.
///
///     using net = paper_network<paper{.length = 200, .units = 100, .outputs = 50}>;
template <paper P>
using paper_network = network<dna<P.length>, bank<P.units, paper_unit<P>>, linear_head<P.outputs>>;

/// A paper network whose numbers, except num_fc, are given at run time.
template <int NumFc>
using dynamic_paper_network = paper_network<paper{.length = dynamic,
                                                  .units = dynamic,
                                                  .outputs = dynamic,
                                                  .width = dynamic,
                                                  .num_fc = NumFc,
                                                  .pool = dynamic,
                                                  .stride = dynamic,
                                                  .hidden = dynamic,
                                                  .dropout = percent{dynamic}}>;

} // namespace explainn::EXPLAINN_ABI
