// The options of tf_binding and what its help says of them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <explainn/io/join_datasets.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/read_table.hpp>
#include <explainn/io/split.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/train/recipe.hpp>

#include "program.hpp"

namespace tf_binding {
namespace ex = explainn;

/// "A,B,C" as a list; throws error on an empty name.
inline std::vector<std::string> list_of(std::string const& text, std::string const& option)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const comma = std::min(text.find(',', at), text.size());
        if (comma == at)
            throw ex::error{option + ": expected names with a comma between, found " + ex::in_quotes(text)};
        names.push_back(text.substr(at, comma - at));
        at = comma + 1;
    }
    return names;
}

/// Where sequences and labels come from.
struct data_options {
    std::string sequences, labels, table, train_table, valid_table, test_table;
    std::string targets = "all", resolved = "any", n = "zero";

    /// Whether training, validation and test are a file each.
    bool by_files() const { return !(train_table.empty() && valid_table.empty() && test_table.empty()); }
    ex::dataset read() const
    {
        if (table.empty() ? sequences.empty() || labels.empty() : !sequences.empty() || !labels.empty())
            throw ex::error{
                "expected --sequences with --labels, --table alone, or --train-table with --valid-table and "
                "--test-table"};
        auto data = table.empty() ? ex::read_dataset(sequences, labels, how()) : ex::read_table(table, how());
        require_binary(data, table.empty() ? labels : table);
        return data;
    }
    ex::split_dataset read_files() const
    {
        if (train_table.empty() || valid_table.empty() || test_table.empty())
            throw ex::error{"expected all of --train-table, --valid-table and --test-table"};
        if (!sequences.empty() || !labels.empty() || !table.empty())
            throw ex::error{"--train-table: expected no --sequences, --labels or --table with it"};
        auto all = ex::join_datasets(ex::read_table(train_table, how()), ex::read_table(valid_table, how()),
                                     ex::read_table(test_table, how()));
        require_binary(all.data, train_table);
        return all;
    }
    /// Bound or not: nothing else can be learned or measured here.
    static void require_binary(ex::dataset const& data, std::string const& file)
    {
        if (!data.binary())
            throw ex::input_error{file, 0, "labels 1 (bound), 0 (unbound) or empty (unresolved)",
                                  "other numbers"};
    }

private:
    ex::dataset_options how() const
    {
        ex::dataset_options o;
        if (targets != "all") o.targets = list_of(targets, "--targets");
        o.resolved = resolved == "all" ? ex::resolved_rows::all : ex::resolved_rows::any;
        o.n = n == "skip" ? ex::n_bases::skip : ex::n_bases::zero;
        return o;
    }
};

struct train_options {
    data_options data;
    std::string out, split = "80,10,10", motif_sequences = "well-predicted";
    std::optional<std::string> valid, test; // chromosomes instead of percentages
    bool stratify = false, resume = false, overwrite = false;
    ex::paper_card card;
    std::string recipe = "reference";
    ex::training how;
    double learning_rate = ex::adam{}.learning_rate;
    int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    double checkpoint_seconds = 60;

    bool recommended() const { return recipe == "recommended"; }

    /// The data and the rows of training, validation and test.
    ex::split_dataset read() const
    {
        if (data.by_files()) return data.read_files();
        auto all = data.read();
        auto rows = split_of(all);
        return {std::move(all), std::move(rows)};
    }
    /// How the rows are split, as text.
    std::string split_text() const
    {
        if (data.by_files()) return "by files";
        return valid ? "--valid and --test" : split + (stratify ? " stratified" : "");
    }

private:
    ex::split_rows split_of(ex::dataset const& all) const
    {
        if (valid)
            return ex::split_by_chromosome(all.sequences(), list_of(*valid, "--valid"),
                                           list_of(*test, "--test"));
        std::vector<double> percent;
        for (auto const& part : list_of(split, "--split"))
            if (auto const x = ex::number_of(part)) percent.push_back(*x);
        if (percent.size() != 3)
            throw ex::error{"--split: expected three percentages such as 80,10,10, found " +
                            ex::in_quotes(split)};
        return ex::split_at_random(all, {percent[0], percent[1], percent[2]}, how.from, stratify);
    }
};

/// What predict, evaluate and motifs need.
struct use_options {
    std::string model, sequences, labels, out;
    bool probabilities = false, forward_only = false, overwrite = false;
    int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
};

namespace detail {
inline void add_threads(CLI::App& to, int& threads)
{
    to.add_option("--threads", threads, "threads (default: one a core); results do not depend on it")
        ->check(CLI::Range(1, 1024));
}
inline void add_model(CLI::App& to, use_options& o)
{
    to.add_option("--model", o.model, "model.safetensors of a training run")->required();
    to.add_option("--sequences", o.sequences, "FASTA or FASTQ, plain or gzip; - is standard input")
        ->required();
    add_threads(to, o.threads);
}
} // namespace detail

