// LegNet: blocks of depthwise convolutions, squeeze and excitation and residuals, after EfficientNetV2.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/zoo/card.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// The layers of several units, one after the other.
template <class... Units>
struct joined_units;
template <class... L>
struct joined_units<unit<L...>> {
    using type = unit<L...>;
};
template <class... A, class... B, class... Rest>
struct joined_units<unit<A...>, unit<B...>, Rest...> {
    using type = typename joined_units<unit<A..., B...>, Rest...>::type;
};

/// A block of LegNet from In channels to Out: what widened channels say joins the input, and both become Out
/// channels of half as many positions.
template <extent In, extent Out>
using legnet_block = unit<remember, conv<1, 4 * In>, batch_norm, silu, depthwise_conv<9, 4>, batch_norm, silu,
                          squeeze_excite<In>, conv<1, In>, batch_norm, silu, concat_remembered,
                          conv<9, Out, 4>, batch_norm, silu, max_pool<2>>;
using legnet_unit =
    joined_units<unit<conv<11, 64, 5>, batch_norm, silu>, legnet_block<64, 80>, legnet_block<80, 96>,
                 legnet_block<96, 112>, legnet_block<112, 128>,
                 unit<batch_norm, conv<1, 256>, global_average_pool, dense<256>, batch_norm, silu>>::type;
inline constexpr zoo_module legnet_modules[]{{.name = "stem.block.0", .bias = false},
                                             {"stem.block.1"},
                                             {.name = "main.0.0.fn.block.0", .bias = false},
                                             {"main.0.0.fn.block.1"},
                                             {.name = "main.0.0.fn.block.3", .bias = false},
                                             {"main.0.0.fn.block.4"},
                                             {"main.0.0.fn.block.6"},
                                             {.name = "main.0.0.fn.block.7", .bias = false},
                                             {"main.0.0.fn.block.8"},
                                             {.name = "main.0.1.block.0", .bias = false},
                                             {"main.0.1.block.1"},
                                             {.name = "main.1.0.fn.block.0", .bias = false},
                                             {"main.1.0.fn.block.1"},
                                             {.name = "main.1.0.fn.block.3", .bias = false},
                                             {"main.1.0.fn.block.4"},
                                             {"main.1.0.fn.block.6"},
                                             {.name = "main.1.0.fn.block.7", .bias = false},
                                             {"main.1.0.fn.block.8"},
                                             {.name = "main.1.1.block.0", .bias = false},
                                             {"main.1.1.block.1"},
                                             {.name = "main.2.0.fn.block.0", .bias = false},
                                             {"main.2.0.fn.block.1"},
                                             {.name = "main.2.0.fn.block.3", .bias = false},
                                             {"main.2.0.fn.block.4"},
                                             {"main.2.0.fn.block.6"},
                                             {.name = "main.2.0.fn.block.7", .bias = false},
                                             {"main.2.0.fn.block.8"},
                                             {.name = "main.2.1.block.0", .bias = false},
                                             {"main.2.1.block.1"},
                                             {.name = "main.3.0.fn.block.0", .bias = false},
                                             {"main.3.0.fn.block.1"},
                                             {.name = "main.3.0.fn.block.3", .bias = false},
                                             {"main.3.0.fn.block.4"},
                                             {"main.3.0.fn.block.6"},
                                             {.name = "main.3.0.fn.block.7", .bias = false},
                                             {"main.3.0.fn.block.8"},
                                             {.name = "main.3.1.block.0", .bias = false},
                                             {"main.3.1.block.1"},
                                             {"mapper.block.0"},
                                             {"mapper.block.1"},
                                             {"head.0"},
                                             {"head.1"},
                                             {"head.3"}};
} // namespace detail

/// LegNet (Penzar et al. 2023) in the size that was published for human promoters and enhancers. In PyTorch
/// its convolutions before batch norm have no bias; here they have one that batch norm makes void.
///
///     using net = legnet<230, 1>;
template <extent Length = dynamic, extent Outputs = dynamic>
using legnet = network<dna<Length>, bank<1, detail::legnet_unit>, linear_head<Outputs>>;

/// The card of LegNet.
inline constexpr zoo_card legnet_card{.name = "legnet",
                                      .what = "depthwise convolutions, squeeze and excitation and residuals, "
                                              "then a mean over all positions and a dense layer",
                                      .source = "Penzar et al. 2023, Bioinformatics 39:btad457",
                                      .length = 230,
                                      .outputs = 1,
                                      .rows = detail::zoo_rows<legnet<>>,
                                      .modules = detail::legnet_modules};

} // namespace explainn::EXPLAINN_ABI
