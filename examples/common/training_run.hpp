// A training run in its folder, the same for every program: what may be written, going on from a checkpoint,
// training, and results that are whole once losses.tsv is there.
#pragma once
#include <array>
#include <iostream>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/model/model.hpp>
#include <explainn/train/listeners.hpp>
#include <explainn/train/progress.hpp>

#include "common/options.hpp"
#include "common/run_folder.hpp"

namespace shared {

using device = ex::cpu<float>;
using network = ex::basic_model<device>;
using loss_history = std::vector<ex::epoch_losses>;
/// Names of the files that a run leaves beside its checkpoint; losses.tsv is among them.
using result_list = std::span<char const* const>;

/// Throws interruption where Ctrl-C or SIGTERM came.
inline void stop_if_interrupted()
{
    if (interrupted()) throw interruption{"interrupted; --resume goes on from the checkpoint"};
}

/// Throws error, before any data are read, for a folder with results that neither --resume nor --overwrite
/// allows to replace, and where a result would replace a file that is read.
inline void require_usable_folder(run_options const& o, result_list results,
                                  std::vector<given_path> const& inputs)
{
    std::array const checkpoint{checkpoint_name};
    for (result_list const names : {results, result_list{checkpoint}}) {
        require_own_files(results_in(o.out, names), inputs);
        if (!o.resume && !o.overwrite) refuse_results(o.out, names, "--resume or --overwrite");
    }
}

/// Says on standard error how many sequences every part has, and what of the data was left out.
inline void print_counts(ex::dataset const& data, ex::split_rows const& rows)
{
    auto const& out = data.left_out();
    std::cerr << "sequences: " << rows.train.size() << " training, " << rows.valid.size() << " validation, "
              << rows.test.size() << " test; left out: " << out.unresolved << " unresolved, " << out.with_n
              << " with N; rows of labels without sequence: " << out.without_sequence << '\n';
}

/// What is trained, on what, and what makes two runs the same.
template <class Data>
struct training_run {
    run_options const& options;
    result_list results;
    network& model;
    Data const& data; ///< labels by output of the model
    ex::split_rows const& rows;
    ex::run_facts facts; ///< a run goes on only from a checkpoint with the same

    ex::part<Data> training() const { return {data, rows.train}; }
    ex::part<Data> validation() const { return {data, rows.valid}; }
    ex::part<Data> test() const { return {data, rows.test}; }
};

namespace detail {
/// Trains, and gives the losses, or nothing where the run had finished and its results are whole.
template <class Data, class Trainer>
std::optional<loss_history> fit(training_run<Data> const& run, Trainer& trainer)
{
    auto const& o = run.options;
    fs::path const dir{o.out}, checkpoint = dir / checkpoint_name;
    if (o.resume && is_there(checkpoint)) {
        require_continuation(checkpoint, ex::read_run_facts(checkpoint), run.facts);
        auto const before = ex::read_checkpoint<float>(checkpoint, run.model.parameters().total());
        bool const done = before.state.finished || before.state.epoch > o.how.epochs;
        if (done && results_are_of(dir, run.results, before.state.history)) {
            std::cerr << "nothing to do: the run is finished\n";
            return std::nullopt;
        }
        trainer.resume(before.state);
    }
    make_folder(dir);
    trainer.checkpoint(
        [&, first = true](auto const& state) mutable {
            ex::write_checkpoint(checkpoint, state, run.facts);
            // until here earlier results were whole; from now on they are not this run's
            if (std::exchange(first, false) && o.overwrite) fs::remove(dir / "losses.tsv");
        },
        o.checkpoint_seconds);
    auto const ask = [](auto const&) { return interrupted() ? ex::go_on::no : ex::go_on::yes; };
    auto const ending = trainer.fit(run.training(), run.validation(), ex::listeners{ex::progress{}, ask});
    if (ending == ex::ending::interrupted) stop_if_interrupted();
    return trainer.state().history;
}
} // namespace detail

/// Trains in the run's folder and writes its results. With --resume a run that was killed goes on from its
/// checkpoint and ends with the same bits. write_results(losses by epoch) measures the model and writes all
/// results but losses.tsv, which comes last: with it the results are whole. Returns false, and writes
/// nothing, where the run had finished before.
///
///     train_in_folder(run, trainer_of(o, m, loss), [&](loss_history const&) { ex::write_model(...); });
template <class Data, class Trainer, class Write>
bool train_in_folder(training_run<Data> const& run, Trainer trainer, Write write_results)
{
    auto const history = detail::fit(run, trainer);
    if (!history) return false;
    write_results(*history);
    ex::output_file losses{fs::path{run.options.out} / "losses.tsv"};
    losses << losses_text(*history);
    losses.commit();
    return true;
}

} // namespace shared
