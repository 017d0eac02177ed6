// explain cooperativity: what two words in a sequence say beyond what each says alone, at every distance.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <explainn/interpret/insertion.hpp>
#include <explainn/io/motif_file.hpp>

#include "common/words.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct cooperativity_options : model_options {
    std::string first, second, motifs, sequences;
    std::size_t backgrounds = 100;
    double gc = 0.5;
    int most = 0, step = 1;
    std::uint64_t from = 1;
};

inline void run_cooperativity(cooperativity_options const& o)
{
    o.require_own_output({{"--motifs", o.motifs}, {"--sequences", o.sequences}});
    opened m = open(o);
    ex::motif_set const motifs = o.motifs.empty() ? ex::motif_set{} : ex::read_motifs(o.motifs);
    auto const first = shared::word_of(o.first, motifs, "--first"),
               second = shared::word_of(o.second, motifs, "--second");
    ex::background_sequences backgrounds;
    if (o.sequences.empty()) {
        backgrounds =
            ex::random_backgrounds(o.backgrounds, m.length(),
                                   {(1 - o.gc) / 2, o.gc / 2, o.gc / 2, (1 - o.gc) / 2}, ex::seed{o.from});
    } else {
        ex::background_sequences given{m.length(), {}};
        std::vector<ex::letter> codes(m.length());
        ex::sized_reader file{o.sequences, m.length()};
        ex::packed_sequences some;
        while (some.size() < o.backgrounds && file.next(some)) {
            some.unpack(some.size() - 1, codes);
            given.append(codes);
        }
        backgrounds = ex::shuffled_backgrounds(o.backgrounds, given, ex::seed{o.from});
    }
    ex::cooperativity_options how{.step = o.step, .how = {.both_strands = o.strands()}};
    if (o.most > 0) how.most = o.most;
    auto const points = ex::cooperativity(m.model, first, second, backgrounds, how);
    ex::output_file out{o.out};
    out << "first_strand\tsecond_strand\tdistance\ttask\tratio\tdifference\n";
    for (auto const& p : points)
        for (std::size_t t = 0; t < m.tasks().size(); ++t)
            out << (p.turned.first_reverse ? '-' : '+') << '\t' << (p.turned.second_reverse ? '-' : '+')
                << '\t' << std::to_string(p.distance) << '\t' << ex::table_field(m.tasks()[t]) << '\t'
                << ex::number_text(p.ratio[t], 6) << '\t' << ex::number_text(p.beyond[t], 6) << '\n';
    out.commit();
}

inline void add_cooperativity(CLI::App& app)
{
    auto const o = std::make_shared<cooperativity_options>();
    CLI::App* const c =
        app.add_subcommand("cooperativity", "what two words say beyond each alone, at every distance and "
                                            "orientation: AB / (A + B - b), and AB - A - B + b");
    add_model(*c, *o);
    c->add_option("--first", o->first, "the word in the middle: letters, or the name of a motif of --motifs")
        ->required();
    c->add_option("--second", o->second, "the word that moves; the same again for two of a kind")->required();
    c->add_option("--motifs", o->motifs,
                  "motifs that --first and --second may name, by their likeliest word");
    c->add_option("--sequences", o->sequences,
                  "backgrounds are dinucleotide shuffles of these (default: random bases)");
    c->add_option("--backgrounds", o->backgrounds, "how many; medians over them are written")
        ->check(in_range<std::size_t>(1, 100000));
    c->add_option("--gc", o->gc, "share of G and C in random backgrounds")->check(in_range(0.0, 1.0));
    c->add_option("--most", o->most, "largest distance between the first bases; 0: as far as fits")
        ->check(in_range(0, 65535));
    c->add_option("--step", o->step, "between distances")->check(in_range(1, 65535));
    c->add_option("--seed", o->from, "of the backgrounds");
    c->callback([o] { run_cooperativity(*o); });
}

} // namespace explain_program
