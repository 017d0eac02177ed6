// The core of every training program: when its folder may be written, checkpoints, the fit, and what is
// written last.
#pragma once
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/train/listeners.hpp>
#include <explainn/train/progress.hpp>

#include "common/device.hpp"
#include "common/options.hpp"
#include "common/refined_motifs.hpp"
#include "common/report.hpp"
#include "common/run_folder.hpp"
#include "common/steps.hpp"

namespace shared {

using network = ex::basic_model<device>;
using loss_history = std::vector<ex::epoch_losses>;

/// Throws interruption where Ctrl-C or SIGTERM came.
inline void stop_if_interrupted()
{
    if (interrupted()) throw interruption{"interrupted; --resume goes on from the checkpoint"};
}

/// What a run is trained on.
template <ex::labelled_data Data>
struct run_data {
    Data const& data;                 ///< sequences or signals, and a label for every output of the model
    ex::dataset const& source;        ///< where the names of the sequences are from, and what was left out
    ex::split_rows const& rows;       ///< that train, validate and test
    std::vector<std::string> outputs; ///< names of the model's outputs
};

/// One of the trainings of a run.
struct training_stage {
    std::string step = "training"; ///< its name in the table of steps
    std::string checkpoint = checkpoint_name;
    bool of_results = true; ///< its losses are those of the results: where both are whole, the run is over
};

/// A training run from its folder to its results. A program makes one, reads its data, makes its model, calls
/// fit(), writes its own results and calls finish(); whatever stops it on the way, the folder holds whole
/// results or a checkpoint that --resume goes on from.
///
///     training_run run{o.run, {result_names.begin(), result_names.end()}, o.data.files(), o.report};
///     run.read_report_inputs(100);
///     auto const [data, rows] = run.read([&] { return o.data.read(o.how.from); });
///     auto const history = run.fit(o.run, m, ex::bce_with_logits{}, given, facts);
///     if (!history) return;
///     ex::write_model(run.folder() / "model.safetensors", m, model_facts);
///     run.finish(*history);
class training_run {
public:
    /// Begins before any data are read. Throws error where a result would replace a file of `inputs` or of
    /// the report, and where the folder holds results that nobody said to replace or to go on from. `results`
    /// are the names of all files, losses.tsv among them. Throws error for a device that is not there, too.
    training_run(run_options const& o, std::vector<char const*> results, std::vector<given_path> inputs,
                 report_options report)
        : results_{std::move(results)}, inputs_{std::move(inputs)}, folder_{o.out}, report_{std::move(report)}
    {
        (void)o.processor.device(); // one that is not there is told before data are read
        std::string const teacher = teacher_checkpoint_name(1);
        for (auto const& file : report_.files()) inputs_.push_back(file);
        for (auto const& names :
             {results_, std::vector{checkpoint_name, second_checkpoint_name, teacher.c_str(), report_name,
                                    refined_meme_name, refined_table_name}}) {
            require_own_files(results_in(folder_, names), inputs_);
            if (!o.resume && !o.overwrite) refuse_results(folder_, names, "--resume or --overwrite");
        }
    }
    /// Reads the known motifs and the names of units, as soon as it is known how many units the model has in
    /// all its banks. Throws input_error for files that are not what they should be.
    void read_report_inputs(std::size_t units) { report_inputs_.emplace(report_, unit_ids(units)); }

    /// The names that --names gives units; empty before read_report_inputs() and where it gives none.
    std::vector<std::string> unit_names() const
    {
        return report_inputs_ ? report_inputs_->names() : std::vector<std::string>{};
    }

    fs::path const& folder() const { return folder_; }

    /// Reads the data as a step of the run: f() gives them with the rows of each part.
    template <class F>
    ex::split_dataset read(F f)
    {
        steps_.begin("data");
        ex::split_dataset all = f();
        steps_.end(counted(all.data.size(), "sequence") + " of " + counted(all.data.length(), "base") + ", " +
                   counted(all.data.outputs(), "output"));
        return all;
    }
    /// Does something else as a step of the run: f() returns in words what came of it.
    template <class F>
    void step(std::string name, F f)
    {
        steps_.begin(std::move(name));
        steps_.end(f());
    }
    /// The steps of the run, for what tells several of its own; finish() prints them.
    steps& all_steps() { return steps_; }

