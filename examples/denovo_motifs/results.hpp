// What a search writes: motifs, their table, their hits, and a page to look at.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>
#include <explainn/motif/discover.hpp>
#include <explainn/motif/logo.hpp>
#include <explainn/motif/refine_dinucleotides.hpp>
#include <explainn/motif/scan.hpp>
#include <explainn/motif/site_motif.hpp>

#include "common/scan_line.hpp"
#include "denovo_motifs/input.hpp"

namespace denovo {
namespace fs = std::filesystem;

/// Everything a search found.
struct results {
    std::vector<ex::discovered_motif> found;
    std::vector<ex::motif> site_motifs; ///< the bases at each motif's best sites, counted
    std::vector<ex::annotation> names;  ///< what known motif each looks like, as it is or by its sites
    std::vector<bool> named_by_sites;   ///< which of the two
    ex::motif_set filters;              ///< as the model has them
    std::vector<ex::motif> starts;      ///< filters and words that motifs were refined from
    ex::hit_list hits;                  ///< in the positives
    std::vector<std::size_t> sites;     ///< of each motif: sequences with a hit
    std::string dinucleotides;          ///< the table of neighbouring pairs; empty where it was not asked for
};

inline constexpr std::array<char const*, 7> result_names{"motifs.meme",      "sites.meme",  "filters.meme",
                                                         "hits.bed",         "motifs.html", "motifs.tsv",
                                                         "dinucleotides.tsv"};
/// Sequences that sites are counted in, at most; of these the best three of ten hold the sites.
inline constexpr std::size_t most_site_rows = 2000;

namespace detail {
inline double bits_of(ex::motif const& m)
{
    auto const bits = ex::information(m.probabilities);
    return std::accumulate(bits.begin(), bits.end(), 0.0);
}
inline char const* text_of(ex::refined_from from)
{
    return from == ex::refined_from::fitted    ? "fitted"
           : from == ex::refined_from::trimmed ? "trimmed"
                                               : "given";
}
inline std::string names_of(std::vector<std::size_t> const& which, std::vector<ex::motif> const& starts)
{
    std::string text;
    for (std::size_t const i : which) text += (text.empty() ? "" : ",") + starts[i].name;
    return text;
}
inline void write(fs::path const& path, std::string_view text)
{
    ex::output_file out{path};
    out << text;
    out.commit();
}

inline std::string table_text(results const& r)
{
    std::string text =
        "motif\tconsensus\tcolumns\tbits\tsites\tauroc_test\tauprc_test\toccupancy_auroc_test\tp\te\t"
        "auroc_valid\tauroc_fitted\tgain\tknown\tq\tnamed_by\tstart\tresult\talike\n";
    for (std::size_t i = 0; i < r.found.size(); ++i) {
        auto const& f = r.found[i];
        auto const number = [&](double x, int digits = 4) { text += ex::number_text(x, digits) + '\t'; };
        text += f.result.name + '\t' + ex::iupac_consensus(f.result.probabilities) + '\t' +
                std::to_string(f.result.width()) + '\t';
        number(bits_of(f.result));
        text += std::to_string(r.sites[i]) + '\t';
        number(f.test.auroc);
        number(f.test.auprc);
        number(f.test_occupancy.auroc);
        number(f.p, 3);
        number(f.e, 3);
        number(f.valid.auroc);
        number(f.fitted.auroc);
        number(f.gain);
        text += ex::table_field(r.names[i].names) + '\t';
        number(r.names[i].q, 3);
        text += r.named_by_sites[i] ? "sites\t" : "motif\t";
        text +=
            r.starts[f.candidate].name + '\t' + text_of(f.from) + '\t' + names_of(f.alike, r.starts) + '\n';
    }
    return text;
}

inline std::string bed_text(results const& r, ex::packed_sequences const& sequences)
{
    std::string text = shared::scan_line(r.hits.options) +
                       "# a motif too narrow for such a p-value is found where its best words are\n";
    for (ex::hit const& h : r.hits) {
        auto const& m = r.found[h.motif].result;
        auto const name = sequences.name(h.sequence);
        auto const place = ex::place_of(name);
        std::size_t const end = h.start + m.width();
        bool const on_genome = place && place->length() == sequences.length(h.sequence);
        auto const at = on_genome ? place->part(h.start, end, h.reverse)
                                  : ex::genomic_place{name, h.start, end, h.reverse ? '-' : '+'};
        double const tenfold = h.p > 0 ? std::min(1000.0, -10 * std::log10(h.p)) : 1000;
        text += ex::table_field(at.chromosome) + '\t' + std::to_string(at.start) + '\t' +
                std::to_string(at.end) + '\t' + m.name + '\t' + std::to_string(std::lround(tenfold)) + '\t' +
                at.strand + '\n';
    }
    return text;
}

inline std::string page_text(results const& r, input const& in, ex::split_rows const& rows)
{
    auto const xml = [](std::string_view s) { return ex::detail::xml_text(s); };
    std::string page =
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>De novo motifs</title>\n"
        "<style>body{font:15px sans-serif;margin:2em;max-width:75em}td,th{padding:6px 14px 6px "
        "0;text-align:left;"
        "vertical-align:middle;border-bottom:1px solid #ccc}svg{height:80px;width:auto;max-width:26em}"
        ".no{color:#777}</style>\n<h1>De novo motifs</h1>\n<p>" +
        xml(in.source) + ". Motifs were fitted to " + std::to_string(rows.train.size()) +
        " sequences, chosen by " + std::to_string(rows.valid.size()) + " and tested on " +
        std::to_string(rows.test.size()) +
        " others, which AUROC, p and E are from. E is p times the number of motifs that were tested; motifs "
        "with E "
        "above 0.05 are grey.</p>\n<table>\n<tr><th>motif<th>logo<th>AUROC<th>E<th>sequences with a "
        "hit<th>looks like (JASPAR or the motifs given, q)\n";
    for (std::size_t i = 0; i < r.found.size(); ++i) {
        auto const& f = r.found[i];
        ex::logo_options logo;
        logo.style.ids = "logo" + std::to_string(i) + "_";
        page += std::string{"<tr"} + (f.e <= 0.05 ? "" : " class=\"no\"") + "><td>" + xml(f.result.name) +
                "<br><code>" + ex::iupac_consensus(f.result.probabilities) + "</code><td>" +
                ex::motif_logo(f.result, logo) + "<td>" + ex::number_text(f.test.auroc, 3) + "<td>" +
                ex::number_text(f.e, 2) + "<td>" + std::to_string(r.sites[i]) + "<td>" +
                (r.names[i].names.empty()
                     ? std::string{"-"}
                     : xml(r.names[i].names) + " (" + ex::number_text(r.names[i].q, 2) + ")") +
                "\n";
    }
    return page +
           "</table>\n<p>motifs.meme holds these motifs, sites.meme the bases at their best sites, counted "
           "(names are those of what either looks like, q for both together), and filters.meme holds the "
           "filters of the "
           "model. Filters "
           "and enriched words are what motifs were refined from: see the column start of motifs.tsv, "
           "which has "
           "all numbers. hits.bed holds the hits.</p></html>\n";
}
// A fitted motif is as soft as serves its regression, so that its likeness to a known one may be missed: it
// is compared as it is and by its sites, and q is doubled for the two.
inline void name(results& r, std::span<ex::motif const> motifs, ex::packed_sequences const& positives,
                 std::span<ex::motif const> known, bool both_strands, std::size_t threads)
{
    std::vector<std::uint32_t> some;
    std::size_t const every = (positives.size() + most_site_rows - 1) / most_site_rows;
    for (std::size_t i = 0; i < positives.size(); i += every) some.push_back(static_cast<std::uint32_t>(i));
    r.site_motifs.resize(motifs.size());
    ex::for_each_item(motifs.size(), threads, [&](std::size_t i, std::size_t) {
        r.site_motifs[i] = ex::site_motif(motifs[i], positives, some, 0.3, both_strands);
    });
    ex::compare_options how;
    how.threads = threads;
    how.both_strands = both_strands;
    r.names = ex::annotate(ex::compare_motifs(motifs, known, how), known, 0.025);
    r.named_by_sites.assign(motifs.size(), false);
    auto const by_sites = ex::annotate(ex::compare_motifs(r.site_motifs, known, how), known, 0.025);
    for (std::size_t i = 0; i < motifs.size(); ++i) {
        if (by_sites[i].q < r.names[i].q) {
            r.names[i] = by_sites[i];
            r.named_by_sites[i] = true;
        }
        r.names[i].q = std::min(1.0, 2 * r.names[i].q);
    }
}
} // namespace detail

/// Names the motifs, scans the sequences that hold them, and gives all of it together. The motifs are called
/// motif1, motif2, ..., with what they look like, or else their consensus, as their alternative name.
inline results finish(std::vector<ex::discovered_motif> found, ex::motif_set filters,
                      std::vector<ex::motif> starts, input const& in, std::span<ex::motif const> known,
                      bool both_strands, std::size_t threads)
{
    results r;
    r.found = std::move(found);
    r.filters = std::move(filters);
    r.starts = std::move(starts);
    std::vector<ex::motif> motifs;
    for (std::size_t i = 0; i < r.found.size(); ++i) {
        auto& m = r.found[i].result;
        m.name = "motif" + std::to_string(i + 1);
        m.alternative_name.clear();
        m.counts.reset();
        m.e_value = std::isnan(r.found[i].e) ? 0 : r.found[i].e;
        motifs.push_back(m);
    }
    // hits where labels are high: of real labels above their mean
    double mean = 0;
    for (double const y : in.labels) mean += y / static_cast<double>(in.labels.size());
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < in.labels.size(); ++i)
        if (in.labels[i] > mean) rows.push_back(static_cast<std::uint32_t>(i));
    auto const part = ex::detail::part_of(in.sequences, in.labels, rows);
    detail::name(r, motifs, part.sequences, known, both_strands, threads);
    ex::scan_options scan;
    scan.both_strands = both_strands;
    scan.threads = threads;
    r.hits = ex::hit_list{scan};
    r.sites.assign(motifs.size(), 0);
    for (std::size_t i = 0; i < motifs.size(); ++i) {
        std::vector<ex::motif> const one{motifs[i]};
        scan.p_value = 1e-4;
        auto matrices = ex::score_matrices(one, scan);
        // a narrow motif has no p-value as small: its best words are its hits
        scan.p_value = std::max(scan.p_value, 1.001 * matrices[0].best_p_value());
        std::int64_t last = -1;
        for (ex::hit h : ex::scan_motifs(matrices, part.sequences, scan)) {
            r.sites[i] += static_cast<std::int64_t>(h.sequence) != last;
            last = h.sequence;
            h.sequence = rows[h.sequence];
            h.motif = static_cast<std::uint32_t>(i);
            r.hits.push_back(h);
        }
        auto& m = r.found[i].result;
        m.sites = static_cast<double>(std::max<std::size_t>(r.sites[i], 1));
        m.alternative_name = r.names[i].names.empty()
                                 ? ex::iupac_consensus(m.probabilities)
                                 : r.names[i].names.substr(0, r.names[i].names.find('/'));
    }
    return r;
}

