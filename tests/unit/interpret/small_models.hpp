// Models with numbers such as training gives, and small data, for tests of interpretation.
#pragma once
#include "interpret/small_data.hpp"

#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper_card.hpp>

namespace testing {

using small_network = explainn::network<
    explainn::dna<31>,
    explainn::bank<5, explainn::unit<explainn::conv<6>, explainn::batch_norm, explainn::exponential,
                                     explainn::max_pool<7, 3>, explainn::dense<4>, explainn::batch_norm,
                                     explainn::relu, explainn::dropout<explainn::percent{30}>,
                                     explainn::dense<1>, explainn::batch_norm>>,
    explainn::linear_head<3>>;

/// Sets batch norms to numbers such as training gives: scales of both signs, shifted statistics.
template <class Model>
void shake(Model& m, std::uint64_t from, double spread = 1)
{
    explainn::random_numbers draw{explainn::seed{from}, explainn::stream::tests};
    for (auto const& p : m.parameters()) {
        auto values = m.values(p.name());
        for (auto& x : values) {
            if (p.name().ends_with("running_var")) x = static_cast<float>(draw.uniform(0.5, 2));
            else if (p.fan_in == 0) x = static_cast<float>(draw.uniform(-spread, spread));
        }
        m.set_values(p.name(), values);
    }
}

} // namespace testing
