// explain units: the outputs of all units for every sequence.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <explainn/interpret/contributions.hpp>
#include <explainn/io/npy.hpp>

#include "common/unit_labels.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct units_options : model_options {
    shared::row_files rows;
    std::string names;
};

/// The columns of unit outputs: filter3, or filter3.0, filter3.1 of a unit with several; with names
/// filter3:CTCF.
inline std::vector<std::string> output_columns(std::vector<ex::unit_row> const& units,
                                               shared::unit_labels const& labels)
{
    std::vector<std::string> names;
    for (std::size_t u = 0; u < units.size(); ++u)
        for (ex::extent k = 0; k < units[u].outputs; ++k)
            names.push_back(units[u].outputs == 1 ? labels.label(u)
                                                  : labels.label(u) + "." + std::to_string(k));
    return names;
}

inline void run_units(units_options const& o)
{
    auto files = o.rows.files();
    files.push_back({"--names", o.names});
    o.require_own_output(files);
    opened m = open_any(o);
    ex::explainer<device> explain{m.model, {.both_strands = o.strands()}};
    shared::unit_labels const labels{o.names, explain.head()->units};
    auto const features = static_cast<std::size_t>(explain.head()->features);
    if (o.out.ends_with(".npy")) {
        std::vector<float> all;
        for_rows(m, o.rows, 256, [&](auto const& some, auto const&) {
            explain(some, [&](ex::explained_sequences<float> const& seen) {
                all.insert(all.end(), seen.unit_outputs.begin(), seen.unit_outputs.end());
            });
        });
        ex::write_npy(o.out, ex::tensor_entry::of<float>("",
                                                         {static_cast<std::int64_t>(all.size() / features),
                                                          static_cast<std::int64_t>(features)},
                                                         all));
        return;
    }
    ex::output_file out{o.out};
    out << "sequence";
    for (auto const& name : output_columns(explain.head()->units, labels)) out << '\t' << name;
    out << '\n';
    for_rows(m, o.rows, 256, [&](auto const& some, auto name_of) {
        explain(some, [&](ex::explained_sequences<float> const& seen) {
            for (ex::extent n = 0; n < seen.sequences; ++n) {
                out << ex::table_field(name_of(seen.first + static_cast<std::size_t>(n)));
                for (std::size_t f = 0; f < features; ++f)
                    out << '\t' << ex::float_text(seen.unit_output(n, static_cast<ex::extent>(f)));
                out << '\n';
            }
        });
    });
    out.commit();
}

inline void add_units(CLI::App& app)
{
    auto const o = std::make_shared<units_options>();
    CLI::App* const c = app.add_subcommand("units", "the output of every unit for every sequence");
    add_model(
        *c, *o,
        "table to write (- is standard output; .gz compresses; .npy: an array (sequences, units) of floats)");
    shared::add_rows(*c, o->rows);
    shared::add_names(*c, o->names);
    c->callback([o] { run_units(*o); });
}

} // namespace explain_program
