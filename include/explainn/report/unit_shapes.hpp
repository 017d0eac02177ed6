// What units make of one hit by its strength and place, for the report.
#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <explainn/interpret/constant_filters.hpp>
#include <explainn/interpret/shape_functions.hpp>
#include <explainn/report/model_report.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Asks the dense layers of every unit that has hits; all other cells hold the mean activation of its filter
/// over `source`. Units that are no scan with dense layers behind it get no shape. `largest`: each unit's
/// largest response.
template <backend B, sequence_source Source>
void report_shapes(model_report& r, basic_model<B>& m, Source const& source, std::span<double const> largest)
{
    std::size_t unit = 0;
    for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
        extent const units = m.rows().bank(bank).units;
        std::optional<unit_tail> tail;
        std::vector<double> means;
        try {
            tail.emplace(m, bank);
            means = mean_activations(m, source, {}, bank);
        } catch (error const&) { // units of another form, or activations that are no finite numbers
            unit += static_cast<std::size_t>(units);
            continue;
        }
        auto const act = filter_bank<B>{m, bank}.act();
        for (extent u = 0; u < units; ++u, ++unit) {
            if (!(r.units[unit].shape.sites > 0)) continue;
            double const most = activated(act, largest[unit]),
                         background = means[static_cast<std::size_t>(u)];
            std::vector<double> cells(tail->cells(), background);
            auto const output = [&] { return (*tail)(u, cells); };
            auto const without = output();
            if (without.size() != 1) continue;
            report_shape& shape = r.units[unit].response;
            shape.without = without.front();
            constexpr std::size_t steps = 20, most_places = 25;
            std::size_t const places = std::min(cells.size(), most_places);
            for (std::size_t i = 0; i <= steps; ++i) {
                double sum = 0;
                for (std::size_t k = 0; k < places; ++k) {
                    double& cell = cells[k * cells.size() / places];
                    cell = most * static_cast<double>(i) / static_cast<double>(steps);
                    sum += output().front();
                    cell = background;
                }
                shape.strength.push_back(sum / static_cast<double>(places));
            }
            for (double& cell : cells) {
                cell = most;
                shape.position.push_back(output().front());
                cell = background;
            }
        }
    }
}

} // namespace explainn::EXPLAINN_ABI::detail
