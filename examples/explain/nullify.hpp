// explain nullify: what every task's measure loses without a unit or its filter.
#pragma once
#include <memory>
#include <string>

#include <explainn/interpret/nullify_by_rerun.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/task_by_name.hpp>

#include "common/unit_labels.hpp"
#include "explain/labelled.hpp"

namespace explain_program {

struct nullify_options : labelled_options {
    std::string what = "unit", metric, names;
};

/// A measure of the model's tasks: its name, its values by task (or one over all), and what they belong to.
struct chosen_measure {
    std::string name;
    std::vector<std::string> of; ///< names of the tasks; "all" where the measure is of all together
    std::vector<double> values;
};

/// The measure of that name, or where none is given AUPRC, else the first. Throws error, listing the names,
/// for another.
inline chosen_measure measure_of(std::vector<ex::named_measure> const& all, std::string const& wanted,
                                 std::vector<std::string> const& tasks)
{
    ex::named_measure const* found = nullptr;
    std::string names;
    for (auto const& m : all) {
        std::string const name = m.name.starts_with("head1_") ? m.name.substr(6) : m.name;
        names += (names.empty() ? "" : ", ") + name;
        if (name == (wanted.empty() ? "auprc" : wanted)) found = &m;
    }
    if (found == nullptr && wanted.empty() && !all.empty()) found = &all.front();
    if (found == nullptr)
        throw ex::error{"--metric: expected one of the model's task (" + names + "), found " +
                        ex::in_quotes(wanted)};
    std::string const name = found->name.starts_with("head1_") ? found->name.substr(6) : found->name;
    if (found->by_output.empty()) return {name, {"all"}, {found->overall}};
    return {name, tasks, found->by_output};
}

/// Whether the formula of an additive model is to hold the filters: every unit has one on DNA that it can
/// hold. Models that read signals are left to it too; it refuses them in a sentence of its own.
inline bool has_single_filters(ex::network_rows const& rows)
{
    if (rows.reads_signals()) return true;
    for (auto const& bank : rows.banks) {
        auto const& conv = rows.layer(bank.first);
        bool const both = conv.what == ex::kind::symmetric_conv;
        if (!both && (conv.what != ex::kind::conv || conv.given.filters != 1 || conv.given.padding != 0))
            return false;
        int at = bank.first + 1;
        if (at < bank.last && rows.layer(at).what == ex::kind::batch_norm) ++at;
        if (both && at < bank.last && rows.layer(at).what == ex::kind::larger_strand) ++at;
        if (at < bank.last && rows.layer(at).what == ex::kind::activate && !ex::rises(rows.layer(at).act))
            return false;
    }
    return true;
}

template <class Data>
void write_nullified(nullify_options const& o, opened& m, Data const& data)
{
    bool const by_formula = o.what == "unit" || has_single_filters(m.model.rows());
    shared::unit_labels const units{o.names, by_formula ? ex::units_of(m.model.rows())
                                                        : ex::first_filter_names(m.model.rows())};
    auto const rows = all_rows(data.size());
    auto const tasks =
        ex::tasks_of(m.file.facts.task.empty() ? ex::multilabel::name : m.file.facts.task, m.model.outputs());
    std::vector<double> labels;
    std::vector<float> of_row(data.outputs());
    for (auto const row : rows) {
        data.labels_of(row, of_row);
        labels.insert(labels.end(), of_row.begin(), of_row.end());
    }
    chosen_measure chosen;
    auto const measure = [&](std::vector<double> logits) {
        if (interrupted()) throw interruption{"interrupted"};
        for (std::size_t i = 0; i < logits.size(); i += data.outputs())
            tasks.link({logits.data() + i, data.outputs()});
        ex::extent const n = static_cast<ex::extent>(rows.size()), outputs = m.model.outputs();
        chosen = measure_of(tasks.measures({{logits.data(), n, outputs}, {labels.data(), n, outputs}}),
                            o.metric, m.tasks());
        return chosen.values;
    };
    auto const what = o.what == "unit"          ? ex::nullified::unit
                      : o.what == "filter-zero" ? ex::nullified::filter_zero
                                                : ex::nullified::filter_mean;
    ex::part const part{data, rows};
    ex::nullification_table effect;
    if (by_formula) {
        ex::additive_nullification<device> model{m.model, part, what, {.both_strands = o.strands()}};
        effect = ex::nullify(model, measure);
    } else {
        std::cerr << "note: the filters of this model act through several layers; all sequences are computed "
                     "again without each filter\n";
        ex::rerun_nullification model{m.model, part, what, {.both_strands = o.strands()}};
        effect = ex::nullify(model, measure);
    }
    ex::output_file out{o.out};
    out << units.header() << "\ttask\t" << chosen.name << "_before\t" << chosen.name << "_after\n";
    for (std::size_t u = 0; u < effect.units; ++u)
        for (std::size_t k = 0; k < effect.before.size(); ++k)
            out << units.fields(u) << '\t' << ex::table_field(chosen.of[k]) << '\t'
                << ex::number_text(effect.before[k]) << '\t' << ex::number_text(effect(u, k)) << '\n';
    out.commit();
}

inline void run_nullify(nullify_options const& o)
{
    auto files = o.files();
    files.push_back({"--names", o.names});
    o.require_own_output(files);
    opened m = open_any(o);
    with_labelled(m, o, [&](auto const& data, auto const&) { write_nullified(o, m, data); });
}

inline void add_nullify(CLI::App& app)
{
    auto const o = std::make_shared<nullify_options>();
    CLI::App* const c =
        app.add_subcommand("nullify", "what every task's measure is without each unit or filter in turn");
    add_model(*c, *o);
    add_labelled(*c, *o);
    shared::add_names(*c, o->names);
    c->add_option("--what", o->what,
                  "unit: it adds nothing; filter-zero, filter-mean: its filter's activation is 0, or its "
                  "mean, in every window; of a model of several layers, every filter of the first")
        ->check(CLI::IsMember({"unit", "filter-zero", "filter-mean"}));
    c->add_option("--metric", o->metric,
                  "auprc or auroc for yes and no; pcc, spearman or r2 for numbers; f1 or accuracy for "
                  "classes (none: AUPRC, "
                  "or the first of the model's task)");
    c->callback([o] { run_nullify(*o); });
}

} // namespace explain_program
