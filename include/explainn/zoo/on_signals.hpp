// The networks of the ExplaiNN paper that stand on the outputs of other models: a weight a number, or a
// curve.
#pragma once
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>

namespace explainn::EXPLAINN_ABI {

/// SingleLayer of the ExplaiNN paper (Novakovsky et al. 2023, Fig. 6E): a linear layer on Inputs numbers a
/// row. As a bank every number is a unit, so that its weight is its importance.
///
///     using net = single_layer<350, 81>;
template <extent Inputs = dynamic, extent Outputs = dynamic>
using single_layer = network<signals<Inputs>, bank<Inputs, unit<identity_activation>, reads::own_signal>,
                             linear_head<Outputs>>;

/// The neural additive model of the ExplaiNN paper (Fig. 6G; Agarwal et al. 2021): a curve of each of Inputs
/// numbers, from Hidden outputs of a dense layer, and a linear layer on the curves.
///
///     using net = neural_additive<350, 81>;
template <extent Inputs = dynamic, extent Outputs = dynamic, extent Hidden = 200>
using neural_additive = network<
    signals<Inputs>,
    bank<Inputs, unit<dense<Hidden>, batch_norm, relu, dropout<percent{30}>, dense<1>>, reads::own_signal>,
    linear_head<Outputs>>;

} // namespace explainn::EXPLAINN_ABI
