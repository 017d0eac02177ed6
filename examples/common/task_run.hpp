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
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/listeners.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/progress.hpp>
#include <explainn/train/summed.hpp>

#include "common/run_folder.hpp"
#include "common/task_options.hpp"

namespace task_training {
namespace fs = std::filesystem;
using device = ex::cpu<float>;
using network = ex::basic_model<device>;

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
    for (auto const& file : o.report.files()) inputs.push_back(file);
    for (auto const& names : {std::vector(result_names.begin(), result_names.end()),
                              std::vector{shared::checkpoint_name, shared::report_name}}) {
        shared::require_own_files(shared::results_in(o.out, names), inputs);
        if (!o.resume && !o.overwrite) shared::refuse_results(o.out, names, "--resume or --overwrite");
    }
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

/// The report of a run; none, with a note, for units that have no single filter or no single output.
template <class Task, class Data>
void write_report(run_options const& o, Task const& task, assignment<Data> const& a,
                  std::vector<ex::epoch_losses> const& losses, shared::report_inputs const& for_report,
                  std::chrono::steady_clock::time_point began)
{
    shared::remove_report(o.out);
    if (for_report.off()) return;
    auto const rows = [&] { // yes and no need no predictions of all rows at once
        if constexpr (std::same_as<Task, ex::multilabel>)
            return ex::well_predicted(a.m, ex::part{a.data, a.rows.train});
        else return ex::well_predicted(a.m, ex::part{a.data, a.rows.train}, task);
    }();
    ex::model_insight seen;
    try {
        seen = ex::look_into_all(a.m, ex::part{a.data, rows});
    } catch (ex::error const& e) {
        std::cerr << "note: no report: " << e.what() << '\n';
        return;
    }
    auto inputs = o.data.files();
    for (auto const& file : o.report.files()) inputs.push_back(file);
    shared::write_run_report(o.out, a.m, a.data, a.rows, seen, rows,
                             [&](std::uint32_t row) { return std::string{a.source.name(row)}; }, for_report,
                             {a.facts.tasks, a.facts.task, a.run, inputs, losses,
                              "the training sequences that the model predicts well", began, o.how.from});
}

/// Trains, measures and writes all results; the model's file names the network `kept`, which differs from the
/// trained one where units were frozen.
template <class Task, class Data>
void train_and_write(run_options const& o, Task const& task, assignment<Data> const& a,
                     ex::network_description const& kept)
{
    auto const began = std::chrono::steady_clock::now();
    shared::report_inputs const for_report{o.report, shared::unit_ids(static_cast<std::size_t>(a.m.units()))};
    fs::path const dir{o.out}, checkpoint = dir / shared::checkpoint_name;
    auto const& [train_rows, valid_rows, test_rows] = a.rows;
    std::cerr << "sequences: " << train_rows.size() << " training, " << valid_rows.size() << " validation, "
              << test_rows.size() << " test\n";
    auto trainer = shared::trainer_of(o, a.m, loss_of(task, o.loss, o.reduction));
    if (o.resume && shared::is_there(checkpoint)) {
        auto const before = ex::read_checkpoint<float>(checkpoint, a.m.parameters().total());
        shared::require_continuation(checkpoint, before.facts, a.run);
        trainer.resume(before.state);
    }
    shared::make_folder(dir);
    if (o.overwrite) {
        for (auto const* name : {shared::checkpoint_name, "losses.tsv"}) fs::remove(dir / name);
        shared::remove_report(dir);
    }
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
    write_report(o, task, a, trainer.state().history, for_report, began);
    stop_if_interrupted();
    ex::output_file losses{dir / "losses.tsv"}; // the last: with it the results are whole
    losses << shared::losses_text(trainer.state().history);
    losses.commit();
    for (auto const& each : measures)
        std::cout << each.name << '\t' << ex::number_text(each.overall, 4) << '\n';
}

} // namespace task_training
