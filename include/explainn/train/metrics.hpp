// The quality of a model: AUROC and AUPRC by task and over tasks.
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

/// A row of the table from a ranking; both areas are nan where a class is missing.
inline task_metrics metrics_of(std::string task, ranking_quality const& q)
{
    task_metrics m{std::move(task), q.positives + q.negatives, q.positives};
    if (q.positives > 0 && q.negatives > 0) m.auroc = q.auroc, m.auprc = q.average_precision;
    return m;
}

/// Metrics of one task; only labels of 1 and 0 count. Throws error unless there is one score for each label.
inline task_metrics measure(std::string task, std::span<float const> scores, std::span<float const> labels)
{
    if (scores.size() != labels.size())
        throw error{"expected a score for each of " + std::to_string(labels.size()) + " labels, found " +
                    std::to_string(scores.size())};
    return metrics_of(std::move(task), yes_or_no_quality(
                                           labels.size(), [&](std::size_t i) { return scores[i]; },
                                           [&](std::size_t i) { return labels[i]; }));
}

namespace detail {
/// Metrics of every task from scores (rows, tasks) and label_of(row, task).
template <class Score, class LabelOf>
std::vector<task_metrics> metrics_table(std::span<std::string const> tasks, std::vector<Score> const& scores,
                                        LabelOf label_of)
{
    std::vector<task_metrics> table;
    for (std::size_t t = 0; t < tasks.size(); ++t)
        table.push_back(metrics_of(tasks[t], yes_or_no_quality(
                                                 scores.size() / tasks.size(),
                                                 [&](std::size_t i) { return scores[i * tasks.size() + t]; },
                                                 [&](std::size_t i) { return label_of(i, t); })));
    return table;
}
} // namespace detail

/// How many scores of negatives are kept during one inference: 32 MB of them.
inline constexpr std::size_t most_kept_scores = std::size_t{1} << 23;

/// Metrics of every task over the rows of a part: the numbers that multilabel{}.measures gives for each task,
/// with the numbers of sequences and positives. One inference gives all of them. Where rows x tasks exceeds
/// most_kept_scores, a second inference counts the negatives instead of keeping their scores, so that memory
/// does not grow further; the numbers are the same. Throws error where the data do not fit the model, and
/// unless each output has a name among `tasks`.
///
///     auto const table = measure(m, part{data, split.test}, data.tasks(), {.both_strands = true});
template <backend B, labelled_sequences Data>
std::vector<task_metrics> measure(basic_model<B>& m, part<Data> const& p, std::span<std::string const> tasks,
                                  reading how = {}, std::size_t most_kept = most_kept_scores)
{
    using T = typename B::scalar;
    require_agreement(m, p);
    detail::require_task_names(m.outputs(), tasks.size());
    std::size_t const outputs = p.data.outputs();
    std::vector<counted_ranking<>> ranked(outputs);
    std::vector<std::vector<float>> negatives(outputs);
    // calls take(output, score, label) for all labels
    auto const each_label = [&](auto take) {
        evaluator<B>{m, how}(p, [&](std::size_t, view<T const, 2> y, host_batch const& batch) {
            for (std::size_t i = 0; i < y.count(); ++i)
                take(i % outputs, static_cast<float>(y.data[i]), batch.labels[i]);
        });
    };
    bool const keep = p.rows.size() <= most_kept / outputs;
    each_label([&](std::size_t o, float score, float label) {
        if (label == 1) ranked[o].add_positive(score);
        if (label == 0 && keep) negatives[o].push_back(score);
    });
    if (!keep)
        each_label([&](std::size_t o, float score, float label) {
            if (label == 0) ranked[o].add_negative(score);
        });
    std::vector<task_metrics> table;
    for (std::size_t o = 0; o < outputs; ++o) {
        for (float const score : negatives[o]) ranked[o].add_negative(score);
        table.push_back(metrics_of(tasks[o], ranked[o].quality()));
    }
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
