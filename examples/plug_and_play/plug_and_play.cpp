// Whole models in the place of units (the paper's Fig. 6D to G): their outputs are frozen, and one weight
// each, or a curve and a weight, says what they have to do with new tasks.
//
//     plug_and_play --model max.safetensors jund.safetensors --sequences new.fa.gz --labels new.tsv.gz --out
//     run plug_and_play --pretrain factors.tsv.gz --sequences new.fa.gz --labels new.tsv.gz --head nam --out
//     run
#include <explainn/train/task_by_name.hpp>

#include "common/program.hpp"
#include "plug_and_play/head.hpp"

namespace {
namespace ex = explainn;
using namespace plug_and_play;
using namespace task_training;

struct plug_options : run_options {
    std::vector<std::string> models, scores;
    pretraining first;
    std::string head = "single";
    ex::extent hidden = 200;
};

/// Outputs of all models for every sequence of the data.
model_units units_of(plug_options const& o, ex::dataset const& data, fs::path const& folder)
{
    model_units units;
    if (o.first.given()) add_pretrained(units, o.first, data, folder / "units", o);
    for (auto const& file : o.models) add_model_file(units, file, data, o.processor.device());
    for (auto const& file : o.scores) add_scores(units, file, data);
    return units;
}

template <class Task>
void train(Task const& task, plug_options o)
{
    if (!o.first.given() && o.models.empty() && o.scores.empty())
        throw ex::error{
            "expected models to stand in the place of units: --model, --pretrain or --scores, found none"};
    if (o.first.given() && o.first.sequences.empty()) o.first.sequences = o.data.sequences;
    std::vector<shared::given_path> inputs{{"--pretrain", o.first.labels},
                                           {"--pretrain-sequences", o.first.sequences}};
    for (auto const& file : o.models) inputs.push_back({"--model", file});
    for (auto const& file : o.scores) inputs.push_back({"--scores", file});
    auto run = begin(o, inputs, {"units.tsv", "unit_importances.tsv"});
    loss_of(task, o.loss, o.reduction); // refused before data are read
    auto const all = run.read([&] { return o.data.read(o.how.from); });
    auto const& data = all.data;
    auto const& rows = all.rows;
    require_labels(task, data, o.data.label_file());
    model_units units;
    run.step("units", [&] {
        units = units_of(o, data, run.folder());
        return shared::counted(units.names.size(), "unit");
    });

    ex::label_matrix labels{data.outputs()};
    std::vector<float> row(data.outputs());
    for (std::size_t i = 0; i < data.size(); ++i) {
        data.labels_of(i, row);
        labels.append(row);
    }
    ex::signal_dataset const scores{units.signals(rows.train), data.tasks(), std::move(labels)};
    auto const description = head_description(o.head, static_cast<ex::extent>(units.names.size()), o.hidden,
                                              static_cast<ex::extent>(data.outputs()));
    auto m = ex::make_model<device>(ex::rows_of(description), o.how.from, o.processor.device());

    shared::run_data<ex::signal_dataset> const given{scores, data, rows, data.tasks()};
    auto facts = facts_of(o, data);
    facts["--task"] = Task::name;
    facts["--head"] = o.head;
    for (std::size_t u = 0; u < units.names.size(); ++u) facts["unit " + std::to_string(u)] = units.names[u];
    auto const loss = loss_of(task, o.loss, o.reduction);
    auto const history = run.fit(o, m, loss, given, std::move(facts), loss.sum);
    if (!history) return;

    ex::part const test{scores, rows.test};
    auto const measured = write_measured(run, {given.outputs, o.how.from, false, Task::name}, task, m, given);
    run.step("shares", [&] {
        ex::output_file table{run.folder() / "units.tsv"};
        table << "sequence";
        for (auto const& name : units.names) table << '\t' << ex::table_field(name);
        table << '\n';
        for (std::size_t i = 0; i < data.size(); ++i) {
            table << ex::table_field(data.name(i));
            for (auto const& column : units.columns)
                table << '\t' << ex::number_text(static_cast<double>(column[i]), 6);
            table << '\n';
        }
        table.commit();
        write_shares(run.folder() / "unit_importances.tsv", shares_of(m, test), units.names, given.outputs);
        return "what each unit adds for " + shared::counted(given.outputs.size(), "task");
    });
    run.finish(*history);
    print_measures(measured.second, given.outputs);
}

/// The demo's eight factors, each a model of its own, as units for a new task: whether at least two of them
/// bind a region. Units learn from other chromosomes than the new task has.
void demo(plug_options o)
{
    auto const folder = shared::demo_folder("plug_and_play");
    auto const all = ex::read_dataset(example_data() / "sequences.fa.gz", example_data() / "labels.tsv.gz");
    ex::output_file factors{folder / "factors.tsv"}, sequences{folder / "new.fa"}, labels{folder / "new.tsv"},
        known{folder / "factors.fa"};
    factors << "region";
    for (auto const& task : all.tasks()) factors << '\t' << task;
    factors << '\n';
    labels << "region\ttwo_or_more\n";
    std::vector<ex::letter> letters(all.length());
    std::vector<float> row(all.outputs());
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::string const name{all.name(i)};
        all.letters_of(i, letters);
        all.labels_of(i, row);
        bool const is_new =
            name.starts_with("chr19:") || name.starts_with("chr20:") || name.starts_with("chr21:");
        auto& fasta = is_new ? sequences : known;
        fasta << '>' << name << '\n';
        for (ex::letter const code : letters) fasta << ex::char_of(code);
        fasta << '\n';
        if (is_new) {
            labels << name << '\t' << (std::ranges::count(row, 1.0f) >= 2 ? "1" : "0") << '\n';
        } else {
            factors << name;
            for (float const y : row) factors << '\t' << (y == 1 ? "1" : y == 0 ? "0" : "");
            factors << '\n';
        }
    }
    for (auto* const file : {&factors, &known, &sequences, &labels}) file->commit();
    std::fprintf(stderr,
                 "demo: models of eight factors as units for a new task, whether at least two of them bind a "
                 "region of other chromosomes\n");
    o.first.labels = (folder / "factors.tsv").string();
    o.first.sequences = (folder / "factors.fa").string();
    o.data.sequences = (folder / "new.fa").string();
    o.data.labels = (folder / "new.tsv").string();
    o.out = folder.string();
    o.overwrite = true;
    o.how.epochs = 20;
    o.learning_rate = 0.01;
    train(ex::multilabel{}, o);
    std::printf("results are in %s/; plug_and_play --help says what else there is\n",
                folder.string().c_str());
}

} // namespace

