// motifs scan and score: hits of motifs in sequences, and how well motifs tell labelled sequences apart.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/labels.hpp>
#include <explainn/motif/scan.hpp>
#include <explainn/motif/score.hpp>

#include "common/scan_line.hpp"
#include "motifs/files.hpp"

namespace motifs_program {

struct scan_settings {
    std::string motifs, sequences, labels, background = "uniform", format = "tsv", out = "-", by = "best";
    double p_value = 1e-4, pseudocount = 0.1;
    bool norc = false, q_values = false, genomic_coordinates = false;
    std::size_t threads = 0;
    motif_reading reading;
};

/// A value in a GFF3 attribute.
inline std::string gff_escaped(std::string const& s)
{
    std::string out;
    for (char const c : s) {
        bool const special =
            c == ';' || c == '=' || c == '&' || c == ',' || c == '%' || static_cast<unsigned char>(c) <= ' ';
        if (!special) {
            out += c;
            continue;
        }
        out += '%';
        out += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

/// Throws input_error unless the name of the sequence read last tells its place.
inline void require_place(ex::fasta_file const& file, ex::packed_sequences const& sequences)
{
    std::size_t const last = sequences.size() - 1;
    try {
        ex::require_place(sequences.name(last), sequences.length(last));
    } catch (ex::error const& e) {
        throw ex::input_error{file.path(), file.header_line(), e.what()};
    }
}

/// Where a hit lies: in its sequence or, where wanted, in the genome by the sequence's name.
inline ex::genomic_place place_of_hit(ex::hit const& h, std::size_t width, std::string_view name,
                                      bool genomic_coordinates)
{
    std::size_t const end = h.start + width;
    if (genomic_coordinates) return ex::place_of(name)->part(h.start, end, h.reverse);
    return {name, h.start, end, h.reverse ? '-' : '+'};
}

inline void write_hits(ex::output_file& out, std::vector<ex::hit> const& hits,
                       std::vector<ex::motif> const& motifs, ex::packed_sequences const& sequences,
                       scan_settings const& s)
{
    std::vector<ex::letter> letters;
    for (ex::hit const& h : hits) {
        ex::motif const& m = motifs[h.motif];
        auto const place = place_of_hit(h, m.width(), sequences.name(h.sequence), s.genomic_coordinates);
        std::string const name = ex::table_field(place.chromosome), motif = ex::table_field(m.name),
                          strand(1, place.strand);
        std::string const from = std::to_string(place.start), first = std::to_string(place.start + 1),
                          last = std::to_string(place.end);
        std::size_t const begin = h.start, end = h.start + m.width();
        std::string const score = ex::number_text(h.score, 6), p = ex::number_text(h.p, 6);
        double const tenfold = h.p > 0 ? std::min(1000.0, -10 * std::log10(h.p)) : 1000.0;
        std::string const q = s.q_values ? ex::number_text(h.q, 6) : "";
        std::string matched(m.width(), 'N');
        letters.resize(sequences.length(h.sequence));
        sequences.unpack(h.sequence, letters);
        for (std::size_t i = 0; i < matched.size(); ++i)
            matched[i] = h.reverse ? ex::char_of(ex::complement(letters[end - 1 - i]))
                                   : ex::char_of(letters[begin + i]);
        if (s.format == "bed")
            out << name << '\t' << from << '\t' << last << '\t' << motif << '\t'
                << std::to_string(std::lround(tenfold)) << '\t' << strand << '\n';
        else if (s.format == "gff3")
            out << name << "\texplainn\tnucleotide_motif\t" << first << '\t' << last << '\t'
                << ex::number_text(tenfold, 3) << '\t' << strand << "\t.\tName=" << gff_escaped(m.name)
                << (m.alternative_name.empty() ? "" : ";Alias=" + gff_escaped(m.alternative_name))
                << ";pvalue=" << p << (q.empty() ? "" : ";qvalue=" + q) << ";score_bits=" << score
                << ";sequence=" << matched << '\n';
        else
            out << motif << '\t' << ex::table_field(m.alternative_name) << '\t' << name << '\t' << first
                << '\t' << last << '\t' << strand << '\t' << score << '\t' << p << '\t' << q << '\t'
                << matched << '\n';
    }
}

/// Says which motifs match no window whatever the sequences hold.
inline void warn_of_silent_motifs(std::vector<ex::motif> const& motifs,
                                  std::vector<ex::score_matrix> const& matrices, double p_value)
{
    for (std::size_t m = 0; m < motifs.size(); ++m) {
        double const best = matrices[m].best_p_value();
        if (best <= p_value) continue;
        std::cerr << "warning: motif " << ex::table_field(motifs[m].name);
        if (matrices[m].is_uninformative()) std::cerr << " is uniform: it matches nothing\n";
        else
            std::cerr << " matches nothing: its best possible p-value is " << ex::number_text(best, 3)
                      << ", above the threshold of " << ex::number_text(p_value, 6) << '\n';
    }
}

inline void run_scan(scan_settings const& s)
{
    if (s.motifs == "-" && s.sequences == "-")
        throw ex::error{"expected one of motifs and sequences from standard input (-), found both"};
    require_own_output(s.out, {s.motifs, s.sequences, s.background});
    ex::motif_set const set = read_all({s.motifs}, s.reading);
    ex::scan_options options;
    options.p_value = s.p_value;
    options.background = background_of(s.background, set.letters);
    options.pseudocount = s.pseudocount;
    options.both_strands = !s.norc && !set.rna; // RNA has no reverse strand
    options.q_values = s.q_values;
    options.threads = s.threads;
    auto const matrices = ex::score_matrices(set.motifs, options);
    warn_of_silent_motifs(set.motifs, matrices, s.p_value);
    ex::output_file out{s.out};
    if (s.format == "tsv")
        out << "motif_id\tmotif_alt_id\tsequence_name\tstart\tstop\tstrand\tscore\tp-value\tq-value\tmatched_"
               "sequence\n";
    if (s.format == "gff3") out << "##gff-version 3\n";
    if (s.format == "bed") out << shared::scan_line(options);
    // q-values take all windows together; without them sequences pass through in batches
    constexpr std::size_t batch_bases = std::size_t{1} << 26;
    ex::fasta_file file{s.sequences};
    progress_note note{"scanned sequences:", 0};
    std::size_t scanned = 0;
    for (bool more = true; more;) {
        ex::packed_sequences batch;
        std::size_t bases = 0;
        while ((s.q_values || bases < batch_bases) && (more = file.next(batch))) {
            bases += batch.length(batch.size() - 1);
            if (s.genomic_coordinates) require_place(file, batch);
        }
        if (batch.empty()) break;
        write_hits(out, ex::scan_motifs(matrices, batch, options), set.motifs, batch, s);
        note.at(scanned += batch.size());
    }
    if (s.format != "bed") out << shared::scan_line(options);
    out.commit();
}

inline void run_score(scan_settings const& s)
{
    if ((s.motifs == "-") + (s.sequences == "-") + (s.labels == "-") > 1)
        throw ex::error{"expected one of motifs, sequences and labels from standard input (-), found more"};
    require_own_output(s.out, {s.motifs, s.sequences, s.labels, s.background});
    ex::motif_set const set = read_all({s.motifs}, s.reading);
    if (set.rna) throw ex::error{s.motifs + ": expected motifs of DNA (score takes both strands), found RNA"};
    ex::packed_sequences const sequences = ex::read_fasta(s.sequences);
    if (sequences.empty()) throw ex::input_error{s.sequences, 0, "sequences", "none"};
    ex::label_table const table = ex::read_labels(s.labels);
    print_warnings(table.warnings);
    std::vector<std::vector<double>> labels(table.tasks.size(), std::vector<double>(sequences.size()));
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        auto const row = table.find(sequences.name(i));
        if (row == ex::name_index::none)
            throw ex::input_error{s.labels, 0, "a row for every sequence",
                                  "none for " + std::string{sequences.name(i)}};
        for (std::size_t t = 0; t < labels.size(); ++t) labels[t][i] = static_cast<double>(table.at(row, t));
    }
    if (table.rows() > sequences.size())
        std::cerr << "warning: rows of labels without sequence: " << table.rows() - sequences.size() << '\n';
    ex::background const b = background_of(s.background, set.letters);
    ex::windowed_sequences const windows{sequences};
    auto const by = s.by == "best" ? ex::motif_ranking::best_hit : ex::motif_ranking::occupancy;
    std::vector<std::vector<ex::motif_quality>> found(set.motifs.size());
    progress_note note{"scored", set.motifs.size()};
    constexpr std::size_t block = 16;
    for (std::size_t begin = 0; begin < found.size(); begin += block) {
        std::size_t const count = std::min(block, found.size() - begin);
        ex::for_each_item(count, s.threads, [&](std::size_t i, std::size_t) {
            ex::score_matrix const matrix{set.motifs[begin + i], b, s.pseudocount};
            found[begin + i] = ex::score_motif(matrix, windows, labels, by);
        });
        note.at(begin + count);
    }
    std::string text = "motif\ttask\tauroc\tauprc\tspearman\n";
    for (std::size_t m = 0; m < found.size(); ++m)
        for (std::size_t t = 0; t < labels.size(); ++t)
            text += ex::table_field(set.motifs[m].name) + '\t' + ex::table_field(table.tasks[t]) + '\t' +
                    ex::number_text(found[m][t].auroc, 6) + '\t' + ex::number_text(found[m][t].auprc, 6) +
                    '\t' + ex::number_text(found[m][t].spearman, 6) + '\n';
    write_text(s.out, text);
}

inline void add_matrix_options(CLI::App& c, scan_settings& s)
{
    c.add_option("--background", s.background, "uniform, motif (as the motif file says), or a file");
    c.add_option("--pseudocount", s.pseudocount, "sites of the background added to every motif")
        ->check(in_range(0.0));
    c.add_option("--threads", s.threads, "0 = all cores")->check(in_range(0, 1024));
    c.add_option("--out", s.out, "file to write (- is standard output)");
    add_motif_reading(c, s.reading);
}

inline void add_scan(CLI::App& app)
{
    auto const s = std::make_shared<scan_settings>();
    CLI::App* const c = app.add_subcommand("scan", "find motifs in sequences, as MEME's fimo does");
    c->add_option("motifs", s->motifs, "motif file, or folder of motif files (- is standard input)")
        ->required();
    c->add_option("sequences", s->sequences, "FASTA, plain or gzip (- is standard input)")->required();
    c->add_option("--p-value", s->p_value, "largest p-value of a hit")->check(in_range(0.0, 1.0));
    c->add_flag("--norc", s->norc, "leave the reverse strand out");
    c->add_flag("--q-values", s->q_values,
                "add q-values (Benjamini and Hochberg over all windows of a motif)");
    c->add_flag(
        "--genomic-coordinates", s->genomic_coordinates,
        "places in the genome, by names such as chr5:1000-1030(-) or peak1::chr5:1000-1030, whose starts "
        "count from 0 as bedtools writes them");
    c->add_option("--format", s->format, "tsv, bed or gff3")->check(CLI::IsMember({"tsv", "bed", "gff3"}));
    add_matrix_options(*c, *s);
    c->callback([s] { run_scan(*s); });
}

inline void add_score(CLI::App& app)
{
    auto const s = std::make_shared<scan_settings>();
    CLI::App* const c =
        app.add_subcommand("score", "tell how well motifs alone tell labelled sequences apart");
    c->add_option("motifs", s->motifs, "motif file, or folder of motif files (- is standard input)")
        ->required();
    c->add_option("sequences", s->sequences, "FASTA, plain or gzip")->required();
    c->add_option("labels", s->labels, "table: header, then a row per sequence: 1, 0, a number, or nothing")
        ->required();
    c->add_option("--by", s->by, "best (hit on either strand) or occupancy (all windows)")
        ->check(CLI::IsMember({"best", "occupancy"}));
    add_matrix_options(*c, *s);
    c->callback([s] { run_score(*s); });
}

} // namespace motifs_program
