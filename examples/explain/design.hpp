// explain design: sequences changed base by base towards what a task wants.
#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/interpret/design.hpp>

#include "explain/model.hpp"

namespace explain_program {

struct design_settings : model_options {
    std::string sequences, fasta;
    std::vector<std::string> up, down, protect;
    int changes = 10, beam = 1;
};

/// The places of --protect: "10-20" are positions 10 to 19, "7" is position 7.
inline std::vector<char> protected_positions(std::vector<std::string> const& ranges, std::size_t length)
{
    std::vector<char> fixed(ranges.empty() ? 0 : length);
    for (auto const& text : ranges) {
        auto const dash = text.find('-');
        auto const number = [&](std::string_view part) {
            bool const digits = !part.empty() && part.size() < 10 &&
                                part.find_first_not_of("0123456789") == std::string_view::npos;
            return digits ? std::stol(std::string{part}) : -1L;
        };
        std::string_view const all{text};
        long const first = number(all.substr(0, dash)),
                   last = dash == std::string::npos ? first + 1 : number(all.substr(dash + 1));
        if (first < 0 || last <= first || static_cast<std::size_t>(last) > length)
            throw ex::error{"--protect: expected positions such as 7 or 10-20 within the " +
                            std::to_string(length) + " of a sequence, found " + ex::in_quotes(text)};
        std::fill(fixed.begin() + first, fixed.begin() + last, char{1});
    }
    return fixed;
}

inline void run_design(design_settings const& o)
{
    if (o.up.empty() && o.down.empty()) throw ex::error{"expected tasks with --up or --down, found neither"};
    o.require_own_output({{"--sequences", o.sequences}, {"--fasta", o.fasta}});
    shared::require_own_files({{"--fasta", o.fasta}}, {{"--sequences", o.sequences}, {"--model", o.model}});
    opened m = open(o);
    ex::design_options how{.both_strands = o.strands(),
                           .goal = std::vector<double>(m.tasks().size()),
                           .changes = o.changes,
                           .beam = static_cast<std::size_t>(o.beam),
                           .fixed = protected_positions(o.protect, m.length())};
    for (auto const& name : o.up) how.goal[m.task(name)] += 1;
    for (auto const& name : o.down) how.goal[m.task(name)] -= 1;
    ex::output_file out{o.out};
    out << "sequence\tdesign\tstep\tposition\tfrom\tto\tgoal\n";
    std::optional<ex::output_file> fasta;
    if (!o.fasta.empty()) fasta.emplace(o.fasta);
    for_sequences(o.sequences, m.length(), 1, [&](ex::packed_sequences const& one) {
        std::vector<ex::letter> letters(m.length());
        one.unpack(0, letters);
        std::string const name = ex::table_field(one.name(0));
        std::size_t number = 0;
        for (auto const& best : ex::design<device>(m.model, letters, how)) {
            std::string const start = name + '\t' + std::to_string(++number) + '\t';
            out << start << "0\t\t\t\t" << ex::float_text(static_cast<float>(best.before)) << '\n';
            for (std::size_t i = 0; i < best.steps.size(); ++i) {
                auto const& step = best.steps[i];
                out << start << std::to_string(i + 1) << '\t' << std::to_string(step.position) << '\t'
                    << ex::char_of(step.from) << '\t' << ex::char_of(step.to) << '\t'
                    << ex::float_text(static_cast<float>(step.goal)) << '\n';
            }
            if (!fasta) continue;
            *fasta << '>' << one.name(0) << "_design" << std::to_string(number) << '\n';
            for (ex::letter const c : best.letters) *fasta << ex::char_of(c);
            *fasta << '\n';
        }
    });
    if (fasta) fasta->commit();
    out.commit();
}

inline void add_design(CLI::App& app)
{
    auto const o = std::make_shared<design_settings>();
    CLI::App* const c = app.add_subcommand(
        "design", "change sequences base by base so that logits rise or fall: greedy and beam search");
    add_model(*c, *o, "table of the steps (- is standard output; .gz compresses)");
    add_sequence_file(*c, o->sequences);
    c->add_option("--up", o->up, "tasks whose logits are to rise; with --down, one against another");
    c->add_option("--down", o->down, "tasks whose logits are to fall");
    c->add_option("--changes", o->changes, "substitutions at most")->check(in_range(1, 100000));
    c->add_option("--beam", o->beam, "sequences that go on from each step, and are written; 1 is greedy")
        ->check(in_range(1, 10000));
    c->add_option("--protect", o->protect, "positions that stay, from 0: 7, or 10-20 for 10 to 19");
    c->add_option("--fasta", o->fasta, "also the designed sequences as FASTA");
    c->callback([o] { run_design(*o); });
}

} // namespace explain_program
