// How good a model is: AUROC and AUPRC by task and over tasks.
#pragma once
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/ranking.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn {

/// One row of a table of metrics.
struct task_metrics {
    std::string task{};
    std::size_t sequences = 0; ///< with a resolved label
    std::size_t positives = 0;
    double auroc = std::numeric_limits<double>::quiet_NaN(); ///< ties count half
    double auprc = std::numeric_limits<double>::quiet_NaN(); ///< average precision, as scikit-learn
};

/// Metrics of one task: labels 1 and 0 count, all others do not. Both are nan where a class is missing.
inline task_metrics measure(std::string task, std::span<float const> scores, std::span<float const> labels)
{
    std::vector<double> resolved;
    std::vector<std::uint8_t> classes;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] != 0 && labels[i] != 1) continue;
        resolved.push_back(static_cast<double>(scores[i]));
        classes.push_back(labels[i] == 1 ? 1 : 0);
    }
    auto const q = rank_quality(resolved, std::span<std::uint8_t const>{classes});
    task_metrics m{std::move(task), resolved.size(), q.positives};
    if (q.positives > 0 && q.negatives > 0) m.auroc = q.auroc, m.auprc = q.average_precision;
    return m;
}

/// Metrics of every task over the rows of a part.
///
///     auto const table = measure(m, part{data, split.test}, data.tasks(), {.both_strands = true});
template <backend B, labelled_sequences Data>
std::vector<task_metrics> measure(basic_model<B>& m, part<Data> const& p, std::span<std::string const> tasks,
                                  reading how)
{
    std::size_t const rows = p.rows.size(), outputs = p.data.outputs();
    std::vector<float> scores(rows * outputs), labels(rows * outputs); // task by task
    evaluator<B>{m, how}(
        p, [&](std::size_t first, view<typename B::scalar const, 2> y, host_batch const& batch) {
            for (extent n = 0; n < y.size(0); ++n)
                for (std::size_t o = 0; o < outputs; ++o) {
                    std::size_t const at = o * rows + first + static_cast<std::size_t>(n);
                    scores[at] = static_cast<float>(y(n, o));
                    labels[at] = batch.labels[static_cast<std::size_t>(n) * outputs + o];
                }
        });
    std::vector<task_metrics> table;
    for (std::size_t o = 0; o < outputs; ++o)
        table.push_back(measure(tasks[o], std::span{scores}.subspan(o * rows, rows),
                                std::span{labels}.subspan(o * rows, rows)));
    return table;
}

/// The row `macro`: means over the tasks whose metric is a number, sums of counts.
inline task_metrics macro(std::span<task_metrics const> table)
{
    task_metrics m{"macro"};
    double auroc = 0, auprc = 0, tasks = 0;
    for (auto const& t : table) {
        m.sequences += t.sequences;
        m.positives += t.positives;
        if (std::isnan(t.auroc)) continue;
        auroc += t.auroc;
        auprc += t.auprc;
        ++tasks;
    }
    if (tasks > 0) m.auroc = auroc / tasks, m.auprc = auprc / tasks;
    return m;
}

/// Writes task, sequences, positives, auroc, auprc with a last row `macro`.
inline void write_metrics(std::filesystem::path const& path, std::vector<task_metrics> table)
{
    table.push_back(macro(table));
    output_file out{path};
    out << "task\tsequences\tpositives\tauroc\tauprc\n";
    for (auto const& t : table)
        out << t.task << '\t' << std::to_string(t.sequences) << '\t' << std::to_string(t.positives) << '\t'
            << number_text(t.auroc) << '\t' << number_text(t.auprc) << '\n';
    out.commit();
}

} // namespace explainn
