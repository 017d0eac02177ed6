// What the measure of every task becomes when a unit is taken out, for the report.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/nullify.hpp>
#include <explainn/report/model_report.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// AUPRC of a column where labels are yes or no, else Pearson's correlation.
inline double removal_measure_of(outcome_table const& t, extent output, bool yes_or_no)
{
    auto const p = column_pairs(t, output);
    if (!yes_or_no)
        return p.labels.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                   : pearson(p.predictions, p.labels);
    return yes_or_no_quality(
               p.labels.size(), [&](std::size_t n) { return p.predictions[n]; },
               [&](std::size_t n) { return p.labels[n]; })
        .average_precision;
}

/// Takes units out one at a time, exactly and without a rerun, and measures the tasks on which they have the
/// largest effects: at most `most` units a task. Needs the effects and tasks of the report.
template <backend B, labelled_data Data, class Tasks>
void report_removals(model_report& r, basic_model<B>& m, explainn::part<Data> const& p, Tasks const& tasks,
                     std::size_t most = 20)
{
    std::size_t const outputs = r.tasks.size(), units = r.units.size();
    if (p.rows.empty()) return;
    additive_nullification<B> const model{m, p, nullified::unit};
    if (model.units() != units) return;
    std::vector<double> labels;
    std::vector<float> of_row(outputs);
    for (auto const row : p.rows) {
        p.data.labels_of(row, of_row);
        labels.insert(labels.end(), of_row.begin(), of_row.end());
    }
    extent const rows = static_cast<extent>(p.rows.size()), columns = static_cast<extent>(outputs);
    auto const table_of = [&](std::vector<double>& logits) {
        for (std::size_t i = 0; i < logits.size(); i += outputs) tasks.link({logits.data() + i, outputs});
        return outcome_table{{logits.data(), rows, columns}, {labels.data(), rows, columns}};
    };
    std::vector<std::vector<std::size_t>> tasks_of_unit(units);
    std::vector<double> all = model.logits();
    auto const before = table_of(all);
    for (std::size_t o = 0; o < outputs; ++o) {
        auto& task = r.tasks[o];
        task.removal_measure = task.positives ? "auprc" : "pcc";
        task.before = removal_measure_of(before, static_cast<extent>(o), task.positives.has_value());
        std::vector<std::size_t> order;
        std::vector<unit_size> size(units);
        for (std::size_t u = 0; u < units; ++u) {
            size[u] = unit_size::of(r, u, o);
            if (size[u].some()) order.push_back(u);
        }
        sort_places(order, [&](std::size_t a, std::size_t b) { return size[a] > size[b]; });
        order.resize(std::min(order.size(), most));
        if (!std::isnan(task.before))
            for (auto const u : order) tasks_of_unit[u].push_back(o);
    }
    for (std::size_t u = 0; u < units; ++u) {
        if (tasks_of_unit[u].empty()) continue;
        std::vector<double> logits = model.logits_without(u);
        auto const after = table_of(logits);
        for (auto const o : tasks_of_unit[u])
            r.tasks[o].removals.push_back(
                {u, removal_measure_of(after, static_cast<extent>(o), r.tasks[o].positives.has_value())});
    }
    for (auto& task : r.tasks)
        sort_keeping_order(task.removals, [&](auto const& a, auto const& b) {
            return std::abs(a.after - task.before) > std::abs(b.after - task.before);
        });
    r.removal_rows = p.rows.size();
}

} // namespace explainn::EXPLAINN_ABI::detail