/// The table of neighbouring pairs of all motifs that were found: fitted, each alone, to the rows that motifs
/// were fitted to and chosen by, and judged on the test rows.
inline std::string dinucleotide_table(results const& r, input const& in, ex::split_rows const& rows,
                                      ex::refine_options const& how)
{
    std::vector<std::uint32_t> fitted = rows.train;
    fitted.insert(fitted.end(), rows.valid.begin(), rows.valid.end());
    auto const fit = ex::detail::part_of(in.sequences, in.labels, fitted),
               test = ex::detail::part_of(in.sequences, in.labels, rows.test);
    ex::windowed_sequences const in_fit{fit.sequences}, in_test{test.sequences};
    ex::turn_judge const judge{in_test, test.labels};
    std::string text{ex::dinucleotide_header};
    for (auto const& f : r.found)
        text +=
            ex::dinucleotide_rows(f.result.name, ex::refine_dinucleotides(f.result, in_fit, fit.labels, how),
                                  ex::gain_of_dinucleotides(f.result, in_fit, fit.labels, judge, how));
    return text;
}

/// Writes all files of result_names, motifs.tsv last; dinucleotides.tsv where it was asked for.
inline void write_results(fs::path const& dir, results const& r, input const& in, ex::split_rows const& rows,
                          bool both_strands)
{
    ex::motif_set set;
    set.strands = both_strands ? ex::motif_strands::both : ex::motif_strands::forward;
    for (auto const& f : r.found) set.motifs.push_back(f.result);
    detail::write(dir / "motifs.meme", ex::meme_text(set));
    ex::motif_set sites = set;
    sites.motifs = r.site_motifs;
    for (std::size_t i = 0; i < sites.motifs.size(); ++i)
        sites.motifs[i].alternative_name = set.motifs[i].alternative_name;
    detail::write(dir / "sites.meme", ex::meme_text(sites));
    detail::write(dir / "filters.meme", ex::meme_text(r.filters));
    detail::write(dir / "hits.bed", detail::bed_text(r, in.sequences));
    detail::write(dir / "motifs.html", detail::page_text(r, in, rows));
    fs::remove(dir / "dinucleotides.tsv"); // of an earlier run
    if (!r.dinucleotides.empty()) detail::write(dir / "dinucleotides.tsv", r.dinucleotides);
    detail::write(dir / "motifs.tsv", detail::table_text(r));
}

} // namespace denovo
