// Measures of sequences that are read while the model runs: labels and scores are kept, sequences are not.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <explainn/io/read_dataset.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/score_stream.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// What a model predicts for all that a labelled_reader reads: rows of its table of labels, and logits (rows,
/// O).
template <class T>
struct streamed_scores {
    std::vector<std::uint32_t> rows;
    std::vector<T> logits;
};
template <backend B>
streamed_scores<typename B::scalar> scores_of(basic_model<B>& m, labelled_reader& file,
                                              strands_read both_strands)
{
    require_tasks(m.outputs(), file.table().tasks.size());
    auto const length = static_cast<std::size_t>(m.length());
    streamed_scores<typename B::scalar> all; // the reading thread owns its rows until the stream ends
    score_stream(
        m,
        [&](packed_sequences& to) {
            auto const row = file.next(to);
            if (!row) return false;
            if (std::size_t const found = to.length(to.size() - 1); found != length)
                throw input_error{file.sequence_file(), 0,
                                  "sequences of " + std::to_string(length) + " bases as the model",
                                  std::to_string(found)};
            all.rows.push_back(*row);
            return true;
        },
        {.both_strands = both_strands},
        [&](scored_batch<typename B::scalar> const& some) {
            for (std::size_t i = 0; i < some.forward.size(); ++i) all.logits.push_back(some.mean(i));
        });
    if (all.rows.empty()) refuse_no_rows(file.sequence_file(), file.left_out());
    return all;
}
} // namespace detail

/// Metrics of every task over all that `file` reads, on the strands that the model was trained on unless
/// `both_strands` says otherwise. Throws input_error as labelled_reader does, for sequences of another length
/// than the model's, and where no row is kept; shape_error unless the file has a task for every output of the
/// model.
///
///     labelled_reader file{"peaks.fa.gz", "labels.tsv.gz", {.targets = tasks}};
///     write_metrics("metrics.tsv", measure_stream(m, file));
template <backend B>
std::vector<task_metrics> measure_stream(basic_model<B>& m, labelled_reader& file,
                                         strands_read both_strands = {})
{
    auto const seen = detail::scores_of(m, file, both_strands);
    return detail::metrics_table(file.table().tasks, seen.logits, [&](std::size_t i, std::size_t t) {
        return file.table().at(seen.rows[i], t);
    });
}

/// Predictions and labels of a task for all that `file` reads: outcomes_of for a stream. Throws as
/// measure_stream does.
///
///     labelled_reader file{"probes.fa.gz", "signals.tsv.gz", {.targets = tasks}};
///     auto const seen = outcomes_of(m, file, regression{});
///     write_measures("metrics.tsv", regression{}.measures(seen.table()), file.table().tasks);
template <backend B, task_kind Task>
outcomes outcomes_of(basic_model<B>& m, labelled_reader& file, Task const& task,
                     strands_read both_strands = {})
{
    auto const seen = detail::scores_of(m, file, both_strands);
    outcomes all{m.outputs(), {seen.logits.begin(), seen.logits.end()}, {}};
    auto const width = static_cast<std::size_t>(all.outputs);
    all.labels.reserve(all.predictions.size());
    for (std::size_t i = 0; i < seen.rows.size(); ++i) {
        task.link(std::span{all.predictions}.subspan(i * width, width));
        for (std::size_t o = 0; o < width; ++o)
            all.labels.push_back(static_cast<double>(file.table().at(seen.rows[i], o)));
    }
    return all;
}

} // namespace explainn::EXPLAINN_ABI