inline CLI::App* add_train(CLI::App& app, train_options& o)
{
    CLI::App* const c = app.add_subcommand("train", "Train a model; show what it learned");
    c->add_option("--sequences", o.data.sequences,
                  "FASTA or FASTQ, plain or gzip, all of one length (with --labels)");
    c->add_option(
        "--labels", o.data.labels,
        "table: header with task names; per row a sequence's name and 1, 0 or nothing (unresolved)");
    c->add_option("--table", o.data.table, "instead: table of id, sequence, labels, without header");
    c->add_option("--train-table", o.data.train_table, "instead: a table for training, with two more");
    c->add_option("--valid-table", o.data.valid_table, "for validation");
    c->add_option("--test-table", o.data.test_table, "for the test");
    c->add_option("--out", o.out, "folder for the results")->required();
    c->add_option("--targets", o.data.targets, "tasks to learn: all, or names with commas between");
    c->add_option("--resolved", o.data.resolved, "rows that stay: any target resolved, or all of them")
        ->check(CLI::IsMember({"any", "all"}));
    c->add_option("--n", o.data.n, "N bases are zeros, or sequences with N are left out")
        ->check(CLI::IsMember({"zero", "skip"}));
    auto* const split = c->add_option("--split", o.split, "percentages for training, validation and test");
    auto* const valid =
        c->add_option("--valid", o.valid, "instead: chromosomes for validation (with --test)");
    auto* const test = c->add_option("--test", o.test, "chromosomes for the test (with --valid)");
    valid->needs(test)->excludes(split);
    test->needs(valid)->excludes(split);
    c->add_flag("--stratify", o.stratify, "a random split keeps the mix of labels (default: no)")
        ->excludes(valid);
    c->add_option("--units", o.card.units, "units, each with one filter")->check(CLI::Range(1, 100000));
    c->add_option("--width", o.card.width, "bases a filter covers")->check(CLI::Range(1, 1000));
    c->add_option("--num-fc", o.card.num_fc, "dense layers of a unit")->check(CLI::Range(0, 8));
    c->add_option("--pool", o.card.pool, "width of max pooling")->check(CLI::Range(1, 65535));
    c->add_option("--stride", o.card.stride, "step of max pooling")->check(CLI::Range(1, 65535));
    c->add_option("--hidden", o.card.hidden, "outputs of hidden dense layers")->check(CLI::Range(1, 10000));
    c->add_option("--dropout", o.card.dropout, "percent")->check(CLI::Range(0, 99));
    c->add_option(
         "--recipe", o.recipe,
         "settings that are not given: the reference's, or recommended: AdamW, a cosine rate, both strands, "
         "sequences that move, averaged weights (docs/recipes.md)")
        ->check(CLI::IsMember({"reference", "recommended"}));
    c->add_option("--epochs", o.how.epochs, "epochs at most")->check(CLI::Range(1, 1000000));
    c->add_option("--patience", o.how.patience,
                  "epochs without a better validation loss before it stops; 0: never")
        ->check(CLI::Range(0, 1000000));
    c->add_option("--batch", o.how.batch, "sequences a step")->check(CLI::Range(2, 1000000));
    c->add_option("--shift", o.how.shift, "bases sequences move by at most, either way, anew each epoch")
        ->check(CLI::Range(0, 1000000));
    c->add_option("--learning-rate", o.learning_rate, "of Adam or AdamW")->check(CLI::Range(1e-12, 1e6));
    c->add_option("--seed", o.how.from.value, "what split, initial values, order and dropout follow from");
    detail::add_threads(*c, o.threads);
    c->add_flag("--reverse-complement", o.how.both_strands,
                "train on both strands, average over them (default: no)");
    c->add_flag("--non-negative", o.how.non_negative, "keep the head's weights at 0 or above (default: no)");
    c->add_option("--sequences-for-motifs", o.motif_sequences,
                  "training sequences motifs come from: those right on every resolved label, or all")
        ->check(CLI::IsMember({"well-predicted", "all"}));
    c->add_option("--checkpoint-seconds", o.checkpoint_seconds,
                  "a checkpoint within an epoch at most so often")
        ->check(CLI::Range(0.0, 1e9));
    auto* const resume =
        c->add_flag("--resume", o.resume, "go on from the folder's checkpoint, if any (default: no)");
    c->add_flag("--overwrite", o.overwrite, "replace the folder's results (default: no)")->excludes(resume);
    c->parse_complete_callback([c, &o] {
        if (!o.recommended()) return;
        auto const r = ex::recipe::recommended(o.how.from);
        auto const unless_given = [c](char const* name, auto& to, auto value) {
            if (c->count(name) == 0) to = value;
        };
        unless_given("--epochs", o.how.epochs, r.how.epochs);
        unless_given("--patience", o.how.patience, r.how.patience);
        unless_given("--shift", o.how.shift, r.how.shift);
        unless_given("--learning-rate", o.learning_rate, r.optimize.learning_rate);
        unless_given("--reverse-complement", o.how.both_strands, r.how.both_strands);
        o.how.average = r.how.average;
    });
    return c;
}

inline CLI::App* add_predict(CLI::App& app, use_options& o)
{
    CLI::App* const c = app.add_subcommand("predict", "Logits of sequences");
    detail::add_model(*c, o);
    c->add_option("--out", o.out, "table to write; compressed where it ends in .gz, - is standard output")
        ->required();
    c->add_flag("--probabilities", o.probabilities, "probabilities instead of logits (default: no)");
    c->add_flag("--no-reverse-complement", o.forward_only,
                "the given strand alone, however the model was trained (default: no)");
    return c;
}
inline CLI::App* add_evaluate(CLI::App& app, use_options& o)
{
    CLI::App* const c = app.add_subcommand("evaluate", "AUROC and AUPRC on labelled sequences");
    detail::add_model(*c, o);
    c->add_option("--labels", o.labels, "table with a column for every task of the model")->required();
    c->add_option("--out", o.out, "table to write")->required();
    return c;
}
inline CLI::App* add_motifs(CLI::App& app, use_options& o)
{
    CLI::App* const c = app.add_subcommand("motifs", "Motifs and importances of a model's filters");
    detail::add_model(*c, o);
    c->add_option("--labels", o.labels,
                  "use only the sequences right on every resolved label (default: use all)");
    c->add_option("--out", o.out, "folder for filters.meme and importances.tsv")->required();
    c->add_flag("--overwrite", o.overwrite, "replace the folder's results (default: no)");
    return c;
}

} // namespace tf_binding
