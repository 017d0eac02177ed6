// explain dependencies: how what one base does depends on every other base.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <explainn/interpret/dependencies.hpp>

#include "explain/model.hpp"

namespace explain_program {

struct dependencies_settings : model_options {
    std::string sequences;
    int first = 0, last = 0;
    bool all_pairs = false;
};

inline void run_dependencies(dependencies_settings const& o)
{
    o.require_own_output({{"--sequences", o.sequences}});
    opened m = open(o);
    ex::output_file out{o.out};
    out << (o.all_pairs
                ? "sequence\tposition\treference\talternative\tother_position\tother_reference\tother_"
                  "alternative"
                : "sequence\tposition\treference\tother_position\tother_reference");
    write_tasks(out, m.tasks());
    for_sequences(o.sequences, m.length(), 1, [&](ex::packed_sequences const& one) {
        std::vector<ex::letter> letters(m.length());
        one.unpack(0, letters);
        auto const map = ex::dependencies<device>(
            m.model, letters, {.both_strands = o.strands(), .first = o.first, .last = o.last});
        std::string const name = ex::table_field(one.name(0));
        ex::extent const end = map.from + map.positions;
        auto const base = [&](ex::extent i) { return map.letters[static_cast<std::size_t>(i - map.from)]; };
        auto const place = [&](ex::extent i) {
            return '\t' + std::to_string(i) + '\t' + ex::char_of(base(i));
        };
        for (ex::extent i = map.from; i < end; ++i)
            for (ex::extent k = i + 1; k < end; ++k) {
                if (!o.all_pairs) {
                    out << name << place(i) << place(k);
                    for (ex::extent t = 0; t < map.outputs; ++t)
                        out << '\t' << ex::float_text(map.strongest(i, k, t));
                    out << '\n';
                    continue;
                }
                for (ex::letter a = 0; a < 4; ++a)
                    for (ex::letter b = 0; b < 4; ++b) {
                        if (a == base(i) || b == base(k)) continue;
                        out << name << place(i) << '\t' << ex::char_of(a) << place(k) << '\t'
                            << ex::char_of(b);
                        for (ex::extent t = 0; t < map.outputs; ++t)
                            out << '\t' << ex::float_text(map.interaction(i, a, k, b, t));
                        out << '\n';
                    }
            }
    });
    out.commit();
}

inline void add_dependencies(CLI::App& app)
{
    auto const o = std::make_shared<dependencies_settings>();
    CLI::App* const c = app.add_subcommand(
        "dependencies",
        "how what a base does depends on every other base: of substitutions at two positions, the change of "
        "each logit beyond the two changes alone, the one of the largest magnitude");
    add_model(*c, *o);
    add_sequence_file(*c, o->sequences);
    c->add_option("--first", o->first, "the first position, from 0")->check(in_range(0));
    c->add_option("--last", o->last, "the position behind the last; 0: to the end")->check(in_range(0));
    c->add_flag("--all-pairs", o->all_pairs, "a row for every pair of substitutions");
    c->callback([o] { run_dependencies(*o); });
}

} // namespace explain_program
