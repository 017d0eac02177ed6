// What train_task and fine_tune do alike: the loss of a task by name, measures on the test rows, files.
#pragma once
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/outcomes.hpp>

#include "common/task_options.hpp"
#include "common/training_run.hpp"

namespace task_training {
namespace fs = std::filesystem;
using shared::device;
using shared::network;

/// Any loss under one type, so that a program is compiled for one trainer.
struct any_loss {
    std::function<void(device&, ex::loss_call<float> const&)> call;
    bool sum = false; ///< training::sum_of_terms
    void operator()(device& b, ex::loss_call<float> const& a) const { call(b, a); }
};

/// A loss of a task; one that does not fit it does not compile.
template <class Loss, class Task>
    requires ex::loss_for<Loss, Task>
any_loss loss_of(Task const&, Loss loss, bool sum)
{
    return {loss, sum};
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

/// A run that begins before its data are read; `more_inputs` are files that it reads beside them,
/// `more_results` what it writes beside the results of every run.
inline shared::training_run begin(run_options const& o,
                                  std::vector<shared::given_path> const& more_inputs = {},
                                  std::vector<char const*> const& more_results = {})
{
    auto inputs = o.data.files();
    inputs.insert(inputs.end(), more_inputs.begin(), more_inputs.end());
    inputs.push_back({"--filters", o.filters.motifs});
    std::vector<char const*> results{result_names.begin(), result_names.end()};
    if (o.filters.given()) results.insert(results.end() - 1, "filters.tsv");
    results.insert(results.end() - 1, more_results.begin(), more_results.end()); // losses.tsv stays the last
    return {o, std::move(results), std::move(inputs), o.report};
}

/// The predictions of the test rows: a row per sequence, a column per output, after the task's link.
template <class Data>
void write_predictions(fs::path const& path, shared::run_data<Data> const& given, ex::outcomes const& seen)
{
    ex::output_file out{path};
    out << "sequence";
    for (auto const& name : given.outputs) out << '\t' << ex::table_field(name);
    out << '\n';
    std::size_t at = 0;
    for (auto const row : given.rows.test) {
        out << ex::table_field(given.source.name(row));
        for (std::size_t o = 0; o < given.outputs.size(); ++o)
            out << '\t' << ex::number_text(seen.predictions[at++]);
        out << '\n';
    }
    out.commit();
}

/// Prints measures over all outputs and, where there are a few, of each.
inline void print_measures(std::vector<ex::named_measure> const& measures,
                           std::vector<std::string> const& outputs)
{
    for (auto const& each : measures) {
        std::cout << each.name << '\t' << ex::number_text(each.overall, 4) << '\n';
        if (each.by_output.size() < 2 || each.by_output.size() > 12) continue;
        for (std::size_t i = 0; i < each.by_output.size(); ++i)
            std::cout << "  " << ex::table_field(outputs[i]) << '\t' << ex::number_text(each.by_output[i], 4)
                      << '\n';
    }
}

/// Measures a trained model on the test rows and writes model.safetensors, metrics.tsv and
/// predictions.tsv.gz; the outcomes, and the measures of them. Throws interruption after Ctrl-C.
template <class Task, class Data>
std::pair<ex::outcomes, std::vector<ex::named_measure>>
write_measured(shared::training_run& run, ex::model_facts const& facts, Task const& task, network& m,
               shared::run_data<Data> const& given)
{
    std::pair<ex::outcomes, std::vector<ex::named_measure>> seen;
    run.step("test", [&] {
        seen.first = ex::outcomes_of(m, ex::part{given.data, given.rows.test}, task);
        seen.second = task.measures(seen.first.table());
        shared::stop_if_interrupted();
        ex::write_model(run.folder() / "model.safetensors", m, facts);
        ex::write_measures(run.folder() / "metrics.tsv", seen.second, given.outputs);
        write_predictions(run.folder() / "predictions.tsv.gz", given, seen.first);
        return shared::counted(given.rows.test.size(), "sequence") + ", model, measures and predictions";
    });
    return seen;
}

/// What a trained model looks for, and in which rows that was seen.
using seen_rows = std::pair<std::vector<std::uint32_t>, ex::model_insight>;

/// Trains for a task, measures on the test rows and writes all results. train(loss, facts) trains the model
/// and returns the losses by epoch, or nothing where the run had finished. also(look) writes what a program
/// has beside them, before the run counts as finished; look() gives seen_rows of the training sequences that
/// the model predicts well, and throws error where units have no motifs to show.
template <class Task, class Data, class Train, class Also>
void train_and_write(shared::training_run& run, run_options const& o, Task const& task, network& m,
                     shared::run_data<Data> const& given, ex::run_facts facts, Train train, Also also)
{
    facts["--task"] = Task::name;
    std::optional<shared::loss_history> const history =
        train(loss_of(task, o.loss, o.reduction), std::move(facts));
    if (!history) return;

    auto const [outcomes, measures] =
        write_measured(run, {given.outputs, o.how.from, o.how.both_strands, Task::name}, task, m, given);
    std::optional<seen_rows> seen;
    std::exception_ptr nothing; // why there is nothing to be seen
    auto const look = [&]() -> seen_rows const& {
        if (seen) return *seen;
        if (nothing) std::rethrow_exception(nothing);
        ex::part const learned{given.data, given.rows.train};
        try {
            auto rows = [&] { // the rule for yes and no needs no predictions of all rows at once
                if constexpr (std::same_as<Task, ex::multilabel>) return ex::well_predicted(m, learned);
                else return ex::well_predicted(m, learned, task);
            }();
            auto insight = ex::look_into_all(m, ex::part{given.data, rows});
            return seen.emplace(std::move(rows), std::move(insight));
        } catch (ex::error const&) {
            nothing = std::current_exception();
            throw;
        }
    };
    if (run.wants_motifs())
        run.step("filters", [&]() -> std::string {
            try {
                auto const& [rows, insight] = look();
                return shared::counted(insight.motifs.motifs.size(), "motif") + " from " +
                       shared::counted(rows.size(), "sequence");
            } catch (ex::error const&) {
                return "no motifs"; // what needs them says why
            }
        });
    also(look);
    run.refine_motifs(m, given, o.how.from, o.processor.threads, look);
    run.report(m, given, Task::name, *history, "the training sequences that the model predicts well",
               o.how.from, &outcomes, look);
    run.finish(*history);
    print_measures(measures, given.outputs);
}
/// The same with one training, on the data that are measured.
template <class Task, class Data, class Also>
void train_and_write(shared::training_run& run, run_options const& o, Task const& task, network& m,
                     shared::run_data<Data> const& given, ex::run_facts facts, Also also)
{
    auto const train = [&](any_loss const& loss, ex::run_facts all) {
        return run.fit(o, m, loss, given, std::move(all), loss.sum);
    };
    train_and_write(run, o, task, m, given, std::move(facts), train, also);
}
template <class Task, class Data>
void train_and_write(shared::training_run& run, run_options const& o, Task const& task, network& m,
                     shared::run_data<Data> const& given, ex::run_facts facts)
{
    train_and_write(run, o, task, m, given, std::move(facts), [](auto const&) {});
}

} // namespace task_training