int main(int argc, char** argv)
{
    plug_options o;
    std::string task = "multilabel";
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Whole models in the place of units: what do they have to do with new tasks? Without an "
            "argument: a demo on the models of eight factors.");
        app.set_version_flag("--version", ex::library_version);
        app.add_option("--task", task,
                       "what the new outputs mean: multilabel, multiclass, regression, profile, counts")
            ->check(CLI::IsMember({"multilabel", "multiclass", "regression", "profile", "counts"}));
        app.add_option("--out", o.out, "folder for the results")->required(argc > 1);
        add_data(app, o.data);
        app.add_option(
            "--model", o.models,
            "files of models; each of their tasks is a unit, the mean of both strands; of longer sequences "
            "they read the middle");
        app.add_option(
            "--scores", o.scores,
            "scores of any models: tables with a row for each sequence, or arrays of NumPy (N, units)");
        app.add_option("--pretrain", o.first.labels,
                       "a table of 1, 0 and empty: a model is trained for each column first, and is a unit");
        app.add_option("--pretrain-sequences", o.first.sequences,
                       "of --pretrain (default: those of --sequences)");
        app.add_option("--pretrain-units", o.first.units, "filters of each of these models")
            ->check(in_range(1, 100000));
        app.add_option("--pretrain-epochs", o.first.epochs, "for each of these models")
            ->check(in_range(1, 1000000));
        app.add_option("--head", o.head, "single: a weight a unit; nam: a curve and a weight a unit")
            ->check(CLI::IsMember({"single", "nam"}));
        app.add_option("--hidden", o.hidden, "outputs of the hidden layer of each curve of nam")
            ->check(in_range(1, 10000));
        add_training(app, o);
        app.callback([&] {
            if (argc == 1) demo(o);
            else ex::with_task(task, [&](auto const& t) { train(t, o); });
        });
    });
}
