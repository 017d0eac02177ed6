// motifs compare and annotate: Tomtom's table, and names for motifs.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>

#include "motifs_files.hpp"

struct compare_settings {
    std::string query;
    std::vector<std::string> targets;
    std::string distance = "euclidean", background = "motif", out = "-";
    std::size_t min_overlap = 1, threads = 0, names = 5;
    double pseudocount = 0.1, threshold = 0.5, q = 0.05;
    bool incomplete = false, evalue = false;
    motif_reading reading;
};

struct comparison_result {
    ex::motif_set queries, targets;
    ex::compare_options options;
    ex::match_table table;
};

/// Compares in blocks of queries, so that there is something to say in between.
inline ex::match_table compare_with_progress(std::vector<ex::motif> const& queries,
                                             std::vector<ex::motif> const& targets,
                                             ex::compare_options const& options)
{
    constexpr std::size_t block = 128;
    progress_note note{"compared", queries.size()};
    ex::match_table table;
    for (std::size_t begin = 0; begin < queries.size(); begin += block) {
        std::size_t const count = std::min(block, queries.size() - begin);
        auto part = ex::compare_motifs(std::span{queries}.subspan(begin, count), targets, options);
        for (auto& matches : part) {
            for (ex::match& m : matches) m.query += static_cast<std::uint32_t>(begin);
            table.push_back(std::move(matches));
        }
        note.at(begin + count);
    }
    return table;
}

inline comparison_result run_comparison(compare_settings const& s)
{
    comparison_result r{read_all({s.query}, s.reading), read_all(s.targets, s.reading), {}, {}};
    r.options.both_strands = !r.queries.rna; // RNA has no reverse strand
    r.options.distance = *ex::column_distance_of(s.distance);
    r.options.min_overlap = s.min_overlap;
    r.options.complete_scores = !s.incomplete;
    r.options.pseudocount = s.pseudocount;
    r.options.background = background_of(s.background, r.queries.letters);
    r.options.threads = s.threads;
    for (ex::motif const& m : r.queries.motifs)
        if (ex::is_uniform(m.probabilities))
            std::cerr << "warning: motif " << m.name << " is uniform: its p-values are 1\n";
    if (r.targets.motifs.size() < 50)
        std::cerr << "warning: " << r.targets.motifs.size()
                  << " targets are few for exact p-values; 50 or more are better\n";
    r.table = compare_with_progress(r.queries.motifs, r.targets.motifs, r.options);
    return r;
}

/// The likeliest letters as Tomtom prints them: it adds the pseudocount to the file's (six) digits and
/// compares with the largest so far in single precision, so that among equals rounding decides.
inline std::string tomtom_consensus(ex::motif const& m, bool reverse, ex::background const& b,
                                    double pseudocount)
{
    double const sites = m.sites > 0 ? m.sites : ex::unsaid_sites;
    std::string letters;
    ex::ppm const p = reverse ? ex::reverse_complement(m.probabilities) : m.probabilities;
    for (ex::column c : p.columns) {
        for (std::size_t a = 0; a < 4; ++a)
            c[a] = (std::round(c[a] * 1e6) / 1e6 * sites + pseudocount * b.frequencies[a]) /
                   (sites + pseudocount);
        std::size_t best = 0;
        auto most = static_cast<float>(c[0]);
        for (std::size_t a = 1; a < 4; ++a)
            if (c[a] > static_cast<double>(most)) {
                most = static_cast<float>(c[a]);
                best = a;
            }
        letters += "ACGT"[best];
    }
    return letters;
}

inline std::string tomtom_text(comparison_result const& r, double threshold, bool by_e_value)
{
    ex::background const b = ex::symmetric(r.options.background);
    std::vector<std::string> forward, reverse;
    for (ex::motif const& m : r.targets.motifs) {
        forward.push_back(tomtom_consensus(m, false, b, r.options.pseudocount));
        reverse.push_back(tomtom_consensus(m, true, b, r.options.pseudocount));
    }
    std::string text =
        "Query_ID\tTarget_ID\tOptimal_offset\tp-value\tE-value\tq-value\tOverlap\tQuery_consensus\tTarget_"
        "consensus\tOrientation\n";
    for (auto const& matches : r.table) {
        for (ex::match const& m : matches) {
            if ((by_e_value ? m.e : m.q) > threshold) continue;
            ex::motif const& query = r.queries.motifs[m.query];
            text += query.name + '\t' + r.targets.motifs[m.target].name + '\t' + std::to_string(m.offset) +
                    '\t' + ex::number_text(m.p, 6) + '\t' + ex::number_text(m.e, 6) + '\t' +
                    ex::number_text(m.q, 6) + '\t' + std::to_string(m.overlap) + '\t' +
                    tomtom_consensus(query, false, b, r.options.pseudocount) + '\t' +
                    (m.reverse ? reverse : forward)[m.target] + '\t' + (m.reverse ? '-' : '+') + '\n';
        }
    }
    return text;
}

inline void run_compare(compare_settings const& s)
{
    write_text(s.out, tomtom_text(run_comparison(s), s.threshold, s.evalue));
}

inline void run_annotate(compare_settings const& s)
{
    auto const r = run_comparison(s);
    auto const names = ex::annotate(r.table, r.targets.motifs, s.q, s.names);
    std::string text = "motif\tnames\tq\n";
    for (std::size_t i = 0; i < names.size(); ++i)
        text +=
            r.queries.motifs[i].name + '\t' + names[i].names + '\t' + ex::number_text(names[i].q, 6) + '\n';
    write_text(s.out, text);
}

inline void add_comparison_options(CLI::App& command, compare_settings& s)
{
    command.add_option("query", s.query, "motif file whose motifs are asked about (- is standard input)")
        ->required();
    command.add_option("targets", s.targets, "motif files to compare with")->required();
    command.add_option("--distance", s.distance, "column score")
        ->check(CLI::IsMember({"euclidean", "pearson", "kullback", "allr", "sandelin", "ed"}));
    command.add_option("--min-overlap", s.min_overlap, "least aligned columns");
    command.add_flag("--incomplete-scores", s.incomplete, "leave unaligned query columns out of the score");
    command.add_option("--pseudocount", s.pseudocount, "sites of the background added to every motif")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--background", s.background, "motif (as the query file says), uniform, or a file");
    command.add_option("--threads", s.threads, "0 = all cores");
    command.add_option("--out", s.out, "table to write (- is standard output)");
    add_motif_reading(command, s.reading);
}

inline void add_compare(CLI::App& app)
{
    auto const s = std::make_shared<compare_settings>();
    CLI::App* const c =
        app.add_subcommand("compare", "compare motifs with known ones, as MEME's tomtom does");
    add_comparison_options(*c, *s);
    c->add_option("--threshold", s->threshold, "largest q-value printed (or E-value)")
        ->check(CLI::NonNegativeNumber);
    c->add_flag("--evalue", s->evalue, "the threshold is an E-value");
    c->callback([s] { run_compare(*s); });
}

inline void add_annotate(CLI::App& app)
{
    auto const s = std::make_shared<compare_settings>();
    CLI::App* const c = app.add_subcommand("annotate", "name motifs after their best matches");
    add_comparison_options(*c, *s);
    c->add_option("--q", s->q, "largest q-value of a name")->check(CLI::Range(0.0, 1.0));
    c->add_option("--names", s->names, "most names per motif");
    c->callback([s] { run_annotate(*s); });
}
