// The effect of each step of a recipe: one training run, with its validation and test AUPRC as a row of a
// table.
//
//     recipes --sequences tfbs/sequences.fa.gz --labels tfbs/labels.tsv.gz --optimizer adamw --schedule
//     cosine --average 0.999
#include <chrono>

#include <explainn/cpu.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/split.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/progress.hpp>
#include <explainn/train/recipe.hpp>
#include <explainn/train/taught_rows.hpp>

#include "ideas.hpp"

#include "common/program.hpp"

namespace ex = explainn;

namespace {

using device = ex::cpu<float>;

struct options {
    std::string name = "run", sequences, labels, optimizer = "adam", schedule = "constant";
    std::vector<std::string> targets;
    std::vector<std::string> judged{"MAX", "FOXA1", "JUND"};
    double learning_rate = 0.003, decay = 0.01, warm_up = 0.05;
    int threads = 0, dropout = 30;
    std::uint64_t seed = 1;
    bool resolved_all = false, recommended = false;
    shared::symmetry symmetric;
    bool both_at_test = false;
    int teachers = 0;
    std::vector<std::string> teacher_files;
    double own = 0.5;
    // ideas beside the settings
    int units = 100, drop_cells = 0, drop_units = 0, cycles = 1;
    double shuffled = 0;
    std::string filters, from, save;
    ex::training how;
};

template <class Optimizer, class Schedule>
void train(options const& o, ex::dataset const& data, Optimizer optimizer, Schedule schedule)
{
    auto const real = ex::split_by_chromosome(data.sequences(), {"chr22"}, {"chr19"});
    auto const more = o.shuffled > 0 ? std::optional{ideas::with_shuffled(data, real, o.shuffled, o.how.from)}
                                     : std::nullopt;
    ex::dataset const& trained =
        more ? more->data : data; // its rows of validation and test are those of data
    ex::split_rows const& rows = more ? more->rows : real;
    ex::paper_card const card{.length = static_cast<ex::extent>(data.length()),
                              .units = o.units,
                              .outputs = static_cast<ex::extent>(data.outputs()),
                              .dropout = o.dropout};
    ex::reading const how{.both_strands = o.how.both_strands || o.both_at_test};
    auto const made = [&](std::uint64_t seed) {
        auto m = ex::make_model<device>(ideas::network_of(card, o.drop_cells, o.drop_units, o.symmetric),
                                        ex::seed{seed}, device{ex::threads{o.threads}});
        if (!o.filters.empty()) ideas::start_at_motifs(m, o.filters);
        if (!o.from.empty()) ideas::start_at_model(m, ex::read_model_file(o.from), data.tasks());
        return m;
    };
    // trains in one cycle of the schedule, or in several whose ends are averaged
    auto const fitted = [&](auto& model, auto const& from, std::uint64_t seed) {
        auto settings = o.how;
        settings.epochs = std::max(1, o.how.epochs / o.cycles);
        std::vector<std::vector<float>> ends;
        std::pair<int, double> best;
        for (int cycle = 0; cycle < o.cycles; ++cycle) {
            settings.from = ex::seed{seed + 100000 * static_cast<std::uint64_t>(cycle)};
            ex::trainer t{model, optimizer, ex::bce_with_logits{}, settings, schedule};
            t.fit(ex::part{from, rows.train}, ex::part{data, rows.valid});
            best = {t.state().best_epoch, t.state().best_loss};
            ends.push_back(model.snapshot());
        }
        if (o.cycles == 1) return best;
        model.restore(ideas::mean_of(ends));
        ex::evaluator<device> run{model, how};
        ex::loss_sum sum;
        run(ex::part{data, rows.valid}, [&](std::size_t, auto y, ex::host_batch const& batch) {
            for (std::size_t i = 0; i < y.count(); ++i) {
                double const x = static_cast<double>(y.data[i]), label = static_cast<double>(batch.labels[i]);
                if (!std::isnan(label))
                    sum += {std::max(x, 0.0) - x * label + std::log1p(std::exp(-std::abs(x))), 1};
            }
        });
        return std::pair{0, sum.mean()};
    };
    ex::taught_rows taught{trained, rows.train, o.own};
    for (int k = 0; k < o.teachers; ++k) {
        std::uint64_t const seed = o.seed * 1000 + static_cast<std::uint64_t>(k);
        auto teacher = made(seed);
        fitted(teacher, trained, seed);
        taught.add(teacher, ex::multilabel{});
    }
    for (auto const& path : o.teacher_files) {
        auto const file = ex::read_model_file(path);
        auto teacher = ex::open_model<device>(file, device{ex::threads{o.threads}});
        taught.add(teacher, ex::multilabel{}, ideas::columns_in(file.facts.tasks, data.tasks()));
    }
    auto m = made(o.seed);
    auto const begin = std::chrono::steady_clock::now();
    auto const [best_epoch, best_loss] = fitted(m, taught, o.seed);
    std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - begin;
    if (!o.save.empty())
        ex::write_model(o.save, m,
                        {.tasks = data.tasks(), .from = o.how.from, .both_strands = o.how.both_strands});
    auto const macro = [&](std::vector<std::uint32_t> const& part, std::vector<std::string> const& tasks) {
        double roc = 0, pr = 0, count = 0;
        for (auto const& task : ex::measure(m, ex::part{data, part}, data.tasks(), how)) {
            if (task.task == "macro" || std::isnan(task.auprc)) continue;
            if (!tasks.empty() && std::find(tasks.begin(), tasks.end(), task.task) == tasks.end()) continue;
            roc += task.auroc, pr += task.auprc, count += 1;
        }
        return std::pair{pr / count, roc / count};
    };
    // the rows of the main job: resolved for all judged tasks
    auto const judged = [&](std::vector<std::uint32_t> const& part) {
        std::vector<std::uint32_t> kept;
        for (auto const row : part) {
            bool all = true;
            for (std::size_t task = 0; task < data.tasks().size(); ++task)
                if (std::find(o.judged.begin(), o.judged.end(), data.tasks()[task]) != o.judged.end())
                    all = all && !std::isnan(data.label(row, task));
            if (all) kept.push_back(row);
        }
        return kept;
    };
    auto const valid3 = macro(judged(rows.valid), o.judged), test3 = macro(judged(rows.test), o.judged);
    auto const valid_all = macro(rows.valid, {}), test_all = macro(rows.test, {});
    std::cout << o.name << '\t' << o.seed << '\t' << best_epoch << '\t' << ex::number_text(best_loss, 5)
              << '\t' << ex::number_text(valid3.first, 4) << '\t' << ex::number_text(valid_all.first, 4)
              << '\t' << ex::number_text(test3.first, 4) << '\t' << ex::number_text(test3.second, 4) << '\t'
              << ex::number_text(test_all.first, 4) << '\t' << ex::number_text(test_all.second, 4) << '\t'
              << ex::number_text(seconds.count(), 4) << std::endl;
}

template <class Optimizer>
void with_schedule(options const& o, ex::dataset const& data, Optimizer optimizer)
{
    if (o.schedule == "cosine") return train(o, data, optimizer, ex::cosine_rate{.warm_up = o.warm_up});
    if (o.schedule == "one-cycle") return train(o, data, optimizer, ex::one_cycle_rate{});
    return train(o, data, optimizer, ex::constant_rate{});
}

} // namespace

