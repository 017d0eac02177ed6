// explain patterns: what the attributions of many sequences have in common, as motifs.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/patterns.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>

#include "explain/attribution_method.hpp"
#include "explain/binding_modes.hpp"

namespace explain_program {

struct patterns_settings : model_options {
    std::string sequences, attributions, table, sites, motifs;
    attribution_choice choice;
    ex::pattern_options how;
    double q = 0.05;
};

/// How many tasks' attributions are in memory at once: as many as fit into 2^28 numbers (1 GiB), which is
/// five a base.
inline std::size_t tasks_at_once(std::size_t sequences, std::size_t length)
{
    constexpr std::size_t numbers = std::size_t{1} << 28;
    return std::max<std::size_t>(1, numbers / std::max<std::size_t>(1, 5 * sequences * length));
}

/// The attributions of all sequences to the tasks of `choice`: computed, or read from an array of explain
/// attributions.
inline ex::attributed_sequences all_attributions(opened& m, patterns_settings const& o,
                                                 attribution_choice const& choice,
                                                 ex::unlabelled const& sequences)
{
    ex::attributed_sequences all;
    auto const rows = all_rows(sequences.size());
    if (o.attributions.empty()) {
        with_attribution_method(m, o, choice, [&](auto& method) {
            method(ex::part{sequences, rows},
                   [&, first = true](ex::attributed_sequences const& some) mutable {
                       if (interrupted()) throw interruption{"interrupted"};
                       if (first) all = some;
                       else ex::detail::append(all, some);
                       first = false;
                   });
        });
        return all;
    }
    auto const array = ex::read_npy(o.attributions);
    all.outputs = chosen_tasks(m, choice);
    all.length = m.model.length();
    all.sequences = static_cast<ex::extent>(sequences.size());
    auto const tasks = static_cast<std::int64_t>(all.outputs.size());
    std::vector<std::int64_t> const wanted{static_cast<std::int64_t>(sequences.size()), tasks, 4, all.length};
    if (array.shape != wanted) {
        throw ex::error{o.attributions + ": expected an array " + ex::detail::shape_text(wanted) +
                        " of sequences, tasks, bases and positions, found " +
                        ex::detail::shape_text(array.shape)};
    }
    all.hypothetical = array.values<float>();
    auto const bad = std::ranges::find_if_not(all.hypothetical, [](float x) { return std::isfinite(x); });
    if (bad != all.hypothetical.end())
        throw ex::error{o.attributions + ": expected finite numbers, found another for sequence " +
                        std::to_string((bad - all.hypothetical.begin()) / (tasks * 4 * all.length) + 1)};
    auto const bases = static_cast<std::size_t>(all.length);
    all.letters.resize(sequences.size() * bases);
    for (std::size_t n = 0; n < sequences.size(); ++n)
        sequences.letters_of(n, {all.letters.data() + n * bases, bases});
    for (ex::extent n = 0; n < all.sequences; ++n)
        for (ex::extent k = 0; k < all.count(); ++k)
            for (std::size_t l = 0; l < bases; ++l) {
                ex::letter const here = all.letters_of(n)[l];
                float const x = here < ex::letter_n ? all.hypothetical_of(n, k)[here * bases + l] : 0.0f;
                all.contributions.push_back(x);
            }
    return all;
}

/// A pattern with what the tables say of it.
struct named_pattern {
    std::string name, task;
    ex::pattern found;
    ex::motif shape;
    ex::annotation like{};
};

inline void write_pattern_table(std::string const& path, std::vector<named_pattern> const& all)
{
    ex::output_file out{path};
    out << "pattern\ttask\tsign\tsites\tmean_sum\tconsensus\tmatch\tq\n";
    for (auto const& p : all) {
        double sum = 0;
        for (auto const& s : p.found.sites) sum += s.sum;
        out << p.name << '\t' << ex::table_field(p.task) << '\t' << (p.found.positive ? '+' : '-') << '\t'
            << std::to_string(p.found.sites.size()) << '\t'
            << ex::number_text(sum / static_cast<double>(p.found.sites.size()), 6) << '\t';
        for (ex::column const& c : p.shape.probabilities.columns)
            out << ex::char_of(static_cast<ex::letter>(std::ranges::max_element(c) - c.begin()));
        out << '\t' << (p.like.names.empty() ? "." : ex::table_field(p.like.names)) << '\t'
            << (p.like.names.empty() ? "." : ex::number_text(p.like.q, 4)) << '\n';
    }
    out.commit();
}
/// A row for every site: the places of BED, the pattern's name, the sum of its window, and the strand.
inline void write_sites(std::string const& path, std::vector<named_pattern> const& all,
                        ex::unlabelled const& sequences)
{
    ex::output_file out{path};
    out << "#sequence\tstart\tend\tpattern\tsum\tstrand\n";
    for (auto const& p : all) {
        auto const width = static_cast<ex::extent>(p.found.contributions.size()),
                   first = static_cast<ex::extent>(p.found.first),
                   last = static_cast<ex::extent>(p.found.last);
        for (auto const& s : p.found.sites) {
            ex::extent const start = s.start + (s.reverse ? width - last : first), end = start + last - first,
                             length = static_cast<ex::extent>(sequences.length());
            if (end <= 0 || start >= length) continue;
            out << ex::table_field(std::string{sequences.name(s.row)}) << '\t'
                << std::to_string(std::max<ex::extent>(start, 0)) << '\t'
                << std::to_string(std::min(end, length)) << '\t' << p.name << '\t'
                << ex::number_text(s.sum, 6) << '\t' << (s.reverse ? '-' : '+') << '\n';
        }
    }
    out.commit();
}

/// Finds the patterns of every task in `all`; `numbered` names them by task, too. Throws interruption after
/// Ctrl-C.
inline void add_patterns_of(ex::attributed_sequences const& all, opened const& m, patterns_settings const& o,
                            bool numbered, std::vector<named_pattern>& found)
{
    auto how = o.how;
    how.neighbours.threads = static_cast<std::size_t>(o.processor.threads);
    for (ex::extent k = 0; k < all.count(); ++k) {
        if (interrupted()) throw interruption{"interrupted"};
        auto const task = static_cast<std::size_t>(all.outputs[static_cast<std::size_t>(k)]);
        std::size_t up = 0, down = 0;
        for (auto& p : ex::find_patterns(all, k, how)) {
            named_pattern one;
            one.task = m.tasks()[task];
            one.name = (numbered ? "task" + std::to_string(task) + "." : std::string{}) +
                       (p.positive ? "up" + std::to_string(up++) : "down" + std::to_string(down++));
            one.shape = ex::motif_of(p, one.name);
            one.found = std::move(p);
            found.push_back(std::move(one));
        }
    }
}

inline void run_patterns(patterns_settings const& o)
{
    std::vector<shared::given_path> const read{{"--model", o.model},
                                               {"--sequences", o.sequences},
                                               {"--attributions", o.attributions},
                                               {"--motifs", o.motifs}};
    shared::require_own_files({{"--out", o.out}, {"--table", o.table}, {"--sites", o.sites}}, read);
    opened m = open(o);
    auto const tasks = chosen_tasks(m, o.choice);
    auto const sequences = ex::read_unlabelled(o.sequences, m.length());
    if (sequences.size() == 0) throw ex::error{o.sequences + ": expected sequences, found none"};
    // an array is read as a whole
    std::size_t const at_once =
        o.attributions.empty() ? tasks_at_once(sequences.size(), sequences.length()) : tasks.size();
    std::vector<named_pattern> found;
    ex::motif_set set;
    for (std::size_t first = 0; first < tasks.size(); first += at_once) {
        attribution_choice some = o.choice;
        some.tasks.clear();
        for (std::size_t k = first; k < std::min(first + at_once, tasks.size()); ++k)
            some.tasks.push_back(m.tasks()[static_cast<std::size_t>(tasks[k])]);
        add_patterns_of(all_attributions(m, o, some, sequences), m, o, tasks.size() > 1, found);
    }
    for (auto const& p : found) set.motifs.push_back(p.shape);
    if (!o.motifs.empty() && !found.empty()) {
        auto const known = ex::read_motifs(o.motifs);
        auto const table = ex::compare_motifs(set.motifs, known.motifs);
        note_binding_modes(table, known, o.q, "patterns");
        auto const like = ex::annotate(table, known.motifs, o.q, 1);
        for (std::size_t i = 0; i < found.size(); ++i) {
            found[i].like = like[i];
            set.motifs[i].alternative_name = like[i].names;
        }
    }
    if (found.empty()) std::cerr << "note: no pattern has " << o.how.least_sites << " sites that stand out\n";
    ex::output_file out{o.out};
    ex::write_meme(out, set);
    if (!o.table.empty()) write_pattern_table(o.table, found);
    if (!o.sites.empty()) write_sites(o.sites, found, sequences);
    out.commit();
}

inline void add_patterns(CLI::App& app)
{
    auto const o = std::make_shared<patterns_settings>();
    CLI::App* const c = app.add_subcommand(
        "patterns", "what attributions of many sequences have in common, as motifs (TF-MoDISco's idea)");
    add_model(*c, *o, "motifs to write, as MEME (- is standard output; .gz compresses)");
    add_sequence_file(*c, o->sequences);
    add_attribution_choice(*c, o->choice);
    c->add_option(
         "--attributions", o->attributions,
         "an array (sequences, tasks, 4, positions) of explain attributions or of another program, in "
         "place of --method")
        ->excludes("--method")
        ->excludes("--shuffles");
    c->add_option(
        "--table", o->table,
        "table to write: pattern, task, sign, sites, mean sum of contributions, consensus, match, q");
    c->add_option("--sites", o->sites, "table to write: where the sites of the patterns are, as BED");
    c->add_option("--motifs", o->motifs,
                  "known motifs, as JASPAR's, that patterns are compared with (Tomtom)");
    c->add_option("--q", o->q, "largest q-value of a match")->check(in_range(0.0, 1.0));
    c->add_option("--fdr", o->how.seqlets.rate, "false-discovery rate of windows")->check(in_range(0.0, 1.0));
    c->add_option("--least-share", o->how.seqlets.least_share,
                  "share of the windows that stand out at least, whatever --fdr says")
        ->check(in_range(0.0, 1.0));
    c->add_option("--window", o->how.seqlets.window, "bases whose contributions are summed")
        ->check(in_range(1, 1000));
    c->add_option("--flank", o->how.seqlets.flank, "bases on either side of a window")
        ->check(in_range(0, 1000));
    c->add_option("--least-sites", o->how.least_sites, "sites of a pattern, at least")
        ->check(in_range<std::size_t>(2, 1000000));
    c->add_option("--most-seqlets", o->how.seqlets.most, "seqlets of either sign, at most: the largest")
        ->check(in_range<std::size_t>(2, 100000));
    c->callback([o] { run_patterns(*o); });
}

} // namespace explain_program
