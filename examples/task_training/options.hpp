// The options that train_task and fine_tune share, under the names tf_binding has.
#pragma once
#include <string>
#include <thread>

#include <explainn/train/trainer.hpp>

#include "task_training/data.hpp"
#include "tf_binding/run_folder.hpp"

namespace task_training {

struct run_options {
    data_options data;
    std::string out, loss, reduction;
    bool resume = false, overwrite = false;
    ex::training how;
    double learning_rate = ex::adam{}.learning_rate;
    int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    double checkpoint_seconds = 60;
};

inline void add_data(CLI::App& c, data_options& o)
{
    c.add_option("--sequences", o.sequences,
                 "FASTA or FASTQ, plain or gzip, all of one length (with --labels)");
    c.add_option(
        "--labels", o.labels,
        "table: header with task names; per row a sequence's name and a number or nothing (missing)");
    c.add_option("--table", o.table, "instead: table of id, sequence, labels, without header");
    c.add_option("--train-table", o.train_table, "instead: such tables by part, this one for training");
    c.add_option("--valid-table", o.valid_table, "for validation");
    c.add_option("--test-table", o.test_table, "for the test");
    c.add_option("--pbm-train", o.pbm_train,
                 "instead: a microarray, lines of probe, signal, background; for training and validation");
    c.add_option("--pbm-test", o.pbm_test, "another microarray for the test (none: a part of the first)");
    c.add_flag("--quantile-transform", o.quantiles,
               "the signals of a microarray become ranks from 0 to 1 (default: no)");
    c.add_option("--targets", o.targets, "tasks to learn: all, or names with commas between");
    c.add_option("--resolved", o.resolved, "rows that stay: any target resolved, or all of them")
        ->check(CLI::IsMember({"any", "all"}));
    c.add_option("--n", o.n, "N bases are zeros, or sequences with N are left out")
        ->check(CLI::IsMember({"zero", "skip"}));
    auto* const split = c.add_option("--split", o.split, "percentages for training, validation and test");
    auto* const valid = c.add_option("--valid", o.valid, "instead: chromosomes for validation (with --test)");
    auto* const test = c.add_option("--test", o.test, "chromosomes for the test (with --valid)");
    valid->needs(test)->excludes(split);
    test->needs(valid)->excludes(split);
    c.add_flag("--stratify", o.stratify, "a random split keeps the mix of labels (default: no)")
        ->excludes(valid);
}

inline void add_training(CLI::App& c, run_options& o)
{
    c.add_option("--loss", o.loss,
                 "none: the task's own; mse or huber for a regression, pearson or mse for a profile")
        ->check(CLI::IsMember({"", "mse", "huber", "pearson"}));
    c.add_option(
         "--reduction", o.reduction,
         "the gradient is that of the mean or the sum over a batch (none: the reference's, sum for the "
         "Pearson loss, else mean)")
        ->check(CLI::IsMember({"", "mean", "sum"}));
    c.add_option("--epochs", o.how.epochs, "epochs at most")->check(CLI::Range(1, 1000000));
    c.add_option("--patience", o.how.patience,
                 "epochs without a better validation loss before it stops; 0: never")
        ->check(CLI::Range(0, 1000000));
    c.add_option("--batch", o.how.batch, "sequences a step")->check(CLI::Range(2, 1000000));
    c.add_option("--learning-rate", o.learning_rate, "of Adam")->check(CLI::Range(1e-12, 1e6));
    c.add_option("--seed", o.how.from.value, "what split, initial values, order and dropout follow from");
    tf_binding::detail::add_threads(c, o.threads);
    c.add_flag("--reverse-complement", o.how.both_strands,
               "train on both strands, average over them (default: no)");
    c.add_flag("--non-negative", o.how.non_negative, "keep the head's weights at 0 or above (default: no)");
    c.add_option("--checkpoint-seconds", o.checkpoint_seconds,
                 "a checkpoint within an epoch at most so often")
        ->check(CLI::Range(0.0, 1e9));
    auto* const resume =
        c.add_flag("--resume", o.resume, "go on from the folder's checkpoint, if any (default: no)");
    c.add_flag("--overwrite", o.overwrite, "replace the folder's results (default: no)")->excludes(resume);
}

/// What a run must share with the one it goes on from.
inline ex::run_facts facts_of(run_options const& o, ex::dataset const& data)
{
    return {{"--batch", std::to_string(o.how.batch)},
            {"--epochs", std::to_string(o.how.epochs)},
            {"--learning-rate", ex::number_text(o.learning_rate, 17)},
            {"--loss", o.loss},
            {"--non-negative", o.how.non_negative ? "yes" : "no"},
            {"--patience", std::to_string(o.how.patience)},
            {"--reduction", o.reduction},
            {"--reverse-complement", o.how.both_strands ? "yes" : "no"},
            {"--seed", std::to_string(o.how.from.value)},
            {"--split", o.data.split_text()},
            {"data", std::to_string(data.fingerprint())}};
}

} // namespace task_training
