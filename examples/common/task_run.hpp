// One training run of any task: loss, checkpoints, measures on the test rows, files.
#pragma once
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/cpu.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/summed.hpp>

#include "common/task_options.hpp"
#include "common/training_run.hpp"

namespace task_training {
namespace fs = std::filesystem;
using shared::device;
using shared::network;

/// Any loss under one type, so that a program is compiled for one trainer.
struct any_loss {
    std::function<ex::loss_sum(device&, ex::view<float const, 2>, ex::view<float const, 2>,
                               ex::view<float, 2>)>
        call;
    ex::loss_sum operator()(device& b, ex::view<float const, 2> logits, ex::view<float const, 2> labels,
                            ex::view<float, 2> gradient) const
    {
        return call(b, logits, labels, gradient);
    }
};

/// A loss of a task; one that does not fit it does not compile.
template <class Loss, class Task>
requires ex::loss_for<Loss, Task> any_loss loss_of(Task const&, Loss loss, bool sum)
{
    if (!sum) return {loss};
    if constexpr (requires { loss.reduce; }) {
        loss.reduce = ex::reduction::sum;
        return {loss};
    } else {
        return {ex::summed{loss}};
    }
}
/// The loss that --loss and --reduction name.
template <class Task>
any_loss loss_of(Task const& task, std::string const& name, std::string const& reduction)
{
    bool const sum = reduction == "sum";
    if (name.empty()) {
        // the reference adds the Pearson loss up over a batch
        bool const by_default = reduction.empty() && std::same_as<Task, ex::profile>;
        return loss_of(task, typename Task::loss_type{}, sum || by_default);
    }
    if constexpr (ex::loss_for<ex::mean_squared_error, Task>)
        if (name == "mse") return loss_of(task, ex::mean_squared_error{}, sum);
    if constexpr (ex::loss_for<ex::huber, Task>)
        if (name == "huber") return loss_of(task, ex::huber{}, sum);
    if constexpr (ex::loss_for<ex::pearson_loss, Task>)
        if (name == "pearson") return loss_of(task, ex::pearson_loss{}, sum || reduction.empty());
    throw ex::error{std::string{"--loss: expected one that fits "} + Task::name + ", found " + name};
}

inline constexpr std::array<char const*, 4> result_names{"model.safetensors", "metrics.tsv",
                                                         "predictions.tsv.gz", "losses.tsv"};

/// Refuses a folder with results, or with a file that is read and would be replaced, before data are read.
inline void look_at_folder(run_options const& o, std::vector<shared::given_path> const& more_inputs = {})
{
    auto inputs = o.data.files();
    inputs.insert(inputs.end(), more_inputs.begin(), more_inputs.end());
    shared::require_usable_folder(o, result_names, inputs);
}

/// What train_and_write works on.
template <class Data>
struct assignment {
    network& m;
    Data const& data;          ///< labels by output of the model
    ex::dataset const& source; ///< names
    ex::split_rows const& rows;
    ex::model_facts facts;
    ex::run_facts run;
};

template <class Data>
void write_predictions(fs::path const& path, assignment<Data> const& a, ex::outcomes const& seen)
{
    ex::output_file out{path};
    out << "sequence";
    for (auto const& name : a.facts.tasks) out << '\t' << ex::table_field(name);
    out << '\n';
    std::size_t at = 0;
    for (auto const row : a.rows.test) {
        out << ex::table_field(a.source.name(row));
        for (std::size_t o = 0; o < a.facts.tasks.size(); ++o)
            out << '\t' << ex::number_text(seen.predictions[at++]);
        out << '\n';
    }
    out.commit();
}

/// Trains, measures and writes all results; the model's file names the network `kept`, which differs from the
/// trained one where units were frozen.
template <class Task, class Data>
void train_and_write(run_options const& o, Task const& task, assignment<Data> const& a,
                     ex::network_description const& kept)
{
    fs::path const dir{o.out};
    shared::print_counts(a.source, a.rows);
    shared::training_run<Data> const run{o, result_names, a.m, a.data, a.rows, a.run};
    std::vector<ex::named_measure> measures;
    auto const write_results = [&](shared::loss_history const&) {
        auto const seen = ex::outcomes_of(a.m, run.test(), task);
        measures = task.measures(seen.table());
        shared::stop_if_interrupted();
        ex::write_model(dir / "model.safetensors", a.m, a.facts, kept);
        ex::write_measures(dir / "metrics.tsv", measures, a.facts.tasks);
        write_predictions(dir / "predictions.tsv.gz", a, seen);
    };
    shared::train_in_folder(run, shared::trainer_of(o, a.m, loss_of(task, o.loss, o.reduction)),
                            write_results);
    for (auto const& each : measures)
        std::cout << each.name << '\t' << ex::number_text(each.overall, 4) << '\n';
}

} // namespace task_training
