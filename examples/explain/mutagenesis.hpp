// explain mutagenesis: what every change of one base does to every logit.
#pragma once
#include <memory>
#include <string>

#include <explainn/interpret/mutagenesis.hpp>

#include "common/unit_labels.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct mutagenesis_settings : model_options {
    shared::row_files rows;
    std::string names;
    bool deletions = false, insertions = false, by_unit = false;
};

/// Rows of one change: sequence, position, reference, alternative [, unit], and the change of every logit.
class mutant_rows {
public:
    /// `units` are the names of the units where each has rows of its own; nothing else is written of them.
    mutant_rows(ex::output_file& out, shared::unit_labels const* units) : out_{out}, units_{units} {}

    void write(ex::mutants<float> const& some, ex::extent n, std::string const& name)
    {
        for (ex::extent i = some.from; i < some.from + some.positions; ++i)
            for (ex::base_change const what : ex::detail::base_changes) {
                if (some.of(what).logits.empty()) continue;
                for (int k = 0; k < ex::alternatives_of(what); ++k) {
                    auto const a = static_cast<ex::letter>(k);
                    ex::letter const here = some.base(n, i);
                    if (what == ex::base_change::substitution && a == here) continue;
                    std::string const start = name + '\t' + std::to_string(i) + '\t' +
                                              (what == ex::base_change::insertion ? '-' : ex::char_of(here)) +
                                              '\t' +
                                              (what == ex::base_change::deletion ? '-' : ex::char_of(a));
                    if (units_ != nullptr) write_units(some, n, i, what, a, start);
                    else {
                        out_ << start;
                        for (ex::extent o = 0; o < some.outputs(); ++o)
                            out_ << '\t' << ex::float_text(some.change(what, n, i, a, o));
                        out_ << '\n';
                    }
                }
            }
    }

private:
    // a row for each unit that changes
    void write_units(ex::mutants<float> const& some, ex::extent n, ex::extent i, ex::base_change what,
                     ex::letter a, std::string const& start)
    {
        for (std::size_t u = 0; u < some.head->units.size(); ++u) {
            bool changes = false;
            std::string row;
            for (ex::extent o = 0; o < some.outputs(); ++o) {
                auto const x =
                    static_cast<float>(some.change_of_unit(what, n, i, a, static_cast<ex::extent>(u), o));
                changes = changes || x != 0;
                row += '\t' + std::string{ex::float_text(x)};
            }
            if (changes) out_ << start << '\t' << units_->fields(u) << row << '\n';
        }
    }
    ex::output_file& out_;
    shared::unit_labels const* units_;
};

inline void run_mutagenesis(mutagenesis_settings const& o)
{
    auto files = o.rows.files();
    files.push_back({"--names", o.names});
    o.require_own_output(files);
    opened m = open_any(o);
    ex::mutagenesis<device> mutate{m.model,
                                   {.both_strands = o.strands(),
                                    .deletions = o.deletions,
                                    .insertions = o.insertions,
                                    .by_unit = o.by_unit}};
    if (!mutate.is_incremental())
        std::cerr << "note: the units of this model are no scan of one strand with dense layers, or some are "
                     "of pairs; "
                     "every mutant is "
                     "run\n";
    shared::unit_labels const units{o.names, ex::units_of(m.model.rows())};
    ex::output_file out{o.out};
    out << "sequence\tposition\treference\talternative" << (o.by_unit ? "\t" + units.header() : "");
    write_tasks(out, m.tasks());
    mutant_rows rows{out, o.by_unit ? &units : nullptr};
    for_rows(m, o.rows, 64, [&](auto const& all, auto name_of) {
        mutate(all, [&](ex::mutants<float> const& some) {
            if (interrupted()) throw interruption{"interrupted"};
            for (ex::extent n = 0; n < some.sequences; ++n)
                rows.write(some, n, ex::table_field(name_of(some.first + static_cast<std::size_t>(n))));
        });
    });
    out.commit();
}

inline void add_mutagenesis(CLI::App& app)
{
    auto const o = std::make_shared<mutagenesis_settings>();
    CLI::App* const c = app.add_subcommand(
        "mutagenesis", "what every substitution, deletion and insertion of one base does to every logit");
    add_model(*c, *o);
    shared::add_rows(*c, o->rows);
    c->add_flag("--deletions", o->deletions,
                "also every deletion (alternative -): what follows moves up, and N is the last base");
    c->add_flag("--insertions", o->insertions,
                "also every insertion before a position (reference -): what follows moves back, and the last "
                "base drops out");
    c->add_flag("--by-unit", o->by_unit,
                "a row for every unit that a change touches, with what it changes of each logit");
    shared::add_names(*c, o->names);
    c->callback([o] { run_mutagenesis(*o); });
}

} // namespace explain_program
