// --teachers, --teacher, --own: a model that learns from others, as one of the same shape for all of them.
#pragma once
#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/model/model_file.hpp>
#include <explainn/train/taught_rows.hpp>

#include "common/fingerprint.hpp"
#include "common/open_for_sequences.hpp"
#include "common/training_run.hpp"

namespace shared {

struct teacher_options {
    int trained = 0;                ///< so many are trained first
    std::vector<std::string> files; ///< models that are there already
    double own = 0.5;

    bool given() const { return trained > 0 || !files.empty(); }
    /// The option that teachers were asked for by.
    std::string option() const { return trained > 0 ? "--teachers" : "--teacher"; }
    /// All files that are read, by their options.
    std::vector<given_path> inputs() const
    {
        std::vector<given_path> all;
        all.reserve(files.size());
        for (auto const& path : files) all.push_back({"--teacher", path});
        return all;
    }
};

inline void add_teachers(CLI::App& c, teacher_options& o)
{
    c.add_option("--teachers", o.trained,
                 "first train so many models of the same shape on the same rows, and learn from the mean of "
                 "the labels and of what they predict; 0: none")
        ->check(in_range(0, 100));
    c.add_option(
         "--teacher", o.files,
         "learn from this trained model, too: of these tasks, and perhaps others; may be given again. "
         "It must not have been trained on the rows of validation and test")
        ->allow_extra_args(false);
    c.add_option("--own", o.own, "share of the labels beside the teachers' predictions, from 0 to 1")
        ->check(in_range(0.0, 1.0));
}

/// A data set as a model with teachers sees it.
using taught_data = ex::taught_rows<ex::dataset>;

/// Throws error where --own has nobody to share with, and where predictions of the task cannot stand for
/// labels. To be called before data are read.
template <class Task>
void require_teachable(CLI::App const& c, teacher_options const& o, Task const&)
{
    if (c.count("--own") > 0 && !o.given())
        throw ex::error{"--own: expected --teachers or --teacher with it, found neither"};
    if constexpr (!ex::teachable_task<Task>)
        if (o.given())
            throw ex::error{o.option() +
                            ": expected a task whose predictions may stand for labels (multilabel, "
                            "multiclass, regression, counts), found " +
                            Task::name};
}

/// The outputs of a teacher that stand for the tasks of the data. Throws error for a task that it lacks, and
/// for classes other than the data's.
inline std::vector<std::size_t> columns_of_teacher(std::string const& path,
                                                   std::vector<std::string> const& teacher,
                                                   std::vector<std::string> const& data, bool classes)
{
    std::vector<std::size_t> columns;
    for (auto const& name : data) {
        auto const at = std::find(teacher.begin(), teacher.end(), name);
        if (at == teacher.end())
            throw ex::error{path + ": expected a teacher of the task " + ex::in_quotes(name) +
                            ", found one without"};
        columns.push_back(static_cast<std::size_t>(at - teacher.begin()));
    }
    if (classes && teacher.size() != data.size())
        throw ex::error{path + ": expected a teacher of the same " + std::to_string(data.size()) +
                        " classes, found one of " + std::to_string(teacher.size())};
    return columns;
}

/// Trains the teachers, reads the others, and mixes what they predict into `taught`, which is what `given`
/// holds. `make(seed)` gives an untrained model; `facts` are the run's, and gain the teachers'. A teacher's
/// seed is 1000 times the run's plus its number, from 0. An unfinished run goes on from their checkpoints.
/// Throws interruption after Ctrl-C, and error as columns_of_teacher().
template <ex::teachable_task Task, class Loss, class Make>
void learn_from_teachers(training_run& run, run_options const& o, teacher_options const& t, Task const& task,
                         Loss const& loss, bool sum, run_data<taught_data> const& given, taught_data& taught,
                         ex::run_facts& facts, Make make)
{
    if (!t.given()) return;
    std::vector<network> trained;
    for (int k = 0; k < t.trained; ++k) {
        auto one = o;
        one.how.from = ex::seed{o.how.from.value * 1000 + static_cast<std::uint64_t>(k)};
        auto its = facts;
        its["--seed"] = std::to_string(one.how.from.value);
        trained.push_back(make(one.how.from));
        std::string const name = "teacher-" + std::to_string(k + 1);
        run.fit(one, trained.back(), loss, given, std::move(its), sum,
                {.step = name, .checkpoint = teacher_checkpoint_name(k + 1), .of_results = false});
    }
    run.step("teaching", [&] {
        for (auto& each : trained) taught.add(each, task);
        for (auto const& path : t.files) {
            auto const file = ex::read_model_file(path);
            auto teacher = open_for_sequences(path, file, o.processor.device());
            std::string const is = file.facts.task.empty() ? "multilabel" : file.facts.task;
            if (is != Task::name)
                throw ex::error{path + ": expected a teacher of the task " + Task::name + ", found " + is};
            taught.add(teacher, task,
                       columns_of_teacher(path, file.facts.tasks, given.outputs,
                                          std::same_as<Task, ex::multiclass>));
            facts["values of the teachers"] += fingerprint_of(teacher) + " ";
        }
        return counted(static_cast<std::size_t>(taught.teachers()), "teacher");
    });
    facts["--teachers"] = std::to_string(t.trained);
    facts["--own"] = ex::number_text(t.own, 17);
    stop_if_interrupted();
}

} // namespace shared
