// What a model predicts for many sequences beside their labels, and the file of a task's measures.
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/train/evaluate.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/tasks.hpp>

namespace explainn::EXPLAINN_ABI {

/// Predictions (after the task's link) and labels of some rows, (N, O) each.
struct outcomes {
    extent outputs{};
    std::vector<double> predictions{}, labels{};
    outcome_table table() const
    {
        extent const rows = outputs > 0 ? static_cast<extent>(labels.size()) / outputs : 0;
        return {{predictions.data(), rows, outputs}, {labels.data(), rows, outputs}};
    }
};

/// A type that turns rows of logits into predictions: a task, or tasks_by_head.
template <class T>
concept has_link = requires(T const& t, std::span<double> row) { t.link(row); };

/// Runs a model over a part. With both strands, the link is applied to the mean of their logits. Throws error
/// where the data do not fit the model.
///
///     auto const seen = outcomes_of(m, part{data, split.test}, regression{}, {});
///     write_measures("metrics.tsv", regression{}.measures(seen.table()), data.tasks());
template <backend B, labelled_data Data, has_link Task>
outcomes outcomes_of(basic_model<B>& m, part<Data> const& p, Task const& task, reading how = {})
{
    require_agreement(m, p);
    outcomes all{m.outputs()};
    evaluator<B>{m, how}(p, [&](std::size_t, view<typename B::scalar const, 2> y, host_batch const& batch) {
        std::size_t const before = all.predictions.size();
        for (std::size_t i = 0; i < y.count(); ++i) all.predictions.push_back(static_cast<double>(y.data[i]));
        for (float const label : batch.labels) all.labels.push_back(static_cast<double>(label));
        auto const width = static_cast<std::size_t>(all.outputs);
        for (std::size_t at = before; at < all.predictions.size(); at += width)
            task.link(std::span{all.predictions}.subspan(at, width));
    });
    return all;
}

/// Metrics of every task from outcomes whose labels are yes or no: the numbers that measure() gives for the
/// same rows. Throws error unless each output has a name among `tasks`.
///
///     auto const seen = outcomes_of(m, part{data, split.test}, multilabel{});
///     write_metrics("metrics.tsv", measure(seen, data.tasks()));
inline std::vector<task_metrics> measure(outcomes const& seen, std::span<std::string const> tasks)
{
    detail::require_task_names(seen.outputs, tasks.size());
    return detail::metrics_table(tasks, seen.predictions, [&](std::size_t row, std::size_t task) {
        return seen.labels[row * tasks.size() + task];
    });
}

/// The named measures of a task over the rows of a part, from one inference. Throws as outcomes_of does.
///
///     for (auto const& each : measures_of(m, part{data, split.valid}, regression{})) use(each.name);
template <backend B, labelled_data Data, task_kind Task>
std::vector<named_measure> measures_of(basic_model<B>& m, part<Data> const& p, Task const& task,
                                       reading how = {})
{
    return task.measures(outcomes_of(m, p, task, how).table());
}

/// Writes a header of `measure`, `overall` and the task names, then a row for each measure. A field is nan
/// where there is no number, and for each task where a measure belongs to rows. Throws error where a measure
/// has values for another number of tasks.
inline void write_measures(std::filesystem::path const& path, std::span<named_measure const> all,
                           std::span<std::string const> tasks)
{
    for (auto const& m : all)
        if (!m.by_output.empty() && m.by_output.size() != tasks.size())
            throw error{"expected names of the " + std::to_string(m.by_output.size()) + " tasks of " +
                        m.name + ", found " + std::to_string(tasks.size())};
    output_file out{path};
    out << "measure\toverall";
    for (auto const& task : tasks) out << '\t' << table_field(task);
    out << '\n';
    for (auto const& m : all) {
        out << table_field(m.name) << '\t' << number_text(m.overall);
        for (std::size_t o = 0; o < tasks.size(); ++o)
            out << '\t' << (o < m.by_output.size() ? number_text(m.by_output[o]) : "nan");
        out << '\n';
    }
    out.commit();
}

} // namespace explainn::EXPLAINN_ABI
