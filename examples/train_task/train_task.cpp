// Trains an ExplaiNN, or a model that papers compare it with, for any task of the paper: yes or no by output,
// classes, numbers, profiles, counts.
//
//     train_task --model danq --train-table a.tsv --valid-table b.tsv --test-table c.tsv --out run
//     train_task --task regression --pbm-train ME.txt.gz --pbm-test HK.txt.gz --quantile-transform --out run
//     train_task --task profile --train-table a.tsv --valid-table b.tsv --test-table c.tsv --out run
#include <explainn/train/task_by_name.hpp>

#include "common/program.hpp"
#include "common/task_run.hpp"
#include "common/zoo_models.hpp"
#include "train_task/motif_counts.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

template <class Task>
void train(Task const& task, run_options o, ex::paper_card card, bool symmetric)
{
    auto run = begin(o);
    shared::started_filters const starts{o.filters, card, symmetric};
    run.read_report_inputs(static_cast<std::size_t>(card.units));
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const [data, rows] = run.read([&] { return o.data.read(o.how.from); });
    require_labels(task, data, o.data.label_file());
    card.length = static_cast<ex::extent>(data.length());
    card.outputs = static_cast<ex::extent>(data.outputs());
    network m = ex::make_model<device>(ex::rows_of(shared::network_of(card, symmetric)), o.how.from,
                                       o.processor.device());
    auto facts = facts_of(o, data);
    facts["architecture"] = shared::architecture_of(card, symmetric);
    starts.add_facts(facts);
    starts.start(m, o.how);
    shared::run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    train_and_write(run, o, task, m, given, std::move(facts), [&](auto const& look) {
        if (starts.given()) starts.finish(run.folder(), look().second, run.known_motifs(), given.outputs);
    });
}

/// The same for a model of the zoo, whose tensors are written under PyTorch's names, too.
template <class Task>
void train(Task const& task, run_options const& o, ex::zoo_card const& card)
{
    auto run = begin(o, {}, {shared::pytorch_name});
    run.read_report_inputs(1);
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const [data, rows] = run.read([&] { return o.data.read(o.how.from); });
    require_labels(task, data, o.data.label_file());
    auto const net =
        card.rows(static_cast<ex::extent>(data.length()), static_cast<ex::extent>(data.outputs()));
    network m = ex::make_model<device>(net, o.how.from, o.processor.device());
    auto facts = facts_of(o, data);
    facts["architecture"] = ex::to_json(ex::description_of(net));
    shared::run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    train_and_write(run, o, task, m, given, std::move(facts), [&](auto const&) {
        ex::write_safetensors(run.folder() / shared::pytorch_name, ex::pytorch_state(card, m));
    });
}

} // namespace

int main(int argc, char** argv)
{
    run_options o;
    ex::paper_card card;
    bool symmetric = false;
    std::string task = "multilabel", model = shared::explainn_name;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Trains an ExplaiNN, or another model, for a task: what its outputs mean, how they are learned "
            "and measured.");
        app.set_version_flag("--version", ex::library_version);
        app.add_option("--task", task,
                       "multilabel: 1 or 0 by output; multiclass: one 1 a row; regression: numbers by "
                       "output; profile: "
                       "numbers by row; counts")
            ->check(CLI::IsMember({"multilabel", "multiclass", "regression", "profile", "counts"}));
        shared::add_model(app, model, {motif_counts::name});
        app.add_option("--out", o.out, "folder for the results")->required();
        add_data(app, o.data);
        shared::add_architecture(app, card);
        shared::add_symmetric(app, symmetric);
        shared::add_filters(app, o.filters);
        add_training(app, o);
        app.callback([&] {
            ex::with_task(task, [&](auto const& t) {
                if (model == shared::explainn_name) return train(t, o, card, symmetric);
                shared::require_no_units(app, model);
                if (model == motif_counts::name) return motif_counts::train(t, o);
                train(t, o, ex::zoo_card_named(model));
            });
        });
    });
}
