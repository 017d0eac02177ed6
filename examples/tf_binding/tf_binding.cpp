// Learns from DNA sequences and labels which transcription factors bind where, with an ExplaiNN
// (Novakovsky et al. 2023), and shows the motifs it learned.
//
//     tf_binding                                    a small real sample, in a minute
//     tf_binding train --peaks MAX=max.narrowPeak JUND=jund.bed.gz --genome hg38.fa --length 200 --out run
//     tf_binding train --sequences peaks.fa.gz --labels labels.tsv.gz --out run
//     tf_binding predict --model run/model.safetensors --sequences new.fa --out predictions.tsv
//     tf_binding --help
//
// Length, units and outputs come from the data and the options; docs/ shows the same model with every number
// in its type.
#include <explainn/core/table_field.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/measure_stream.hpp>

#include "common/all_rows.hpp"
#include "common/example_data.hpp"
#include "common/open_for_sequences.hpp"
#include "common/pairs.hpp"
#include "common/program.hpp"
#include "common/report.hpp"
#include "common/training_run.hpp"
#include "tf_binding/insight.hpp"
#include "tf_binding/options.hpp"
#include "tf_binding/report.hpp"

namespace {
namespace ex = explainn;
namespace fs = std::filesystem;
using namespace shared;
using namespace tf_binding;

inline constexpr std::array<char const*, 6> result_names{
    "model.safetensors", "metrics.tsv", "filters.meme", "weights.tsv", "importances.tsv", "losses.tsv"};

/// What a run must share with the one it goes on from.
ex::run_facts facts_of(train_options const& o, ex::dataset const& data)
{
    auto facts = shared::facts_of(o.run, o.data, data);
    std::string tasks;
    for (auto const& task : data.tasks()) tasks += (tasks.empty() ? "" : ",") + task;
    facts["--sequences-for-motifs"] = o.motif_sequences;
    facts["architecture"] = architecture_of(o.card, o.symmetric);
    facts["targets"] = tasks;
    return facts;
}

void write_motifs(fs::path const& dir, ex::model_insight const& seen, std::vector<std::string> const& tasks)
{
    ex::output_file meme{dir / "filters.meme"};
    ex::write_meme(meme, with_columns(seen.motifs));
    meme.commit();
    ex::write_unit_tasks(dir / "importances.tsv", seen.importances, tasks);
}

void train(train_options& o)
{
    o.peaks.begin(o.data, o.run.how.from, o.run.out, o.run.processor.threads);
    std::vector<char const*> results{result_names.begin(), result_names.end()};
    if (o.filters.given()) results.insert(results.end() - 1, "filters.tsv");
    if (o.pairs > 0) results.insert(results.end() - 1, pairs_name);
    if (o.peaks.given()) results.insert(results.end() - 1, peak_data_names.begin(), peak_data_names.end());
    auto inputs = o.data.files();
    for (auto const& each : o.peaks.files()) inputs.push_back(each);
    for (auto const& each : o.teachers.inputs()) inputs.push_back(each);
    inputs.push_back({"--filters", o.filters.motifs});
    training_run run{o.run, std::move(results), std::move(inputs), o.report};
    started_filters const starts{o.filters, o.card, o.symmetric.units};
    run.read_report_inputs(static_cast<std::size_t>(o.card.units));

    // Data: packed letters, compact labels, and rows for each part.
    ex::split_dataset const all =
        o.peaks.given() ? o.peaks.read(run.all_steps()) : run.read([&] { return o.read(); });
    ex::dataset const& data = all.data;
    auto const& rows = all.rows;
    run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    o.card.length = static_cast<ex::extent>(data.length());
    o.card.outputs = static_cast<ex::extent>(data.outputs());

    // Binary cross-entropy over the resolved labels, or over their mixture with what teachers predict.
    auto const make = [&](ex::seed from) {
        network made = ex::make_model<device>(ex::rows_of(network_of(o.card, o.symmetric)), from,
                                              o.run.processor.device());
        starts.start(made, o.run.how);
        return made;
    };
    network m = make(o.run.how.from);
    auto facts = facts_of(o, data);
    starts.add_facts(facts);
    ex::bce_with_logits const loss;
    taught_data taught{data, rows.train, o.teachers.own};
    run_data<taught_data> const to_learn{taught, data, rows, data.tasks()};
    learn_from_teachers(run, o.run, o.teachers, ex::multilabel{}, loss, false, to_learn, taught, facts, make);
    auto history = run.fit(o.run, m, loss, to_learn, facts);
    if (!history) return;
    std::vector<ex::screened_pair> pairs;
    if (o.pairs > 0) {
        history = train_pairs(run, o.run, m, loss, to_learn, std::move(facts), false, o.pairs,
                              o.filters.freeze, pairs);
        if (!history) return;
    }

    // How good it is, on sequences it never saw.
    ex::part const test{data, rows.test};
    std::optional<ex::outcomes> outcomes; // the report shows them too
    std::vector<ex::task_metrics> metrics;
    run.step("test", [&] {
        if (run.wants_report()) outcomes = ex::outcomes_of(m, test, ex::multilabel{});
        metrics = outcomes ? ex::measure(*outcomes, data.tasks()) : ex::measure(m, test, data.tasks());
        return counted(rows.test.size(), "sequence") + " measured";
    });
    for (auto const& t : metrics)
        if (std::isnan(t.auroc))
            std::cerr << "note: " << t.task << " has " << t.positives << " positives among " << t.sequences
                      << " test sequences; its metrics are nan\n";
    stop_if_interrupted();

    // What it learned: the bases under each filter where it answers, from sequences it predicts right.
    bool const all_rows = o.motif_sequences == "all";
    std::vector<std::uint32_t> motif_rows;
    ex::model_insight seen;
    run.step("filters", [&] {
        motif_rows = all_rows ? rows.train : ex::well_predicted(m, ex::part{data, rows.train});
        seen = look(m, ex::part{data, motif_rows});
        return counted(seen.motifs.motifs.size(), "motif") + " from " +
               counted(motif_rows.size(), "sequence");
    });
    shared::name_motifs(seen.motifs, run.unit_names());
    stop_if_interrupted();

    fs::path const& dir = run.folder();
    o.peaks.write();
    run.step("results", [&] {
        ex::write_model(dir / "model.safetensors", m, {.tasks = data.tasks(), .from = o.run.how.from});
        ex::write_metrics(dir / "metrics.tsv", metrics);
        write_motifs(dir, seen, data.tasks());
        if (o.pairs > 0) write_pairs(dir / pairs_name, pairs, data.tasks());
        starts.finish(dir, seen, run.known_motifs(), data.tasks());
        ex::write_unit_tasks(dir / "weights.tsv", seen.weights, data.tasks());
        return "model, measures, motifs and weights in " + dir.string();
    });
    auto const look = [&] { return std::pair{motif_rows, seen}; };
    run.refine_motifs(m, given, o.run.how.from, o.run.processor.threads, look);
    run.report(m, given, {}, *history,
               all_rows ? "the training part" : "the training sequences that the model predicts right",
               o.run.how.from, outcomes ? &*outcomes : nullptr, look);
    run.finish(*history);
    print_report(std::cout, metrics, seen.effects, seen.motifs);
}

void predict(use_options const& o)
{
    require_own_files({{"--out", o.out}}, o.files());
    auto const file = ex::read_model_file(o.model);
    network m = shared::open_for_sequences(o.model, file, o.processor.device());
    ex::sized_reader file_of_sequences{o.sequences, static_cast<std::size_t>(m.length())};
    ex::output_file out{o.out};
    out << "sequence";
    for (auto const& task : file.facts.tasks) out << '\t' << ex::table_field(task);
    out << '\n';
    ex::score_stream(
        m, [&](ex::packed_sequences& to) { return file_of_sequences.next(to); },
        {.both_strands = o.forward_only ? ex::strands_read{false} : ex::strands_read{}},
        [&](ex::scored_batch<float> const& some) {
            if (interrupted()) throw interruption{"interrupted"};
            for (std::size_t n = 0, i = 0; n < some.sequences.size(); ++n) {
                out << ex::table_field(some.sequences.name(n));
                for (std::size_t t = 0; t < file.facts.tasks.size(); ++t, ++i) {
                    float const x = some.mean(i);
                    out << '\t' << ex::float_text(o.probabilities ? 1 / (1 + std::exp(-x)) : x);
                }
                out << '\n';
            }
        });
    out.commit();
}

/// Labelled sequences for a model: its tasks, its length.
ex::dataset read_for(network const& m, ex::model_file const& file, use_options const& o)
{
    ex::require_length(o.sequences, static_cast<std::size_t>(m.length()));
    auto data = ex::read_dataset(o.sequences, o.labels, {.targets = file.facts.tasks});
    print_warnings(data.left_out().warnings);
    if (data.length() != static_cast<std::size_t>(m.length()))
        throw ex::input_error{o.sequences, 0,
                              "sequences of " + std::to_string(m.length()) + " bases as the model",
                              std::to_string(data.length())};
    train_options::require_binary(data.binary(), o.labels);
    return data;
}
void evaluate(use_options const& o)
{
    require_own_files({{"--out", o.out}}, o.files());
    auto const file = ex::read_model_file(o.model);
    network m = shared::open_for_sequences(o.model, file, o.processor.device());
    ex::require_length(o.sequences, static_cast<std::size_t>(m.length()));
    ex::labelled_reader data{o.sequences, o.labels, {.targets = file.facts.tasks}};
    print_warnings(data.table().warnings);
    train_options::require_binary(data.table().labels.binary(), o.labels);
    auto const metrics = ex::measure_stream(m, data);
    if (auto const rows = data.left_out().without_sequence; rows > 0)
        std::cerr << "note: rows of labels without sequence: " << rows << '\n';
    ex::write_metrics(o.out, metrics);
}

void motifs(use_options const& o)
{
    fs::path const dir{o.out};
    require_own_files(results_in(dir, std::array{"filters.meme", "importances.tsv"}), o.files());
    if (!o.overwrite) refuse_results(dir, std::array{"filters.meme", "importances.tsv"}, "--overwrite");
    auto const file = ex::read_model_file(o.model);
    network m = shared::open_for_sequences(o.model, file, o.processor.device());
    shared::unit_labels const labels{o.names, ex::units_of(m.rows())};
    auto const write = [&](ex::model_insight seen) {
        shared::name_motifs(seen.motifs, labels.names());
        stop_if_interrupted();
        make_folder(dir);
        write_motifs(dir, seen, file.facts.tasks);
    };
    if (o.labels.empty()) {
        auto const sequences = ex::read_unlabelled(o.sequences, static_cast<std::size_t>(m.length()));
        auto const rows = all_rows(sequences.size());
        write(look(m, ex::part{sequences, rows}));
    } else {
        ex::dataset const data = read_for(m, file, o);
        auto const all = all_rows(data.size());
        auto const rows = ex::well_predicted(m, ex::part{data, all});
        write(look(m, ex::part{data, rows}));
    }
}

/// The whole of it on a small real sample.
void demo()
{
    fs::path const dir = shared::demo_folder("tf_binding");
    train_options o;
    o.data.sequences = (example_data() / "sequences.fa.gz").string();
    o.data.labels = (example_data() / "labels.tsv.gz").string();
    o.run.out = dir.string();
    o.run.overwrite = true;
    o.run.how.epochs = 8;
    std::cerr << "demo: 20,000 regions of open DNA (human), which of eight factors bind them\n";
    train(o);
    std::cout << "results are in " << dir.string() << "/; open " << (dir / report_name).string()
              << " in a browser; tf_binding --help says what else there is\n";
}

} // namespace

int main(int argc, char** argv)
{
    train_options t;
    use_options u;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Which transcription factors bind which DNA, and by which motifs. Without an argument: a demo.");
        app.set_version_flag("--version", ex::library_version);
        app.require_subcommand(0, 1);
        auto* const command = add_train(app, t);
        command->callback([&, command] {
            require_teachable(*command, t.teachers, ex::multilabel{});
            train(t);
        });
        add_predict(app, u)->callback([&] { predict(u); });
        add_evaluate(app, u)->callback([&] { evaluate(u); });
        add_motifs(app, u)->callback([&] { motifs(u); });
        app.callback([&] {
            if (app.get_subcommands().empty()) demo();
        });
    });
}