int main(int argc, char** argv)
{
    options o;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description("One training run on tfbs (train chr13,14,18,20,21; validation chr22; test chr19). "
                        "Columns: name, seed, best "
                        "epoch, validation loss, validation AUPRC of the judged tasks and of all, test AUPRC "
                        "and AUROC of both, seconds of the training.");
        app.add_option("--name", o.name, "Name of the row");
        app.add_option("--sequences", o.sequences, "FASTA")->required();
        app.add_option("--labels", o.labels, "Labels table")->required();
        app.add_option("--targets", o.targets, "Tasks to train (none: all)")->delimiter(',');
        app.add_option("--judged", o.judged, "Tasks to judge")->delimiter(',');
        app.add_flag("--resolved-all", o.resolved_all, "Only rows resolved for all targets");
        app.add_option("--optimizer", o.optimizer, "adam or adamw")->check(CLI::IsMember({"adam", "adamw"}));
        app.add_option("--schedule", o.schedule, "Learning rate")
            ->check(CLI::IsMember({"constant", "cosine", "one-cycle"}));
        app.add_option("--learning-rate", o.learning_rate, "Learning rate");
        app.add_option("--decay", o.decay, "Weight decay of adamw");
        app.add_option("--warm-up", o.warm_up, "Share of the steps");
        app.add_option("--average", o.how.average, "Decay of the moving average (0: none)");
        app.add_option("--epochs", o.how.epochs, "Epochs");
        app.add_option("--patience", o.how.patience, "Epochs without a better loss (0: all epochs)");
        app.add_option("--batch", o.how.batch, "Sequences a batch");
        app.add_option("--dropout", o.dropout, "Percent");
        app.add_option("--shift", o.how.shift, "Bases sequences move by, at most");
        app.add_flag("--reverse-complement,!--no-reverse-complement", o.how.both_strands, "Both strands");
        shared::add_symmetric(app, o.symmetric);
        app.add_flag("--both-strands-at-test", o.both_at_test,
                     "Measure both strands, however it was trained");
        app.add_flag(
            "--recommended", o.recommended,
            "recipe::recommended; of its settings --epochs, --average, --learning-rate and --decay count");
        app.add_option("--teachers", o.teachers, "Models whose mean prediction the labels are mixed with");
        app.add_option("--own", o.own, "Weight of the label itself in that mixture; a missing one has none");
        app.add_option("--teacher", o.teacher_files,
                       "Files of models to learn from, of these tasks and others");
        app.add_option("--units", o.units, "Units");
        app.add_option("--drop-cells", o.drop_cells, "Percent of the cells behind the pool");
        app.add_option("--drop-units", o.drop_units, "Percent of the units");
        app.add_option("--shuffled", o.shuffled, "Add shuffles of this share of the training rows, labels 0");
        app.add_option("--filters", o.filters, "Motifs that the filters begin as");
        app.add_option("--from", o.from, "A model to begin as, of these tasks and others");
        app.add_option("--cycles", o.cycles, "Cycles of the schedule, whose ends are averaged");
        app.add_option("--save", o.save, "File for the model");
        app.add_option("--seed", o.seed, "Seed");
        app.add_option("--threads", o.threads, "Threads (0: all)");
        app.callback([&] {
            o.how.from = ex::seed{o.seed};
            auto const data = ex::read_dataset(
                o.sequences, o.labels,
                {.targets = o.targets,
                 .resolved = o.resolved_all ? ex::resolved_rows::all : ex::resolved_rows::any});
            if (o.recommended) {
                auto recipe = ex::recipe::recommended(o.how.from);
                bool const both =
                    app.count("--reverse-complement") > 0 ? o.how.both_strands : recipe.how.both_strands;
                auto const given = std::exchange(o.how, recipe.how);
                o.how.both_strands = both;
                if (app.count("--epochs") > 0) o.how.epochs = given.epochs;
                if (app.count("--average") > 0) o.how.average = given.average;
                if (app.count("--learning-rate") > 0) recipe.optimize.learning_rate = o.learning_rate;
                if (app.count("--decay") > 0) recipe.optimize.weight_decay = o.decay;
                train(o, data, recipe.optimize, recipe.schedule);
            } else if (o.optimizer == "adamw")
                with_schedule(o, data, ex::adamw{.learning_rate = o.learning_rate, .weight_decay = o.decay});
            else with_schedule(o, data, ex::adam{.learning_rate = o.learning_rate});
        });
    });
}
