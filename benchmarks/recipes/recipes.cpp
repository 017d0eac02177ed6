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
#include <explainn/model/symmetric_units.hpp>
#include <explainn/train/metrics.hpp>
#include <explainn/train/progress.hpp>
#include <explainn/train/recipe.hpp>

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
    bool symmetric = false, both_at_test = false;
    int teachers = 0;
    double own = 0.5;
    ex::training how;
};

// The sequences of a data set with other labels.
class taught_rows {
public:
    taught_rows(ex::dataset const& data, std::vector<float> labels) : data_{data}, labels_{std::move(labels)}
    {
    }
    std::size_t size() const { return data_.size(); }
    std::size_t length() const { return data_.length(); }
    std::size_t outputs() const { return data_.outputs(); }
    ex::packed_sequences const& sequences() const { return data_.sequences(); }
    void letters_of(std::size_t row, std::span<ex::letter> to) const { data_.letters_of(row, to); }
    void labels_of(std::size_t row, std::span<float> to) const
    {
        std::copy_n(labels_.begin() + static_cast<std::ptrdiff_t>(row * outputs()), outputs(), to.begin());
    }
    bool has_n(std::size_t row) const { return data_.has_n(row); }

private:
    ex::dataset const& data_;
    std::vector<float> labels_;
};

template <class Optimizer, class Schedule>
void train(options const& o, ex::dataset const& data, Optimizer optimizer, Schedule schedule)
{
    auto const rows = ex::split_by_chromosome(data.sequences(), {"chr22"}, {"chr19"});
    ex::paper_card card{.length = static_cast<ex::extent>(data.length()),
                        .outputs = static_cast<ex::extent>(data.outputs()),
                        .dropout = o.dropout};
    auto const made = [&](ex::seed seed) {
        device b{ex::threads{o.threads}};
        if (!o.symmetric) return ex::make_paper_model<device>(card, seed, b);
        return ex::make_model<device>(ex::rows_of(ex::with_symmetric_units(ex::description_of(card))), seed,
                                      b);
    };
    auto m = made(o.how.from);
    ex::reading const how{.both_strands = o.how.both_strands || o.both_at_test};
    auto const fitted = [&](auto& model, auto const& from, std::uint64_t seed) {
        auto settings = o.how;
        settings.from = ex::seed{seed};
        ex::trainer t{model, optimizer, ex::bce_with_logits{}, settings, schedule};
        t.fit(ex::part{from, rows.train}, ex::part{data, rows.valid});
        return std::pair{t.state().best_epoch, t.state().best_loss};
    };
    std::vector<float> labels(data.size() * data.outputs());
    for (std::size_t row = 0; row < data.size(); ++row)
        data.labels_of(row, std::span{labels}.subspan(row * data.outputs(), data.outputs()));
    std::vector<double> said(o.teachers > 0 ? labels.size() : 0); // the teachers' mean probabilities
    for (int k = 0; k < o.teachers; ++k) {
        std::uint64_t const seed = o.seed * 1000 + static_cast<std::uint64_t>(k);
        auto teacher = made(ex::seed{seed});
        fitted(teacher, data, seed);
        ex::evaluator<device>{teacher, how}(
            ex::part{data, rows.train}, [&](std::size_t first, auto y, ex::host_batch const&) {
                for (std::size_t i = 0; i < y.count(); ++i)
                    said[rows.train[first + i / data.outputs()] * data.outputs() + i % data.outputs()] +=
                        1 / (1 + std::exp(-static_cast<double>(y.data[i]))) / o.teachers;
            });
    }
    for (std::size_t i = 0; i < said.size(); ++i)
        labels[i] = static_cast<float>(
            std::isnan(labels[i]) ? said[i] : o.own * static_cast<double>(labels[i]) + (1 - o.own) * said[i]);
    auto const begin = std::chrono::steady_clock::now();
    auto const [best_epoch, best_loss] = fitted(m, taught_rows{data, labels}, o.seed);
    std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - begin;
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
        app.add_flag("--symmetric", o.symmetric, "Units that read both strands");
        app.add_flag("--both-strands-at-test", o.both_at_test,
                     "Measure both strands, however it was trained");
        app.add_flag("--recommended", o.recommended, "recipe::recommended, whatever else is said");
        app.add_option("--teachers", o.teachers, "Models whose mean prediction the labels are mixed with");
        app.add_option("--own", o.own, "Weight of the label itself in that mixture; a missing one has none");
        app.add_option("--seed", o.seed, "Seed");
        app.add_option("--threads", o.threads, "Threads (0: all)");
        app.callback([&] {
            o.how.from = ex::seed{o.seed};
            auto const data = ex::read_dataset(
                o.sequences, o.labels,
                {.targets = o.targets,
                 .resolved = o.resolved_all ? ex::resolved_rows::all : ex::resolved_rows::any});
            if (o.recommended) {
                auto const recipe = ex::recipe::recommended(o.how.from);
                int const epochs = o.how.epochs;
                bool const both =
                    app.count("--reverse-complement") > 0 ? o.how.both_strands : recipe.how.both_strands;
                o.how = recipe.how;
                o.how.both_strands = both;
                if (app.count("--epochs") > 0) o.how.epochs = epochs;
                train(o, data, recipe.optimize, recipe.schedule);
            } else if (o.optimizer == "adamw")
                with_schedule(o, data, ex::adamw{.learning_rate = o.learning_rate, .weight_decay = o.decay});
            else with_schedule(o, data, ex::adam{.learning_rate = o.learning_rate});
        });
    });
}
