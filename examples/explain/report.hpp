// explain report: the report of any model on labelled sequences.
#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include <explainn/interpret/well_predicted.hpp>
#include <explainn/train/task_by_name.hpp>

#include "common/report.hpp"
#include "common/run_folder.hpp"
#include "explain/labelled.hpp"

namespace explain_program {

struct report_command_options : labelled_options {
    shared::report_options report;
    bool overwrite = false, all = false;
    std::uint64_t from = 1;
};

template <class Data, class NameOf>
void write_report_of(report_command_options const& o, opened& m, Data const& data, NameOf name_of,
                     shared::report_inputs const& for_report, std::vector<shared::given_path> const& inputs,
                     std::chrono::steady_clock::time_point began)
{
    auto const everything = all_rows(data.size());
    auto const tasks =
        ex::tasks_of(m.file.facts.task.empty() ? ex::multilabel::name : m.file.facts.task, m.model.outputs());
    auto const measured = ex::outcomes_of(m.model, ex::part{data, everything}, tasks);
    auto const rows = o.all ? everything : ex::well_predicted(measured, everything, tasks);
    auto const seen = ex::look_into_all(m.model, ex::part{data, rows});
    if (interrupted()) throw interruption{"interrupted"};
    std::filesystem::path const dir{o.out};
    shared::make_folder(dir);
    std::map<std::string, std::string> const facts;
    std::vector<ex::epoch_losses> const losses;
    shared::write_run_report(
        dir, m.model, data, {{}, {}, everything}, seen, rows, name_of, for_report,
        {m.tasks(), m.file.facts.task, facts, inputs, losses,
         o.all ? "the given sequences" : "the given sequences that the model predicts well", began,
         ex::seed{o.from}, &measured});
}

inline void run_report(report_command_options const& o)
{
    auto const began = std::chrono::steady_clock::now();
    std::filesystem::path const dir{o.out};
    auto inputs = o.files();
    inputs.push_back({"--model", o.model});
    for (auto const& file : o.report.files()) inputs.push_back(file);
    shared::require_own_files(shared::results_in(dir, std::array{shared::report_name}), inputs);
    if (!o.overwrite) shared::refuse_results(dir, std::array{shared::report_name}, "--overwrite");
    opened m = open_any(o);
    if (o.forward_only) m.model.set_both_strands(false);
    shared::report_inputs const for_report{o.report,
                                           shared::unit_ids(static_cast<std::size_t>(m.model.units()))};
    with_labelled(m, o, [&](auto const& data, auto name_of) {
        write_report_of(o, m, data, name_of, for_report, inputs, began);
    });
    std::cerr << "open " << (dir / shared::report_name).string() << " in a browser\n";
}

inline void add_report(CLI::App& app)
{
    auto const o = std::make_shared<report_command_options>();
    o->out.clear();
    CLI::App* const c = app.add_subcommand(
        "report", "DIR/report.html of a model on labelled sequences, and its numbers as tables");
    add_model(*c, *o, "folder for report.html");
    c->get_option("--out")->required();
    add_labelled(*c, *o);
    c->add_option(
        "--motifs", o->report.motifs,
        "known motifs that units are named after (default: JASPAR 2020 CORE vertebrates, 746 profiles)");
    shared::add_names(*c, o->report.names);
    c->add_flag("--all", o->all,
                "motifs come from all sequences, not from the well predicted alone (default: no)");
    c->add_option("--seed", o->from, "of the map");
    c->add_flag("--overwrite", o->overwrite, "replace the folder's report (default: no)");
    c->callback([o] { run_report(*o); });
}

} // namespace explain_program
