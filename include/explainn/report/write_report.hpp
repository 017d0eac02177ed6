// Writes the files of a report: the page, and its numbers as tables beside it.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/report/page.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// A table that is written row by row and appears under its name when it is complete.
class report_table {
public:
    report_table(std::filesystem::path const& path, std::vector<std::string> const& header) : out_{path}
    {
        for (auto const& name : header) field(name);
        end();
    }
    report_table& field(std::string_view s)
    {
        out_ << (first_ ? "" : "\t") << table_field(s);
        first_ = false;
        return *this;
    }
    report_table& field(double x) { return field(std::string_view{number_text(x)}); }
    report_table& field(std::size_t n) { return field(std::string_view{std::to_string(n)}); }
    void end()
    {
        out_ << '\n';
        first_ = true;
    }
    void commit() { out_.commit(); }

private:
    output_file out_;
    bool first_ = true;
};

inline void write_task_tables(std::filesystem::path const& dir, model_report const& r)
{
    report_table checks{dir / "checks.tsv", {"check", "verdict", "found", "expected"}};
    for (auto const& c : r.checks) {
        checks.field(c.title).field(std::string_view{verdict_word(c.said)}).field(c.found).field(c.expected);
        checks.end();
    }
    checks.commit();
    report_table curves{dir / "curves.tsv", {"task", "curve", "x", "y"}};
    for (auto const& t : r.tasks)
        for (auto const& [name, curve] : {std::pair{"roc", &t.roc},
                                          {"precision_recall", &t.precision_recall},
                                          {"reliability", &t.reliability},
                                          {"prediction", &t.scatter}})
            for (std::size_t i = 0; i < curve->x.size(); ++i) {
                curves.field(t.name).field(std::string_view{name}).field(curve->x[i]).field(curve->y[i]);
                curves.end();
            }
    curves.commit();
}

inline void write_unit_tables(std::filesystem::path const& dir, model_report const& r)
{
    report_table units{dir / "units.tsv",
                       {"unit", "name", "hits", "sequences", "group", "match", "match_id", "q", "outputs",
                        "least", "lower_quartile", "median", "upper_quartile", "most", "mean"}};
    report_table positions{dir / "positions.tsv", {"unit", "part", "sequences"}};
    for (auto const& u : r.units) {
        units.field(u.id).field(u.name).field(static_cast<std::size_t>(u.shape.sites)).field(u.sequences);
        units.field(u.group ? std::to_string(*u.group + 1) : std::string{});
        if (u.matches.empty())
            units.field(std::string_view{}).field(std::string_view{}).field(std::string_view{"nan"});
        else units.field(u.matches.front().name).field(u.matches.front().id).field(u.matches.front().q);
        auto const& d = u.outputs;
        units.field(d.count)
            .field(d.least)
            .field(d.lower_quartile)
            .field(d.middle)
            .field(d.upper_quartile)
            .field(d.most)
            .field(d.mean);
        units.end();
        for (std::size_t k = 0; k < u.positions.size(); ++k) {
            positions.field(u.id).field(k + 1).field(std::size_t{u.positions[k]});
            positions.end();
        }
    }
    units.commit();
    positions.commit();
    report_table importances{dir / "importances.tsv",
                             {"unit", "task", "weight", "importance", "effect", "least", "lower_quartile",
                              "upper_quartile", "most", "mean"}};
    for (std::size_t u = 0; u < r.units.size(); ++u)
        for (std::size_t o = 0; o < r.tasks.size(); ++o) {
            double const w = r.weights(static_cast<extent>(u), static_cast<extent>(o));
            auto const d = scaled(r.units[u].outputs, w);
            importances.field(r.units[u].id)
                .field(r.tasks[o].name)
                .field(w)
                .field(r.importances(static_cast<extent>(u), static_cast<extent>(o)))
                .field(r.effects(static_cast<extent>(u), static_cast<extent>(o)));
            importances.field(d.least)
                .field(d.lower_quartile)
                .field(d.upper_quartile)
                .field(d.most)
                .field(d.mean);
            importances.end();
        }
    importances.commit();
    report_table groups{dir / "groups.tsv", {"group", "units", "task", "weight"}};
    for (std::size_t g = 0; g < r.groups.size(); ++g)
        for (std::size_t o = 0; o < r.groups[g].weights.size(); ++o) {
            std::string members;
            for (auto const u : r.groups[g].units) members += (members.empty() ? "" : ",") + r.units[u].id;
            groups.field(g + 1).field(members).field(r.tasks[o].name).field(r.groups[g].weights[o]);
            groups.end();
        }
    groups.commit();
}

