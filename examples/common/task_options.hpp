// The options that train_task and fine_tune have beside those of every training program.
#pragma once
#include <string>

#include "common/filters.hpp"
#include "common/options.hpp"
#include "common/report.hpp"
#include "common/task_data.hpp"

namespace task_training {

struct run_options : shared::run_options {
    data_options data;
    std::string loss, reduction;
    shared::report_options report;
    shared::filter_options filters; ///< of programs that make a new model
};

inline void add_data(CLI::App& c, data_options& o)
{
    shared::add_data(c, o);
    c.add_option("--pbm-train", o.pbm_train,
                 "instead: a microarray, lines of probe, signal, background; for training and validation");
    c.add_option("--pbm-test", o.pbm_test, "another microarray for the test (none: a part of the first)");
    c.add_flag("--quantile-transform", o.quantiles,
               "the signals of a microarray become ranks from 0 to 1 (default: no)");
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
    shared::add_training(c, o);
    shared::add_report(c, o.report);
}

/// What a run must share with the one it goes on from.
inline ex::run_facts facts_of(run_options const& o, ex::dataset const& data)
{
    auto facts = shared::facts_of(o, o.data, data);
    facts["--loss"] = o.loss;
    facts["--reduction"] = o.reduction;
    return facts;
}

} // namespace task_training
