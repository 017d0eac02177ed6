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
#include <explainn/io/motif_file.hpp>
#include <explainn/io/signals.hpp>
#include <explainn/motif/hit_counts.hpp>
#include <explainn/zoo/on_signals.hpp>

#include "common/task_run.hpp"

namespace motif_counts {
namespace ex = explainn;
using namespace task_training;

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

/// Makes weights of scaled counts weights of counts: the same logits, so that the model's file needs no
/// scale.
inline void take_scale_in(network& m, ex::signal_scale const& scale)
{
    auto weights = m.values("final.weight"), biases = m.values("final.bias"); // (O, motifs), (O)
    std::size_t const motifs = scale.mean.size();
    for (std::size_t o = 0; o < biases.size(); ++o) {
        double bias = static_cast<double>(biases[o]);
        for (std::size_t i = 0; i < motifs; ++i) {
            double const weight = static_cast<double>(weights[o * motifs + i]) / scale.deviation[i];
            bias -= weight * scale.mean[i];
            weights[o * motifs + i] = static_cast<float>(weight);
        }
        biases[o] = static_cast<float>(bias);
    }
    m.set_values("final.weight", weights);
    m.set_values("final.bias", biases);
}

inline constexpr char const* name = "motif-counts";
inline constexpr char const* weights_name = "motif_weights.tsv";

/// Trains a linear layer on the counts of the known motifs (--motifs), each scaled by the training rows. The
/// model's file has weights of the counts as they are, and the motifs, so that it can be given sequences.
template <class Task>
void train(Task const& task, run_options const& o)
{
    auto run = begin(o, {}, {weights_name});
    run.read_report_inputs(1);
    if (run.known_motifs().motifs.empty())
        throw ex::error{"--model motif-counts: expected motifs to count, of --motifs, found none"};
    // counted are the motifs that the file will hold
    ex::motif_set const known = ex::parse_motifs(ex::meme_text(run.known_motifs()));
    auto const& motifs = known.motifs;
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const all = run.read([&] { return o.data.read(o.how.from); });
    auto const& data = all.data;
    auto const& rows = all.rows;
    require_labels(task, data, o.data.label_file());
    ex::signal_matrix of_motifs;
    run.step("counts", [&] {
        auto const threads = static_cast<std::size_t>(o.processor.device().thread_count());
        of_motifs = ex::hit_counts(motifs, data.sequences(), {.threads = threads});
        return shared::counted(motifs.size(), "motif");
    });
    auto const scale = of_motifs.scale_over(rows.train);
    ex::signal_dataset const scaled{of_motifs.standardised(rows.train), data.tasks(), labels_of(data)};
    auto const net = ex::network_rows{
        ex::single_layer<>::resolve({.outputs = static_cast<ex::extent>(data.outputs()),
                                     .signals = {static_cast<ex::extent>(motifs.size()), 1}})};
    network m = ex::make_model<device>(net, o.how.from, o.processor.device());
    auto const loss = loss_of(task, o.loss, o.reduction);
    auto facts = facts_of(o, data);
    facts["--task"] = Task::name;
    facts["architecture"] = ex::to_json(ex::description_of(net));
    facts["--model"] = name;
    auto const history =
        run.fit(o, m, loss, shared::run_data<ex::signal_dataset>{scaled, data, rows, data.tasks()},
                std::move(facts), loss.sum);
    if (!history) return;
    write_weights(run.folder() / weights_name, m, motifs, data.tasks());
    take_scale_in(m, scale);
    ex::signal_dataset const counts{std::move(of_motifs), data.tasks(), labels_of(data)};
    shared::run_data<ex::signal_dataset> const given{counts, data, rows, data.tasks()};
    ex::model_facts of_file{given.outputs, o.how.from, false, Task::name};
    of_file.counted_motifs = ex::meme_text(known);
    of_file.counted_length = data.length();
    auto const measured = write_measured(run, of_file, task, m, given);
    run.finish(*history);
    print_measures(measured.second, given.outputs);
}

} // namespace motif_counts
