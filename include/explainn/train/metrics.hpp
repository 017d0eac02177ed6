// How good a model is: AUROC and AUPRC by task and over tasks.
#pragma once
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/ranking.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// One row of a table of metrics.
struct task_metrics {
    std::string task{};
    std::size_t sequences = 0; ///< with a resolved label
    std::size_t positives = 0;
    double auroc = std::numeric_limits<double>::quiet_NaN(); ///< ties count half
    double auprc = std::numeric_limits<double>::quiet_NaN(); ///< average precision, as scikit-learn
};

/// A ranking's measures; both are nan where a class is missing.
inline task_metrics metrics_of(std::string task, ranking_quality const& q)
{
    task_metrics m{std::move(task), q.positives + q.negatives, q.positives};
    if (q.positives > 0 && q.negatives > 0) m.auroc = q.auroc, m.auprc = q.average_precision;
    return m;
}

/// Metrics of one task: labels 1 and 0 count, all others do not. Throws error unless each label has a score.
inline task_metrics measure(std::string task, std::span<float const> scores, std::span<float const> labels)
{
    if (scores.size() != labels.size())
        throw error{"expected a score for each of " + std::to_string(labels.size()) + " labels, found " +
                    std::to_string(scores.size())};
    std::vector<double> resolved;
    std::vector<std::uint8_t> classes;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] != 0 && labels[i] != 1) continue;
        resolved.push_back(static_cast<double>(scores[i]));
        classes.push_back(labels[i] == 1 ? 1 : 0);
    }
    return metrics_of(std::move(task), rank_quality(resolved, std::span<std::uint8_t const>{classes}));
}

/// Metrics of every task over the rows of a part. The model runs twice: scores of positives are kept, those
/// of the others are counted among them, so that memory does not grow with rows x tasks. Throws error where
/// the data are not what the model reads, and unless each output has a name among `tasks`.
///
///     auto const table = measure(m, part{data, split.test}, data.tasks(), {.both_strands = true});
template <backend B, labelled_sequences Data>
std::vector<task_metrics> measure(basic_model<B>& m, part<Data> const& p, std::span<std::string const> tasks,
                                  reading how = {})
{
    require_agreement(m, p);
    detail::require_task_names(m.outputs(), tasks.size());
    std::size_t const outputs = p.data.outputs();
    std::vector<counted_ranking> ranked(outputs);
    for (bool const positives : {true, false})
        evaluator<B>{m, how}(p,
                             [&](std::size_t, view<typename B::scalar const, 2> y, host_batch const& batch) {
                                 for (std::size_t i = 0; i < y.count(); ++i) {
                                     auto const score = static_cast<float>(y.data[i]);
                                     if (positives && batch.labels[i] == 1)
                                         ranked[i % outputs].add_positive(score);
                                     if (!positives && batch.labels[i] == 0)
                                         ranked[i % outputs].add_negative(score);
                                 }
                             });
    std::vector<task_metrics> table;
    for (std::size_t o = 0; o < outputs; ++o) table.push_back(metrics_of(tasks[o], ranked[o].quality()));
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
        out << table_field(t.task) << '\t' << std::to_string(t.sequences) << '\t'
            << std::to_string(t.positives) << '\t' << number_text(t.auroc) << '\t' << number_text(t.auprc)
            << '\n';
    out.commit();
}

} // namespace explainn::EXPLAINN_ABI
