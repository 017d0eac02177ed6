// AI-TAC: three padded convolutional layers, with batch norm behind the pooling, and two dense ones.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/zoo/card.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
using aitac_unit = unit<conv<19, 300, 9>, relu, max_pool<3, 3, 1>, batch_norm, conv<11, 200, 5>, relu,
                        max_pool<4, 4, 1>, batch_norm, conv<7, 200, 3>, relu, max_pool<4, 4, 1>, batch_norm,
                        dense<1000>, relu, dropout<percent{3}>, dense<1000>, relu, dropout<percent{3}>>;
inline constexpr zoo_module aitac_modules[]{{.name = "layer1_conv.0", .form = filter_form::image},
                                            {"layer1_process.1"},
                                            {.name = "layer2.0", .form = filter_form::image},
                                            {"layer2.3"},
                                            {.name = "layer3.0", .form = filter_form::image},
                                            {"layer3.3"},
                                            {"layer4.0"},
                                            {"layer5.0"},
                                            {"layer6.0"}};
} // namespace detail

/// AI-TAC (Maslova et al. 2020) as its authors' code has it: the outputs are numbers, with the Pearson loss.
///
///     using net = aitac<251, 81>;
template <extent Length = dynamic, extent Outputs = dynamic>
using aitac = network<dna<Length>, bank<1, detail::aitac_unit>, linear_head<Outputs>>;

/// The card of AI-TAC. Its authors' code writes the letters in the order A, T, G, C.
inline constexpr zoo_card aitac_card{.name = "ai-tac",
                                     .what = "three padded convolutional layers and two dense layers",
                                     .source = "Maslova et al. 2020, PNAS 117:25655",
                                     .length = 251,
                                     .outputs = 81,
                                     .letters = "ATGC",
                                     .rows = detail::zoo_rows<aitac<>>,
                                     .modules = detail::aitac_modules};

} // namespace explainn::EXPLAINN_ABI
