// Trains an ExplaiNN, or a model that papers compare it with, for any task of the paper: yes or no by output,
// classes, numbers, profiles, counts.
//
//     train_task --model danq --train-table a.tsv --valid-table b.tsv --test-table c.tsv --out run
//     train_task --task regression --pbm-train ME.txt.gz --pbm-test HK.txt.gz --quantile-transform --out run
//     train_task --task profile --train-table a.tsv --valid-table b.tsv --test-table c.tsv --out run
#include <explainn/train/task_by_name.hpp>

#include "common/pairs.hpp"
#include "common/program.hpp"
#include "common/task_run.hpp"
#include "common/teachers.hpp"
#include "common/zoo_models.hpp"
#include "train_task/motif_counts.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

/// What train_task has beside the options of every program for tasks.
struct train_options : run_options {
    shared::teacher_options teachers;
    std::size_t pairs = 0;

    std::vector<shared::given_path> more_inputs() const { return teachers.inputs(); }
};

/// Trains the model that make(seed) gives untrained, behind its teachers and with its pairs, and writes all
/// results; also(look) as for train_and_write.
template <class Task, class Make, class Also>
void train_and_write(shared::training_run& run, train_options const& o, Task const& task,
                     ex::split_dataset const& all, ex::run_facts facts, Make make, Also also)
{
    auto const& [data, rows] = all;
    network m = make(o.how.from);
    shared::taught_data taught{data, rows.train, o.teachers.own};
    shared::run_data<shared::taught_data> const to_learn{taught, data, rows, data.tasks()};
    shared::run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    std::vector<ex::screened_pair> pairs;
    auto const learn = [&](any_loss const& loss, ex::run_facts known) {
        if constexpr (ex::teachable_task<Task>)
            shared::learn_from_teachers(run, o, o.teachers, task, loss, loss.sum, to_learn, taught, known,
                                        make);
        auto history = run.fit(o, m, loss, to_learn, known, loss.sum);
        if (history && o.pairs > 0)
            history = shared::train_pairs(run, o, m, loss, to_learn, std::move(known), loss.sum, o.pairs,
                                          o.filters.freeze, pairs);
        return history;
    };
    task_training::train_and_write(run, o, task, m, given, std::move(facts), learn, [&](auto const& look) {
        if (o.pairs > 0) shared::write_pairs(run.folder() / shared::pairs_name, pairs, given.outputs);
        also(m, look);
    });
}

template <class Task>
void train(Task const& task, train_options o, ex::paper_card card, shared::symmetry symmetric)
{
    std::vector<char const*> more;
    if (o.pairs > 0) more.push_back(shared::pairs_name);
    auto run = begin(o, o.more_inputs(), more);
    shared::started_filters const starts{o.filters, card, symmetric.units};
    run.read_report_inputs(static_cast<std::size_t>(card.units));
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const all = run.read([&] { return o.data.read(o.how.from); });
    require_labels(task, all.data, o.data.label_file());
    card.length = static_cast<ex::extent>(all.data.length());
    card.outputs = static_cast<ex::extent>(all.data.outputs());
    auto facts = facts_of(o, all.data);
    facts["architecture"] = shared::architecture_of(card, symmetric);
    starts.add_facts(facts);
    auto const make = [&](ex::seed from) {
        network m = ex::make_model<device>(ex::rows_of(shared::network_of(card, symmetric)), from,
                                           o.processor.device());
        starts.start(m, o.how);
        return m;
    };
    train_and_write(run, o, task, all, std::move(facts), make, [&](network&, auto const& look) {
        if (starts.given()) starts.finish(run.folder(), look().second, run.known_motifs(), all.data.tasks());
    });
}

/// The same for a model of the zoo, whose tensors are written under PyTorch's names, too.
template <class Task>
void train(Task const& task, train_options const& o, ex::zoo_card const& card)
{
    auto run = begin(o, o.more_inputs(), {shared::pytorch_name});
    run.read_report_inputs(1);
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const all = run.read([&] { return o.data.read(o.how.from); });
    require_labels(task, all.data, o.data.label_file());
    auto const net =
        card.rows(static_cast<ex::extent>(all.data.length()), static_cast<ex::extent>(all.data.outputs()));
    auto facts = facts_of(o, all.data);
    facts["architecture"] = ex::to_json(ex::description_of(net));
    auto const make = [&](ex::seed from) { return ex::make_model<device>(net, from, o.processor.device()); };
    train_and_write(run, o, task, all, std::move(facts), make, [&](network& m, auto const&) {
        ex::write_safetensors(run.folder() / shared::pytorch_name, ex::pytorch_state(card, m));
    });
}

} // namespace

int main(int argc, char** argv)
{
    train_options o;
    ex::paper_card card;
    shared::symmetry symmetric;
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
        shared::add_pairs(app, o.pairs);
        shared::add_teachers(app, o.teachers);
        app.callback([&] {
            ex::with_task(task, [&](auto const& t) {
                shared::require_teachable(app, o.teachers, t);
                if (model == shared::explainn_name) return train(t, o, card, symmetric);
                shared::require_no_units(app, model);
                if (model == motif_counts::name) {
                    if (o.teachers.given())
                        throw ex::error{o.teachers.option() +
                                        ": expected a model that reads sequences, found --model " + model};
                    return motif_counts::train(t, o);
                }
                train(t, o, ex::zoo_card_named(model));
            });
        });
    });
}
