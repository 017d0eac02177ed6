// The options that training programs share, and what their help says of them.
#pragma once
#include <string>

#include <explainn/model/paper_card.hpp>
#include <explainn/model/symmetric_units.hpp>
#include <explainn/train/checkpoint_file.hpp>
#include <explainn/train/recipe.hpp>

#include "common/data.hpp"
#include "common/processor.hpp"
#include "common/program.hpp"

namespace shared {

struct run_options {
    std::string out, recipe = "reference";
    bool resume = false, overwrite = false;
    ex::training how;
    double learning_rate = ex::adam{}.learning_rate;
    processor_options processor;
    double checkpoint_seconds = 60;

    /// Sets what recipes differ in; they share the learning rate, and fine_tune has its own.
    void take_recipe()
    {
        auto const r = ex::recipe::by_name(recipe, how.from);
        how.epochs = r.how.epochs;
        how.patience = r.how.patience;
        how.shift = r.how.shift;
        how.both_strands = r.how.both_strands;
        how.average = r.how.average;
    }
};

inline void add_data(CLI::App& c, data_options& o)
{
    c.add_option("--sequences", o.sequences,
                 "FASTA or FASTQ, plain or gzip, all of one length (with --labels)");
    c.add_option("--labels", o.labels,
                 "table between tabs or commas: header with task names; per row a sequence's name and a "
                 "label or nothing, NA, nan (unresolved, missing)");
    c.add_option("--table", o.table, "instead: table of id, sequence, labels, without header");
    c.add_option("--train-table", o.train_table, "instead: such tables by part, this one for training");
    c.add_option("--valid-table", o.valid_table, "for validation");
    c.add_option("--test-table", o.test_table, "for the test");
    c.add_option("--targets", o.targets, "tasks to learn: all, or names with commas between");
    c.add_option("--resolved", o.resolved, "rows that stay: any target resolved, or all of them")
        ->check(CLI::IsMember({"any", "all"}));
    c.add_option("--n", o.n, "N bases are zeros, or sequences with N are left out")
        ->check(CLI::IsMember({"zero", "skip"}));
    auto* const split = c.add_option("--split", o.split, "percentages for training, validation and test");
    auto* const valid = c.add_option(
        "--valid", o.valid,
        "instead: chromosomes for validation (with --test), as names such as chr22:100-300(+) or "
        "peak1::chr22:100-300 tell them");
    auto* const test = c.add_option("--test", o.test, "chromosomes for the test (with --valid)");
    valid->needs(test)->excludes(split);
    test->needs(valid)->excludes(split);
    auto* const stratify =
        c.add_flag("--stratify", o.stratify, "a random split keeps the mix of labels (default: no)")
            ->excludes(valid);
    c.add_option("--split-file", o.split_file,
                 "instead: table of sequences and parts (train, valid, test), as prepare writes split.tsv")
        ->excludes(split)
        ->excludes(valid)
        ->excludes(stratify);
}

inline void add_architecture(CLI::App& c, ex::paper_card& card)
{
    c.add_option("--units", card.units, "units, each with one filter")->check(in_range(1, 100000));
    c.add_option("--width", card.width, "bases a filter covers")->check(in_range(1, 1000));
    c.add_option("--num-fc", card.num_fc, "dense layers of a unit")->check(in_range(0, 8));
    c.add_option("--pool", card.pool, "width of max pooling")->check(in_range(1, 65535));
    c.add_option("--stride", card.stride, "step of max pooling")->check(in_range(1, 65535));
    c.add_option("--hidden", card.hidden, "outputs of hidden dense layers")->check(in_range(1, 10000));
    c.add_option("--dropout", card.dropout, "percent")->check(in_range(0, 99));
}

/// What of the units is the same for both strands.
struct symmetry {
    bool units = false, places = false;
};

inline void add_symmetric(CLI::App& c, symmetry& s)
{
    auto* const units =
        c.add_flag("--symmetric", s.units,
                   "units that read both strands: the larger of a filter's response to a window and to its "
                   "reverse complement counts (default: no)");
    c.add_flag("--symmetric-places", s.places,
               "places that mirror each other share a weight, so that a sequence and its reverse complement "
               "give the same bits (default: no)")
        ->needs(units);
}

/// The network of a card, with units of one strand or symmetric ones.
inline ex::network_description network_of(ex::paper_card const& card, symmetry s)
{
    (void)ex::rows_of(card); // refuses numbers that are none
    auto d = ex::description_of(card);
    if (s.units) d = ex::with_symmetric_units(std::move(d));
    return s.places ? ex::with_symmetric_places(std::move(d)) : d;
}
/// The network as a run writes it among what it shares with the one it goes on from.
inline std::string architecture_of(ex::paper_card const& card, symmetry s)
{
    return s.units ? ex::to_json(network_of(card, s)) : ex::to_json(card);
}

/// --recipe and all that it sets, which an option of its own overrides.
inline void add_training(CLI::App& c, run_options& o)
{
    c.add_option(
         "--recipe", o.recipe,
         "settings that are not given: the reference's, or recommended: AdamW, a cosine rate, both "
         "strands, sequences that move, averaged weights; or quick: the same in four epochs, for a first "
         "look (docs/recipes.md)")
        ->check(CLI::IsMember({"reference", "recommended", "quick"}));
    c.add_option("--epochs", o.how.epochs, "epochs at most")->check(in_range(1, 1000000));
    c.add_option("--patience", o.how.patience,
                 "epochs without a better validation loss before it stops; 0: never")
        ->check(in_range(0, 1000000));
    c.add_option("--batch", o.how.batch, "sequences a step")->check(in_range(2, 1000000));
    c.add_option("--shift", o.how.shift, "bases sequences move by at most, either way, anew each epoch")
        ->check(in_range(0, 32767));
    c.add_option("--learning-rate", o.learning_rate, "of Adam or AdamW")->check(in_range(1e-12, 1e6));
    c.add_option("--seed", o.how.from.value, "what split, initial values, order and dropout follow from");
    add_processor(c, o.processor);
    c.add_flag("--reverse-complement,!--no-reverse-complement", o.how.both_strands,
               "train on both strands, average over them");
    c.add_flag("--non-negative", o.how.non_negative, "keep the head's weights at 0 or above (default: no)");
    c.add_option("--checkpoint-seconds", o.checkpoint_seconds,
                 "a checkpoint within an epoch at most so often")
        ->check(in_range(0.0, 1e9));
    auto* const resume =
        c.add_flag("--resume", o.resume, "go on from the folder's checkpoint, if any (default: no)");
    c.add_flag("--overwrite", o.overwrite, "replace the folder's results (default: no)")->excludes(resume);
    c.parse_complete_callback([&c, &o] {
        if (c.count("--recipe") == 0) return;
        auto const given = o;
        o.take_recipe();
        auto const restore = [&c](char const* name, auto& to, auto const& value) {
            if (c.count(name) > 0) to = value;
        };
        restore("--epochs", o.how.epochs, given.how.epochs);
        restore("--patience", o.how.patience, given.how.patience);
        restore("--shift", o.how.shift, given.how.shift);
        restore("--reverse-complement", o.how.both_strands, given.how.both_strands);
    });
}

/// What a run must share with the one it goes on from. Threads are left out: they change no bit.
inline ex::run_facts facts_of(run_options const& o, data_options const& from, ex::dataset const& data)
{
    return {{"--batch", std::to_string(o.how.batch)},
            {"--epochs", std::to_string(o.how.epochs)},
            {"--learning-rate", ex::number_text(o.learning_rate, 17)},
            {"--non-negative", o.how.non_negative ? "yes" : "no"},
            {"--patience", std::to_string(o.how.patience)},
            {"--recipe", o.recipe},
            {"--reverse-complement", o.how.both_strands ? "yes" : "no"},
            {"--seed", std::to_string(o.how.from.value)},
            {"--shift", std::to_string(o.how.shift)},
            {"--split", from.split_text()},
            {"data", std::to_string(data.fingerprint())}};
}

/// The trainer that --recipe and the options beside it describe.
template <class Backend, class Loss>
auto trainer_of(run_options const& o, ex::basic_model<Backend>& m, Loss loss, bool sum_of_terms = false)
{
    auto chosen = ex::recipe::by_name(o.recipe, o.how.from);
    chosen.optimize.learning_rate = o.learning_rate;
    ex::training how = o.how;
    how.sum_of_terms = sum_of_terms;
    return ex::trainer{m, chosen.optimize, std::move(loss), how, chosen.schedule};
}

} // namespace shared