    /// Whether report() writes a report; to be asked after read_report_inputs().
    bool wants_report() const { return report_inputs_ && !report_inputs_->off(); }

    /// Whether refine_motifs() or report() asks what the model's filters look for; to be asked after
    /// read_report_inputs().
    bool wants_motifs() const { return wants_report() || report_.refined_tasks > 0; }

    /// The known motifs; to be asked after read_report_inputs().
    ex::motif_set const& known_motifs() const { return report_inputs_->known(); }

    /// Trains the model until its best epoch is found, and keeps checkpoints; the losses of all epochs, or
    /// nothing where --resume finds that the run had finished and its results are whole. A run that was
    /// killed goes on from its checkpoint and ends with the same bits. `facts` are what a run must share with
    /// the one it goes on from; `sum` takes the gradient of the sum of the loss's terms in a batch instead of
    /// their mean. Each training of one run has a checkpoint of its own. Throws interruption after Ctrl-C.
    template <class Loss, ex::labelled_data Data>
    std::optional<loss_history> fit(run_options const& o, network& m, Loss loss, run_data<Data> const& given,
                                    ex::run_facts facts, bool sum = false, training_stage const& stage = {})
    {
        facts_ = std::move(facts);
        auto const& rows = given.rows;
        auto const& left_out = given.source.left_out();
        std::cerr << "sequences: " << rows.train.size() << " training, " << rows.valid.size()
                  << " validation, " << rows.test.size() << " test; left out: " << left_out.unresolved
                  << " unresolved, " << left_out.with_n
                  << " with N; rows of labels without sequence: " << left_out.without_sequence << '\n';
        auto trainer = trainer_of(o, m, std::move(loss), sum);
        fs::path const checkpoint = folder_ / stage.checkpoint;
        if (o.resume && is_there(checkpoint)) {
            require_continuation(checkpoint, ex::read_run_facts(checkpoint), facts_);
            auto const before = ex::read_checkpoint<float>(checkpoint, m.parameters().total());
            bool const done = before.state.finished || before.state.epoch > o.how.epochs;
            if (stage.of_results && done && results_are_of(folder_, results_, before.state.history)) {
                std::cerr << "nothing to do: the run is finished\n";
                return std::nullopt;
            }
            trainer.resume(before.state);
        }
        make_folder(folder_);
        steps_.begin(stage.step);
        trainer.checkpoint(
            [&, first = true](auto const& state) mutable {
                ex::write_checkpoint(checkpoint, state, facts_);
                // until here earlier results were whole; from now on they are not this run's
                if (!std::exchange(first, false) || !o.overwrite) return;
                if (!std::exchange(begun_, true)) remove_other_checkpoints(stage.checkpoint);
                fs::remove(folder_ / "losses.tsv");
                remove_report(folder_);
                remove_refined_motifs();
            },
            o.checkpoint_seconds);
        auto const ask = [](auto const&) { return interrupted() ? ex::go_on::no : ex::go_on::yes; };
        auto const ending = trainer.fit(ex::part{given.data, rows.train}, ex::part{given.data, rows.valid},
                                        ex::listeners{ex::progress{}, ask});
        if (ending == ex::ending::interrupted) stop_if_interrupted();
        loss_history const history = trainer.state().history;
        steps_.end(words_of(history));
        return history;
    }

    /// What tells a group of outputs from others, for the report.
    void add(ex::report_contrast contrast) { contrasts_.push_back(std::move(contrast)); }