inline void write_change_tables(std::filesystem::path const& dir, model_report const& r)
{
    report_table removed{dir / "removed_units.tsv", {"task", "unit", "measure", "before", "after"}};
    for (auto const& t : r.tasks)
        for (auto const& each : t.removals) {
            removed.field(t.name)
                .field(r.units[each.unit].id)
                .field(t.removal_measure)
                .field(t.before)
                .field(each.after);
            removed.end();
        }
    removed.commit();
    report_table shapes{dir / "shapes.tsv", {"unit", "along", "at", "output", "without"}};
    for (auto const& u : r.units)
        for (auto const& [along, values] :
             {std::pair{"strength", &u.response.strength}, {"cell", &u.response.position}})
            for (std::size_t i = 0; i < values->size(); ++i) {
                bool const share = values == &u.response.strength;
                shapes.field(u.id).field(std::string_view{along});
                if (share) shapes.field(static_cast<double>(i) / static_cast<double>(values->size() - 1));
                else shapes.field(i);
                shapes.field((*values)[i]).field(u.response.without);
                shapes.end();
            }
    shapes.commit();
    std::vector<std::string> columns{"first", "second", "second_strand", "distance"};
    for (auto const& t : r.tasks) columns.push_back(t.name);
    report_table pairs{dir / "pairs.tsv", columns};
    for (auto const& p : r.pairs)
        for (std::size_t k = 0; k < p.distances.size(); ++k) {
            pairs.field(r.units[p.first].id)
                .field(r.units[p.second].id)
                .field(std::string_view{p.reverse ? "-" : "+"});
            pairs.field(std::to_string(p.distances[k]));
            for (std::size_t o = 0; o < r.tasks.size(); ++o) pairs.field(p.beyond[k * r.tasks.size() + o]);
            pairs.end();
        }
    pairs.commit();
}

inline void write_example_tables(std::filesystem::path const& dir, model_report const& r)
{
    report_table effects{dir / "example_effects.tsv",
                         {"task", "kind", "sequence", "position", "reference", "alternative", "change"}};
    report_table sums{dir / "example_sums.tsv",
                      {"task", "kind", "sequence", "label", "prediction", "logit", "term", "value"}};
    for (auto const& e : r.examples) {
        for (std::size_t k = 0; k < e.sequence.size(); ++k)
            for (std::size_t b = 0; b < 4; ++b) {
                if (std::isnan(e.effects[4 * k + b])) continue;
                effects.field(r.tasks[e.task].name).field(e.kind).field(e.name).field(k);
                effects.field(std::string_view{&e.sequence[k], 1})
                    .field(std::string_view{"ACGT"}.substr(b, 1))
                    .field(e.effects[4 * k + b]);
                effects.end();
            }
        auto const term = [&](std::string_view name, double value) {
            sums.field(r.tasks[e.task].name)
                .field(e.kind)
                .field(e.name)
                .field(e.label)
                .field(e.prediction)
                .field(e.logit);
            sums.field(name).field(value);
            sums.end();
        };
        term("bias", e.bias);
        for (auto const& u : e.units) term(r.units[u.unit].id, u.contribution);
        term("other units", e.rest);
    }
    effects.commit();
    sums.commit();
}

inline void write_map_table(std::filesystem::path const& dir, report_map const& m)
{
    report_table map{dir / "map.tsv", {"sequence", "umap1", "umap2", "pca1", "pca2"}};
    for (std::size_t n = 0; n < m.names.size(); ++n) {
        map.field(m.names[n]);
        for (double const x : {m.umap[2 * n], m.umap[2 * n + 1], m.pca[2 * n], m.pca[2 * n + 1]})
            map.field(x);
        map.end();
    }
    map.commit();
}

} // namespace detail

/// The tables that stand in dir/report beside a page.
inline constexpr std::array<std::string_view, 12> report_table_names{
    "checks.tsv",        "curves.tsv", "units.tsv", "positions.tsv",       "importances.tsv",  "groups.tsv",
    "removed_units.tsv", "shapes.tsv", "pairs.tsv", "example_effects.tsv", "example_sums.tsv", "map.tsv"};

/// Writes dir/report.html, and its numbers as tables in the folder dir/report: checks, curves, units,
/// positions, importances, groups, units taken out, shapes, pairs, examples, the map. Every file appears when
/// it is whole, the page last. Throws error where a file cannot be written.
///
///     write_report("run", r);
inline void write_report(std::filesystem::path const& dir, model_report const& r)
{
    std::filesystem::path const tables = dir / "report";
    std::error_code code;
    std::filesystem::create_directories(tables, code);
    if (code) throw error{tables.string() + ": cannot be made a folder: " + code.message()};
    detail::write_task_tables(tables, r);
    detail::write_unit_tables(tables, r);
    detail::write_change_tables(tables, r);
    detail::write_example_tables(tables, r);
    if (r.map) detail::write_map_table(tables, *r.map);
    output_file page{dir / "report.html"};
    page << report_page(r);
    page.commit();
}

} // namespace explainn::EXPLAINN_ABI
