// DeepSTARR: four padded convolutional layers and two dense ones.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/zoo/card.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
using deepstarr_unit = unit<conv<7, 256, 3>, batch_norm, relu, max_pool<2>, conv<3, 60, 1>, batch_norm, relu,
                            max_pool<2>, conv<5, 60, 2>, batch_norm, relu, max_pool<2>, conv<3, 120, 1>,
                            batch_norm, relu, max_pool<2>, dense<256>, batch_norm, relu, dropout<percent{40}>,
                            dense<256>, batch_norm, relu, dropout<percent{40}>>;
inline constexpr zoo_module deepstarr_modules[]{
    {"convol.0"},  {"convol.1"}, {"convol.4"}, {"convol.5"}, {"convol.8"}, {"convol.9"}, {"convol.12"},
    {"convol.13"}, {"linear.0"}, {"linear.1"}, {"linear.4"}, {"linear.5"}, {"linear.8"}};
} // namespace detail

/// DeepSTARR (de Almeida et al. 2022) as the ExplaiNN paper describes it (Novakovsky et al. 2023, Methods).
///
///     using net = deepstarr<249, 2>;
template <extent Length = dynamic, extent Outputs = dynamic>
using deepstarr = network<dna<Length>, bank<1, detail::deepstarr_unit>, linear_head<Outputs>>;

/// The card of DeepSTARR.
inline constexpr zoo_card deepstarr_card{.name = "deepstarr",
                                         .what = "four padded convolutional layers and two dense layers",
                                         .source = "de Almeida et al. 2022, Nature Genetics 54:613",
                                         .length = 249,
                                         .outputs = 2,
                                         .rows = detail::zoo_rows<deepstarr<>>,
                                         .modules = detail::deepstarr_modules};

} // namespace explainn::EXPLAINN_ABI
