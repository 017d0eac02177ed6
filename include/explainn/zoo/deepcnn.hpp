// DeepCNN: three convolutional layers and two dense ones, after Basset.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/zoo/card.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
using deepcnn_unit = unit<conv<19, 100>, batch_norm, relu, max_pool<3>, conv<7, 200>, batch_norm, relu,
                          max_pool<3>, conv<4, 200>, batch_norm, relu, max_pool<3>, dense<1000>, batch_norm,
                          relu, dropout<percent{30}>, dense<1000>, batch_norm, relu, dropout<percent{30}>>;
inline constexpr zoo_module deepcnn_modules[]{{"c1"}, {"bn1"}, {"c2"}, {"bn2"}, {"c3"}, {"bn3"},
                                              {"d4"}, {"bn4"}, {"d5"}, {"bn5"}, {"d6"}};
} // namespace detail

/// DeepCNN of the ExplaiNN paper (Novakovsky et al. 2023, Methods), adapted there from Basset (Kelley et al.
/// 2016).
///
///     using net = deepcnn<200, 50>;
template <extent Length = dynamic, extent Outputs = dynamic>
using deepcnn = network<dna<Length>, bank<1, detail::deepcnn_unit>, linear_head<Outputs>>;

/// The card of DeepCNN.
inline constexpr zoo_card deepcnn_card{.name = "deepcnn",
                                       .what = "three convolutional layers and two dense layers",
                                       .source =
                                           "Novakovsky et al. 2023, Genome Biology 24:154 (ConvNetDeep), "
                                           "after Kelley et al. 2016",
                                       .length = 200,
                                       .outputs = 50,
                                       .rows = detail::zoo_rows<deepcnn<>>,
                                       .modules = detail::deepcnn_modules};

} // namespace explainn::EXPLAINN_ABI