    /// Refines the motifs of the filters for each task, as many as --refine says, and writes motifs.meme and
    /// motifs.tsv in place of an earlier run's; also filters.meme, where the run does not have it among its
    /// results. look() is as for report(), which shows the motifs too. Where it throws error, or sequences
    /// cannot be refined on, a note takes the place of the files. Throws interruption after Ctrl-C.
    template <ex::labelled_sequences Data, class Look>
    void refine_motifs(network const& m, run_data<Data> const& given, ex::seed from, int threads, Look look)
    {
        remove_refined_motifs();
        if (report_.refined_tasks == 0) return;
        steps_.begin("refinement");
        std::optional<ex::model_insight> seen;
        try {
            seen.emplace(look().second);
            ex::model_motif_options how;
            how.most_tasks = report_.refined_tasks;
            how.refine.both_strands = m.both_strands();
            how.refine.random = from;
            how.refine.threads = static_cast<std::size_t>(threads);
            refined_ = ex::refine_model_motifs(seen->motifs.motifs, given.data, given.rows, how);
        } catch (ex::error const& e) {
            std::cerr << "note: no refined motifs: " << e.what() << '\n';
            steps_.end("none");
            return;
        }
        stop_if_interrupted();
        if (std::find(results_.begin(), results_.end(), std::string_view{"filters.meme"}) == results_.end()) {
            ex::output_file meme{folder_ / "filters.meme"};
            ex::write_meme(meme, with_columns(seen->motifs));
            meme.commit();
        }
        write_refined_motifs(folder_, refined_, *seen, given.outputs, known_motifs().motifs);
        steps_.end(counted(refined_.size(), "motif"));
    }

    /// Writes report.html and its tables in place of an earlier run's, unless --no-report says otherwise.
    /// look() gives rows and what the model's filters look for in them, and is called where a report is
    /// written; where it throws error, since units have no motifs to show, a note takes the place of the
    /// report. `task` is what the outputs mean, as in the model's file; `source` says in words what the rows
    /// are; `measured` are the outcomes of the test rows, where they are there already.
    template <ex::labelled_sequences Data, class Look>
    void report(network& m, run_data<Data> const& given, std::string const& task, loss_history const& losses,
                std::string const& source, ex::seed from, ex::outcomes const* measured, Look look)
    {
        remove_report(folder_);
        if (!wants_report()) return;
        steps_.begin("report");
        std::optional<std::pair<std::vector<std::uint32_t>, ex::model_insight>> seen;
        try {
            seen.emplace(look());
        } catch (ex::error const& e) {
            std::cerr << "note: no report: " << e.what() << '\n';
            steps_.end("none");
            return;
        }
        write_run_report(folder_, m, given.data, given.rows, seen->second, seen->first,
                         [&](std::uint32_t row) { return std::string{given.source.name(row)}; },
                         *report_inputs_,
                         {given.outputs, task, facts_, inputs_, losses, source, began_, from, measured,
                          contrasts_, refined_});
        steps_.end((folder_ / report_name).string());
    }

    /// Writes losses.tsv, with which the results of a run are whole, and prints the table of steps. Throws
    /// interruption after Ctrl-C.
    void finish(loss_history const& losses) const
    {
        stop_if_interrupted();
        ex::output_file file{folder_ / "losses.tsv"};
        file << losses_text(losses);
        file.commit();
        steps_.print();
    }

private:
    // how many epochs there were, and which was the best of them
    static std::string words_of(loss_history const& losses)
    {
        std::string words = counted(losses.size(), "epoch");
        std::size_t best = losses.size();
        for (std::size_t i = 0; i < losses.size(); ++i)
            if (!std::isnan(losses[i].valid) &&
                (best == losses.size() || losses[i].valid < losses[best].valid))
                best = i;
        if (best < losses.size())
            words += ", the best of them " + std::to_string(best + 1) + " (validation loss " +
                     ex::number_text(losses[best].valid, 4) + ')';
        return words;
    }
    // of the trainings of an earlier run
    void remove_other_checkpoints(std::string const& kept) const
    {
        for (std::string const name : {checkpoint_name, second_checkpoint_name})
            if (name != kept) fs::remove(folder_ / name);
        for (int k = 1; is_there(folder_ / teacher_checkpoint_name(k)); ++k)
            if (teacher_checkpoint_name(k) != kept) fs::remove(folder_ / teacher_checkpoint_name(k));
    }
    void remove_refined_motifs() const
    {
        for (auto const name : {refined_meme_name, refined_table_name}) fs::remove(folder_ / name);
    }
    std::vector<char const*> results_;
    std::vector<given_path> inputs_;
    fs::path folder_;
    report_options report_;
    std::optional<report_inputs> report_inputs_;
    std::vector<ex::report_contrast> contrasts_;
    ex::run_facts facts_;
    std::vector<ex::model_motif> refined_;
    bool begun_ = false; // a checkpoint was written
    steps steps_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

} // namespace shared
