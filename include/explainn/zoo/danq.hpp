// DanQ: a convolutional layer, one or two bidirectional LSTMs, a dense layer.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/zoo/card.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
using danq_unit = unit<conv<26, 320>, relu, max_pool<13>, dropout<percent{20}>, bidirectional_lstm<320>,
                       transpose, dropout<percent{50}>, dense<925>, relu>;
inline constexpr zoo_module danq_modules[]{{"conv1"}, {"bi_lstm_layer"}, {"linear.0"}, {"linear.2"}};

using danq2_unit = unit<conv<26, 320>, relu, max_pool<13>, dropout<percent{20}>, bidirectional_lstm<320>,
                        dropout<percent{50}>, bidirectional_lstm<320>, transpose, dense<925>, relu>;
inline constexpr zoo_module danq2_modules[]{
    {"Conv1"}, {"BiLSTM"}, {.name = "BiLSTM", .lstm_layer = 1}, {"Linear1"}, {"Linear2"}};
} // namespace detail

/// DanQ (Quang & Xie 2016) as the reference implementation of ExplaiNN has it: one bidirectional LSTM of 320.
/// There its dropout is active at inference too, by mistake; here it is not.
///
///     using net = danq<200, 50>;
template <extent Length = dynamic, extent Outputs = dynamic>
using danq = network<dna<Length>, bank<1, detail::danq_unit>, linear_head<Outputs>>;

/// DanQ with two bidirectional LSTMs and dropout between them, as the Methods of the ExplaiNN paper describe
/// it and its first published code has it.
///
///     using net = danq2<200, 50>;
template <extent Length = dynamic, extent Outputs = dynamic>
using danq2 = network<dna<Length>, bank<1, detail::danq2_unit>, linear_head<Outputs>>;

/// The card of DanQ.
inline constexpr zoo_card danq_card{.name = "danq",
                                    .what = "a convolutional layer, a bidirectional LSTM and a dense layer",
                                    .source = "Quang & Xie 2016, Nucleic Acids Research 44:e107",
                                    .length = 200,
                                    .outputs = 50,
                                    .rows = detail::zoo_rows<danq<>>,
                                    .modules = detail::danq_modules};
/// The card of DanQ with two LSTMs.
inline constexpr zoo_card danq2_card{.name = "danq2",
                                     .what = "DanQ with two bidirectional LSTMs",
                                     .source = "Novakovsky et al. 2023, Genome Biology 24:154, Methods",
                                     .length = 200,
                                     .outputs = 50,
                                     .rows = detail::zoo_rows<danq2<>>,
                                     .modules = detail::danq2_modules};

} // namespace explainn::EXPLAINN_ABI
