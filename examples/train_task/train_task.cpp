// Trains an ExplaiNN for any task of the paper: yes or no by output, classes, numbers, profiles, counts.
//
//     train_task --task regression --pbm-train ME.txt.gz --pbm-test HK.txt.gz --quantile-transform --out run
//     train_task --task profile --train-table a.tsv --valid-table b.tsv --test-table c.tsv --out run
#include <explainn/train/task_by_name.hpp>

#include "common/program.hpp"
#include "common/task_run.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

template <class Task>
void train(Task const& task, run_options o, ex::paper_card card)
{
    auto run = begin(o);
    shared::started_filters const starts{o.filters, card};
    run.read_report_inputs(static_cast<std::size_t>(card.units));
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const [data, rows] = o.data.read(o.how.from);
    require_labels(task, data, o.data.label_file());
    card.length = static_cast<ex::extent>(data.length());
    card.outputs = static_cast<ex::extent>(data.outputs());
    network m = ex::make_paper_model<device>(card, o.how.from, o.processor.device());
    auto facts = facts_of(o, data);
    facts["architecture"] = ex::to_json(card);
    starts.add_facts(facts);
    starts.start(m, o.how);
    shared::run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    train_and_write(run, o, task, m, given, std::move(facts), [&](auto const& look) {
        if (starts.given()) starts.finish(run.folder(), look().second, run.known_motifs(), given.outputs);
    });
}

} // namespace

int main(int argc, char** argv)
{
    run_options o;
    ex::paper_card card;
    std::string task = "multilabel";
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Trains an ExplaiNN for a task: what its outputs mean, how they are learned and measured.");
        app.set_version_flag("--version", ex::library_version);
        app.add_option("--task", task,
                       "multilabel: 1 or 0 by output; multiclass: one 1 a row; regression: numbers by "
                       "output; profile: "
                       "numbers by row; counts")
            ->check(CLI::IsMember({"multilabel", "multiclass", "regression", "profile", "counts"}));
        app.add_option("--out", o.out, "folder for the results")->required();
        add_data(app, o.data);
        shared::add_architecture(app, card);
        shared::add_filters(app, o.filters);
        add_training(app, o);
        app.callback([&] { ex::with_task(task, [&](auto const& t) { train(t, o, card); }); });
    });
}
