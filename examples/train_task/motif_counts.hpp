// motif-counts: how often each known motif occurs in a sequence, under a linear layer.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/io/signals.hpp>
#include <explainn/motif/scan.hpp>
#include <explainn/zoo/on_signals.hpp>

#include "common/task_run.hpp"

namespace motif_counts {
namespace ex = explainn;
using namespace task_training;

/// Hits of every motif in every sequence on both strands, (N, motifs): the counts of bags of motifs (BOM).
inline ex::signal_matrix counts_of(std::span<ex::motif const> motifs, ex::packed_sequences const& sequences,
                                   std::size_t threads)
{
    std::vector<float> counts(sequences.size() * motifs.size());
    for (ex::hit const& h : ex::scan_motifs(motifs, sequences, {.threads = threads}))
        ++counts[h.sequence * motifs.size() + h.motif];
    return {{static_cast<ex::extent>(motifs.size()), 1}, std::move(counts)};
}

inline ex::label_matrix labels_of(ex::dataset const& data)
{
    ex::label_matrix labels{data.outputs()};
    std::vector<float> row(data.outputs());
    for (std::size_t i = 0; i < data.size(); ++i) {
        data.labels_of(i, row);
        labels.append(row);
    }
    return labels;
}

/// A row for each task and motif, that of the largest weight first. Weights are of counts that were scaled to
/// deviation 1, so that they can be compared.
inline void write_weights(fs::path const& path, network& m, std::span<ex::motif const> motifs,
                          std::vector<std::string> const& tasks)
{
    auto const weights = m.values("final.weight"); // (O, motifs)
    ex::output_file out{path};
    out << "task\trank\tmotif\tname\tweight\n";
    for (std::size_t o = 0; o < tasks.size(); ++o) {
        float const* const w = weights.data() + o * motifs.size();
        std::vector<std::size_t> order(motifs.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        ex::sort_places(order, [w](std::size_t a, std::size_t b) { return std::abs(w[a]) > std::abs(w[b]); });
        for (std::size_t rank = 0; rank < order.size(); ++rank)
            out << ex::table_field(tasks[o]) << '\t' << std::to_string(rank + 1) << '\t'
                << ex::table_field(motifs[order[rank]].name) << '\t'
                << ex::table_field(motifs[order[rank]].alternative_name) << '\t'
                << ex::number_text(static_cast<double>(w[order[rank]]), 6) << '\n';
    }
    out.commit();
}

inline constexpr char const* name = "motif-counts";
inline constexpr char const* weights_name = "motif_weights.tsv";

/// Trains a linear layer on the counts of the known motifs (--motifs), each scaled by the training rows.
template <class Task>
void train(Task const& task, run_options const& o)
{
    auto run = begin(o, {}, {weights_name});
    run.read_report_inputs(1);
    auto const& motifs = run.known_motifs().motifs;
    if (motifs.size() == 0)
        throw ex::error{"--model motif-counts: expected motifs to count, of --motifs and without "
                        "--no-report, found none"};
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const all = run.read([&] { return o.data.read(o.how.from); });
    auto const& data = all.data;
    auto const& rows = all.rows;
    require_labels(task, data, o.data.label_file());
    ex::signal_matrix of_motifs;
    run.step("counts", [&] {
        auto const threads = static_cast<std::size_t>(o.processor.device().thread_count());
        of_motifs = counts_of(motifs, data.sequences(), threads).standardised(rows.train);
        return shared::counted(motifs.size(), "motif");
    });
    ex::signal_dataset const counts{std::move(of_motifs), data.tasks(), labels_of(data)};
    auto const net = ex::network_rows{
        ex::single_layer<>::resolve({.outputs = static_cast<ex::extent>(data.outputs()),
                                     .signals = {static_cast<ex::extent>(motifs.size()), 1}})};
    network m = ex::make_model<device>(net, o.how.from, o.processor.device());
    auto const loss = loss_of(task, o.loss, o.reduction);
    auto facts = facts_of(o, data);
    facts["--task"] = Task::name;
    facts["architecture"] = ex::to_json(ex::description_of(net));
    facts["--model"] = name;
    shared::run_data<ex::signal_dataset> const given{counts, data, rows, data.tasks()};
    auto const history = run.fit(o, m, loss, given, std::move(facts), loss.sum);
    if (!history) return;
    auto const measured = write_measured(run, {given.outputs, o.how.from, false, Task::name}, task, m, given);
    write_weights(run.folder() / weights_name, m, motifs, given.outputs);
    run.finish(*history);
    print_measures(measured.second, given.outputs);
}

} // namespace motif_counts
