// CNN1 and CNN1Exp: one convolutional layer and two dense ones.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/zoo/card.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
template <activation Act>
using cnn1_unit = unit<conv<19, 100>, batch_norm, activate<Act>, max_pool<7>, dense<1000>, batch_norm, relu,
                       dropout<percent{30}>, dense<1000>, batch_norm, relu, dropout<percent{30}>>;
inline constexpr zoo_module cnn1_modules[]{{"c1"}, {"bn1"}, {"d2"}, {"bn2"}, {"d3"}, {"bn3"}, {"d4"}};
} // namespace detail

/// CNN1 of the ExplaiNN paper (Novakovsky et al. 2023, Methods): 100 filters of 19 bases with ReLU.
///
///     using net = cnn1<200, 50>;
template <extent Length = dynamic, extent Outputs = dynamic>
using cnn1 = network<dna<Length>, bank<1, detail::cnn1_unit<activation::relu>>, linear_head<Outputs>>;

/// CNN1Exp of the ExplaiNN paper: CNN1 with the exponential as its first activation.
///
///     using net = cnn1_exp<200, 50>;
template <extent Length = dynamic, extent Outputs = dynamic>
using cnn1_exp =
    network<dna<Length>, bank<1, detail::cnn1_unit<activation::exponential>>, linear_head<Outputs>>;

/// The card of CNN1.
inline constexpr zoo_card cnn1_card{.name = "cnn1",
                                    .what = "one convolutional layer with ReLU and two dense layers",
                                    .source =
                                        "Novakovsky et al. 2023, Genome Biology 24:154 (ConvNetShallow)",
                                    .length = 200,
                                    .outputs = 50,
                                    .rows = detail::zoo_rows<cnn1<>>,
                                    .modules = detail::cnn1_modules};
/// The card of CNN1Exp, whose tensors have the names of CNN1's.
inline constexpr zoo_card cnn1_exp_card{.name = "cnn1-exp",
                                        .what = "CNN1 with an exponential in place of the first ReLU",
                                        .source = "Novakovsky et al. 2023, Genome Biology 24:154",
                                        .length = 200,
                                        .outputs = 50,
                                        .rows = detail::zoo_rows<cnn1_exp<>>,
                                        .modules = detail::cnn1_modules};

} // namespace explainn::EXPLAINN_ABI
