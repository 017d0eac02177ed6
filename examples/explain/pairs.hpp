// explain pairs: how much each pair of units matters, and at which distances and orientations.
#pragma once
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <explainn/genomics/likeliest_word.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/insertion.hpp>
#include <explainn/interpret/pair_importances.hpp>

#include "common/unit_labels.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct pairs_options : model_options {
    std::string sequences, names, distances;
    std::size_t background = 50, backgrounds = 50;
    int most = 60, step = 2;
    std::uint64_t from = 1;
};

/// The word of each unit of a bank: the likeliest one where its filter answers; empty for a filter that says
/// nothing.
inline std::vector<std::vector<ex::letter>> words_of_units(ex::basic_model<device>& m,
                                                           ex::unlabelled const& sequences, int bank)
{
    auto const rows = all_rows(sequences.size());
    auto const motifs = ex::motifs_of(ex::look_into(m, ex::part{sequences, rows}, {}, bank).hits);
    std::vector<std::vector<ex::letter>> words;
    words.reserve(motifs.motifs.size());
    for (ex::motif const& each : motifs.motifs) words.push_back(ex::likeliest_word(each.probabilities));
    return words;
}
inline std::string text_of(std::vector<ex::letter> const& word)
{
    std::string text;
    for (ex::letter const x : word) text += ex::char_of(x);
    return text.empty() ? "." : text;
}
/// The number over all banks of the first unit of a bank.
inline std::size_t first_unit_of(ex::network_rows const& rows, int bank)
{
    std::size_t first = 0;
    for (int b = 0; b < bank; ++b) first += static_cast<std::size_t>(rows.bank(b).units);
    return first;
}
/// The strands of both words and the distance between their first bases, as fields of a table.
inline std::string place_of(ex::cooperativity_point const& p)
{
    return std::string{p.turned.first_reverse ? '-' : '+'} + '\t' + (p.turned.second_reverse ? '-' : '+') +
           '\t' + std::to_string(p.distance);
}

inline void run_pairs(pairs_options const& o)
{
    shared::require_own_files({{"--out", o.out}, {"--distances", o.distances}},
                              {{"--model", o.model}, {"--sequences", o.sequences}, {"--names", o.names}});
    opened m = open(o);
    auto const& rows = m.model.rows();
    if (rows.unit_pairs.empty())
        throw ex::error{o.model + ": expected a model with pairs of units, as fine_tune --pairs makes it, "
                                  "found one without"};
    auto const sequences = ex::read_unlabelled(o.sequences, m.length());
    auto const all = all_rows(sequences.size());
    std::span<std::uint32_t const> const some{all.data(), std::min(o.background, all.size())};
    ex::pair_terms<device> purify{m.model, ex::part{sequences, some}, {.both_strands = o.strands()}};
    auto const& units = purify.head()->units;
    shared::unit_labels const labels{o.names, units};
    auto const important = ex::importances_of_pairs(m.model, purify, ex::part{sequences, all});
    auto const backgrounds =
        ex::random_backgrounds(o.backgrounds, m.length(), {0.25, 0.25, 0.25, 0.25}, ex::seed{o.from});

    std::map<int, std::vector<std::vector<ex::letter>>> words; // by bank
    std::string table, distances;
    for (auto const& each : important) {
        if (interrupted()) throw interruption{"interrupted"};
        int const paired = rows.bank(units[each.unit].bank).paired;
        if (!words.contains(paired)) words.emplace(paired, words_of_units(m.model, sequences, paired));
        auto const first = static_cast<std::size_t>(each.pair.first),
                   second = static_cast<std::size_t>(each.pair.second), before = first_unit_of(rows, paired);
        auto const &word = words.at(paired)[first], &other = words.at(paired)[second];
        std::string const pair = units[each.unit].name + '\t' + labels.label(before + first) + '\t' +
                                 labels.label(before + second);
        std::vector<ex::cooperativity_point> points;
        if (!word.empty() && !other.empty())
            points =
                ex::cooperativity(m.model, word, other, backgrounds,
                                  {.most = o.most, .step = o.step, .how = {.both_strands = o.strands()}});
        for (std::size_t t = 0; t < m.tasks().size(); ++t) {
            auto const task = ex::table_field(m.tasks()[t]);
            auto const best =
                std::ranges::max_element(points, {}, [t](auto const& p) { return std::abs(p.beyond[t]); });
            table += pair + '\t' + text_of(word) + '\t' + text_of(other) + '\t' + task + '\t' +
                     ex::number_text(each.deviation[t], 6) + '\t' + ex::number_text(each.share[t], 6) + '\t' +
                     (best == points.end() ? std::string{".\t.\t.\t."}
                                           : place_of(*best) + '\t' + ex::number_text(best->beyond[t], 6)) +
                     '\t' + ex::table_field(sequences.name(each.carrier[t])) + '\n';
            if (o.distances.empty()) continue;
            for (auto const& p : points)
                distances +=
                    pair + '\t' + task + '\t' + place_of(p) + '\t' + ex::number_text(p.beyond[t], 6) + '\n';
        }
    }
    ex::output_file out{o.out};
    out << "pair\tfirst\tsecond\tfirst_word\tsecond_word\ttask\timportance\tshare\tfirst_strand\t"
           "second_strand\tdistance\teffect\tsequence\n"
        << table;
    if (!o.distances.empty()) {
        ex::output_file curve{o.distances};
        curve << "pair\tfirst\tsecond\ttask\tfirst_strand\tsecond_strand\tdistance\teffect\n" << distances;
        curve.commit();
    }
    out.commit();
}

inline void add_pairs(CLI::App& app)
{
    auto const o = std::make_shared<pairs_options>();
    CLI::App* const c = app.add_subcommand(
        "pairs", "how much each pair of units matters, the most important first, and the distance and "
                 "orientation at which its motifs act together most");
    add_model(*c, *o);
    add_sequence_file(*c, o->sequences);
    shared::add_names(*c, o->names);
    c->add_option("--distances", o->distances,
                  "table to write of each pair's effect at every distance and orientation");
    c->add_option("--background", o->background,
                  "sequences, the first of --sequences, over which a pair's mean is taken from it")
        ->check(in_range<std::size_t>(1, 100000));
    c->add_option("--backgrounds", o->backgrounds,
                  "random sequences that the words of both units are put into")
        ->check(in_range<std::size_t>(1, 100000));
    c->add_option("--most", o->most, "largest distance between the first bases of both words")
        ->check(in_range(1, 65535));
    c->add_option("--step", o->step, "between distances")->check(in_range(1, 65535));
    c->add_option("--seed", o->from, "of the random sequences");
    c->callback([o] { run_pairs(*o); });
}

} // namespace explain_program
