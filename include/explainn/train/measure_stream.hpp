// Metrics of sequences that are read while the model runs: labels and scores are kept, sequences are not.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <explainn/io/read_dataset.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/score_stream.hpp>

namespace explainn::EXPLAINN_ABI {

/// Metrics of every task over all that `file` reads, on the strands that the model was trained on unless
/// told. Throws input_error as labelled_reader does, for sequences of another length than the model's, and
/// where no row stays; shape_error unless the file has a task for every output of the model.
///
///     labelled_reader file{"peaks.fa.gz", "labels.tsv.gz", {.targets = tasks}};
///     write_metrics("metrics.tsv", measure_stream(m, file));
template <backend B>
std::vector<task_metrics> measure_stream(basic_model<B>& m, labelled_reader& file,
                                         strands_read both_strands = {})
{
    detail::require_tasks(m.outputs(), file.table().tasks.size());
    auto const length = static_cast<std::size_t>(m.length());
    std::vector<std::uint32_t> rows; // the reading thread's until the stream ends
    std::size_t const tasks = file.table().tasks.size();
    std::vector<float> scores; // (rows, tasks)
    score_stream(
        m,
        [&](packed_sequences& to) {
            auto const row = file.next(to);
            if (!row) return false;
            if (std::size_t const found = to.length(to.size() - 1); found != length)
                throw input_error{file.sequence_file(), 0,
                                  "sequences of " + std::to_string(length) + " bases as the model",
                                  std::to_string(found)};
            rows.push_back(*row);
            return true;
        },
        {.both_strands = both_strands},
        [&](scored_batch<typename B::scalar> const& some) {
            for (std::size_t i = 0; i < some.forward.size(); ++i)
                scores.push_back(static_cast<float>(some.mean(i)));
        });
    if (rows.empty()) detail::refuse_no_rows(file.sequence_file(), file.left_out());
    std::vector<task_metrics> all;
    std::vector<float> of_task(rows.size()), labels(rows.size());
    for (std::size_t t = 0; t < tasks; ++t) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            of_task[i] = scores[i * tasks + t];
            labels[i] = file.table().at(rows[i], t);
        }
        all.push_back(measure(file.table().tasks[t], of_task, labels));
    }
    return all;
}

} // namespace explainn::EXPLAINN_ABI
