// motifs compare and annotate: Tomtom's table, and names for motifs.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>

#include "motifs/files.hpp"

namespace motifs_program {

struct compare_settings {
    std::string query;
    std::vector<std::string> targets;
    std::string distance = "euclidean", background, out = "-";
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

/// What compare and annotate read, with their warnings.
inline comparison_result read_comparison(compare_settings const& s)
{
    std::vector<std::string> inputs = s.targets;
    inputs.push_back(s.query);
    if (std::count(inputs.begin(), inputs.end(), "-") > 1)
        throw ex::error{"expected one of query and targets from standard input (-), found more"};
    inputs.push_back(s.background);
    require_own_output(s.out, inputs);
    comparison_result r{read_all({s.query}, s.reading), read_all(s.targets, s.reading), {}, {}};
    r.options.both_strands = !r.queries.rna && !r.targets.rna; // RNA has no reverse strand
    r.options.distance = *ex::column_distance_of(s.distance);
    r.options.min_overlap = s.min_overlap;
    r.options.complete_scores = !s.incomplete;
    r.options.pseudocount = s.pseudocount;
    r.options.background = background_of(s.background, r.queries.letters);
    r.options.threads = s.threads;
    for (ex::motif const& m : r.queries.motifs)
        if (ex::is_uniform(m.probabilities))
            std::cerr << "warning: motif " << ex::table_field(m.name) << " is uniform: its p-values are 1\n";
    warn_of_narrow_motifs(s.min_overlap, r.queries.motifs, "queries");
    warn_of_narrow_motifs(s.min_overlap, r.targets.motifs, "targets");
    if (r.targets.motifs.size() < 50)
        std::cerr << "warning: " << r.targets.motifs.size()
                  << " targets are few for exact p-values; 50 or more are better\n";
    return r;
}

/// Calls each(query, matches) from the threads that compare, and says how far they are.
template <class Each>
void compare_with_progress(comparison_result const& r, Each&& each)
{
    progress_note note{"compared", r.queries.motifs.size()};
    std::mutex guard;
    std::size_t done = 0;
    ex::compare_each(r.queries.motifs, r.targets.motifs, r.options,
                     [&](std::size_t query, std::vector<ex::match>&& matches) {
                         each(query, std::move(matches));
                         std::lock_guard const lock{guard};
                         note.at(++done);
                     });
}

inline comparison_result run_comparison(compare_settings const& s)
{
    comparison_result r = read_comparison(s);
    r.table.resize(r.queries.motifs.size());
    compare_with_progress(
        r, [&](std::size_t query, std::vector<ex::match>&& matches) { r.table[query] = std::move(matches); });
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
            c[a] = (static_cast<double>(static_cast<long>(c[a] * 1e6 + 0.5)) / 1e6 * sites +
                    pseudocount * b.frequencies[a]) /
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

inline constexpr std::string_view tomtom_header =
    "Query_ID\tTarget_ID\tOptimal_offset\tp-value\tE-value\tq-value\tOverlap\tQuery_consensus\tTarget_"
    "consensus\tOrientation\n";

/// Makes rows of Tomtom's table; what the rows of many queries share is made once.
class tomtom_rows {
public:
    tomtom_rows(comparison_result const& r, double threshold, bool by_e_value)
        : r_{r}, letters_{ex::symmetric(r.options.background)}, threshold_{threshold}, by_e_value_{by_e_value}
    {
        for (ex::motif const& m : r.targets.motifs) {
            names_.push_back(ex::table_field(m.name));
            for (bool const reverse : {false, true}) ends_.push_back(end_of_row(m, reverse));
        }
    }
    /// The rows of one query's matches; may be called from several threads.
    std::string operator()(std::vector<ex::match> const& matches) const
    {
        std::string text;
        if (matches.empty()) return text;
        ex::motif const& query = r_.queries.motifs[matches.front().query];
        std::string const name = ex::table_field(query.name) + '\t';
        std::string const consensus = '\t' + consensus_of(query, false) + '\t';
        for (ex::match const& m : matches) {
            if ((by_e_value_ ? m.e : m.q) > threshold_) continue;
            text += name;
            text += names_[m.target];
            text += '\t';
            text += std::to_string(m.offset);
            for (double const x : {m.p, m.e, m.q}) {
                text += '\t';
                ex::append_number(text, x, 6);
            }
            text += '\t';
            text += std::to_string(m.overlap);
            text += consensus;
            text += ends_[2 * m.target + (m.reverse ? 1 : 0)];
        }
        return text;
    }

private:
    std::string consensus_of(ex::motif const& m, bool reverse) const
    {
        return tomtom_consensus(m, reverse, letters_, r_.options.pseudocount);
    }
    std::string end_of_row(ex::motif const& m, bool reverse) const
    {
        return consensus_of(m, reverse) + (reverse ? "\t-\n" : "\t+\n");
    }

    comparison_result const& r_;
    ex::background letters_;
    double threshold_;
    bool by_e_value_;
    std::vector<std::string> names_, ends_; // of the targets; the ends on both strands
};

inline std::string tomtom_text(comparison_result const& r, double threshold, bool by_e_value)
{
    tomtom_rows const rows{r, threshold, by_e_value};
    std::string text{tomtom_header};
    for (auto const& matches : r.table) text += rows(matches);
    return text;
}

/// Rows are made where matches are found, so that the table of all matches is never held.
inline void run_compare(compare_settings const& s)
{
    comparison_result const r = read_comparison(s);
    tomtom_rows const rows{r, s.threshold, s.evalue};
    ex::output_file out{s.out}; // a folder that cannot be written is told before the work
    std::vector<std::string> texts(r.queries.motifs.size());
    compare_with_progress(
        r, [&](std::size_t query, std::vector<ex::match> const& matches) { texts[query] = rows(matches); });
    out << tomtom_header;
    for (std::string const& text : texts) out << text;
    out.commit();
}

inline void run_annotate(compare_settings const& s)
{
    auto const r = run_comparison(s);
    auto const names = ex::annotate(r.table, r.targets.motifs, s.q, s.names);
    std::string text = "motif\tnames\tq\n";
    for (std::size_t i = 0; i < names.size(); ++i)
        text += ex::table_field(r.queries.motifs[i].name) + '\t' + ex::table_field(names[i].names) + '\t' +
                ex::number_text(names[i].q, 6) + '\n';
    write_text(s.out, text);
}

inline void add_comparison_options(CLI::App& command, compare_settings& s)
{
    command.add_option("query", s.query, "motif file whose motifs are asked about (- is standard input)")
        ->required();
    command.add_option("targets", s.targets, "motif files to compare with")->required();
    command.add_option("--distance", s.distance, "column score")
        ->check(CLI::IsMember({"euclidean", "pearson", "kullback", "allr", "sandelin", "ed"}));
    command
        .add_option("--min-overlap", s.min_overlap,
                    "least aligned columns; a narrower motif overlaps in full")
        ->check(in_range(1, 1000));
    command.add_flag("--incomplete-scores", s.incomplete, "leave unaligned query columns out of the score");
    command.add_option("--pseudocount", s.pseudocount, "sites of the background added to every motif")
        ->check(in_range(0.0));
    command.add_option("--background", s.background, "motif (as the query file says), uniform, or a file");
    command.add_option("--threads", s.threads, "0 = all cores")->check(in_range(0, 1024));
    command.add_option("--out", s.out, "table to write (- is standard output)");
    add_motif_reading(command, s.reading);
}

inline void add_compare(CLI::App& app)
{
    auto const s = std::make_shared<compare_settings>();
    CLI::App* const c =
        app.add_subcommand("compare", "compare motifs with known ones, as MEME's tomtom does");
    add_comparison_options(*c, *s);
    c->add_option("--threshold", s->threshold, "largest q-value printed (or E-value)")->check(in_range(0.0));
    c->add_flag("--evalue", s->evalue, "the threshold is an E-value");
    c->callback([s] { run_compare(*s); });
}

inline void add_annotate(CLI::App& app)
{
    auto const s = std::make_shared<compare_settings>();
    CLI::App* const c = app.add_subcommand("annotate", "name motifs after their best matches");
    add_comparison_options(*c, *s);
    c->add_option("--q", s->q, "largest q-value of a name")->check(in_range(0.0, 1.0));
    c->add_option("--names", s->names, "most names per motif")->check(in_range(1, 1000000));
    c->callback([s] { run_annotate(*s); });
}

} // namespace motifs_program
