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
#include <explainn/train/listeners.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/progress.hpp>

#include "common/run_folder.hpp"
#include "common/task_options.hpp"

namespace task_training {
namespace fs = std::filesystem;
using device = ex::cpu<float>;
using network = ex::basic_model<device>;

/// Any loss under one type, so that a program is compiled for one trainer.
struct any_loss {
    std::function<void(device&, ex::loss_call<float> const&)> call;
    bool sum = false; ///< training::sum_of_terms
    void operator()(device& b, ex::loss_call<float> const& a) const { call(b, a); }
};

/// A loss of a task; one that does not fit it does not compile.
template <class Loss, class Task>
requires ex::loss_for<Loss, Task> any_loss loss_of(Task const&, Loss loss, bool sum) { return {loss, sum}; }
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
    shared::require_own_files(shared::results_in(o.out, result_names), inputs);
    shared::require_own_files(shared::results_in(o.out, std::array{shared::checkpoint_name}), inputs);
    if (o.resume || o.overwrite) return;
    shared::refuse_results(o.out, result_names, "--resume or --overwrite");
    shared::refuse_results(o.out, std::array{shared::checkpoint_name}, "--resume or --overwrite");
}
inline void stop_if_interrupted()
{
    if (interrupted()) throw interruption{"interrupted; --resume goes on from the checkpoint"};
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
    fs::path const dir{o.out}, checkpoint = dir / shared::checkpoint_name;
    auto const& [train_rows, valid_rows, test_rows] = a.rows;
    std::cerr << "sequences: " << train_rows.size() << " training, " << valid_rows.size() << " validation, "
              << test_rows.size() << " test\n";
    auto const loss = loss_of(task, o.loss, o.reduction);
    auto trainer = shared::trainer_of(o, a.m, loss, loss.sum);
    if (o.resume && shared::is_there(checkpoint)) {
        auto const before = ex::read_checkpoint<float>(checkpoint, a.m.parameters().total());
        shared::require_continuation(checkpoint, before.facts, a.run);
        trainer.resume(before.state);
    }
    shared::make_folder(dir);
    if (o.overwrite)
        for (auto const* name : {shared::checkpoint_name, "losses.tsv"}) fs::remove(dir / name);
    trainer.checkpoint([&](auto const& state) { ex::write_checkpoint(checkpoint, state, a.run); },
                       o.checkpoint_seconds);
    auto const ending = trainer.fit(ex::part{a.data, train_rows}, ex::part{a.data, valid_rows},
                                    ex::listeners{ex::progress{}, [](ex::batch_done const&) {
                                                      return interrupted() ? ex::go_on::no : ex::go_on::yes;
                                                  }});
    if (ending == ex::ending::interrupted) stop_if_interrupted();

    auto const seen = ex::outcomes_of(a.m, ex::part{a.data, test_rows}, task);
    auto const measures = task.measures(seen.table());
    stop_if_interrupted();
    ex::write_model(dir / "model.safetensors", a.m, a.facts, kept);
    ex::write_measures(dir / "metrics.tsv", measures, a.facts.tasks);
    write_predictions(dir / "predictions.tsv.gz", a, seen);
    ex::output_file losses{dir / "losses.tsv"}; // the last: with it the results are whole
    losses << shared::losses_text(trainer.state().history);
    losses.commit();
    for (auto const& each : measures)
        std::cout << each.name << '\t' << ex::number_text(each.overall, 4) << '\n';
}

} // namespace task_training
