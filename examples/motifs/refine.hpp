// motifs refine: motifs fitted to sequences that hold them and sequences that do not.
#pragma once
#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/motif/refine_in_turn.hpp>

#include "motifs/files.hpp"

namespace motifs_program {

struct refine_settings {
    std::string motifs, positives, negatives, out = "-", table;
    std::size_t in_turn = 0;
    bool norc = false;
    ex::refine_options how;
    motif_reading reading;
};

/// Both files of sequences as one set, with labels 1 and 0.
inline std::pair<ex::packed_sequences, std::vector<double>> positives_and_negatives(refine_settings const& s)
{
    std::pair<ex::packed_sequences, std::vector<double>> both;
    auto& [sequences, labels] = both;
    for (auto const& [path, label] : {std::pair{s.positives, 1.0}, std::pair{s.negatives, 0.0}}) {
        ex::fasta_file file{path};
        while (file.next(sequences)) {}
        if (sequences.size() == labels.size()) throw ex::input_error{path, 0, "sequences", "none"};
        labels.resize(sequences.size(), label);
    }
    return both;
}

inline void run_refine(refine_settings const& s)
{
    std::vector<std::string> const inputs{s.motifs, s.positives, s.negatives};
    if (std::count(inputs.begin(), inputs.end(), "-") > 1)
        throw ex::error{
            "expected one of motifs, positives and negatives from standard input (-), found more"};
    require_own_output(s.out, inputs);
    if (!s.table.empty()) {
        require_own_output(s.table, inputs);
        if (s.table == s.out)
            throw ex::error{"expected two outputs, found " + s.table + " as --out and as --table"};
    }
    ex::motif_set const set = read_all({s.motifs}, s.reading);
    if (set.motifs.empty()) throw ex::input_error{s.motifs, 0, "motifs", "none"};
    auto const [sequences, labels] = positives_and_negatives(s);
    ex::windowed_sequences const windows{sequences};
    ex::refine_options how = s.how;
    how.both_strands = !s.norc && !set.rna; // RNA has no reverse strand

    std::vector<std::pair<std::size_t, ex::refined_motif>> refined;
    if (s.in_turn > 0) {
        for (auto& each : ex::refine_in_turn(set.motifs, windows, labels, s.in_turn, how))
            refined.emplace_back(each.candidate, std::move(each.motif));
    } else {
        progress_note note{"refined", set.motifs.size()};
        for (std::size_t i = 0; i < set.motifs.size(); ++i) {
            refined.emplace_back(i, ex::refine(set.motifs[i], windows, labels, how));
            note.at(i + 1);
        }
    }

    ex::motif_set result;
    result.letters = set.letters;
    result.strands = how.both_strands ? ex::motif_strands::both : ex::motif_strands::forward;
    result.rna = set.rna;
    std::string table = "motif\tresult\tauroc_given\tauroc_trimmed\tauroc_fitted\tcolumns\tbits\n";
    for (auto const& [from, r] : refined) {
        result.motifs.push_back(r.result);
        double bits = 0;
        for (double const b : ex::information(r.result.probabilities)) bits += b;
        std::string const which = r.from == ex::refined_from::fitted    ? "fitted"
                                  : r.from == ex::refined_from::trimmed ? "trimmed"
                                                                        : "given";
        table += ex::table_field(r.result.name) + '\t' + which + '\t' + ex::number_text(r.auroc_given, 4) +
                 '\t' + ex::number_text(r.auroc_trimmed, 4) + '\t' + ex::number_text(r.auroc_fitted, 4) +
                 '\t' + std::to_string(r.result.width()) + '\t' + ex::number_text(bits, 4) + '\n';
    }
    if (s.table.empty()) std::cerr << table;
    else write_text(s.table, table);
    ex::output_file out{s.out};
    ex::write_meme(out, result);
    out.commit();
}

inline void add_refine(CLI::App& app)
{
    auto const s = std::make_shared<refine_settings>();
    CLI::App* const c =
        app.add_subcommand("refine", "fit motifs to sequences that hold them and sequences that do not");
    c->add_option("motifs", s->motifs, "motif file, or folder of motif files (- is standard input)")
        ->required();
    c->add_option("--positives", s->positives, "FASTA, plain or gzip, of sequences that hold the motifs")
        ->required();
    c->add_option("--negatives", s->negatives, "FASTA, plain or gzip, of sequences that do not")->required();
    c->add_option("--in-turn", s->in_turn,
                  "refine so many of the motifs one after another, each for what those before it "
                  "leave unexplained (0: each motif for itself)");
    c->add_option("--steps", s->how.steps, "steps of the optimizer")->check(in_range(0, 1000000));
    c->add_option("--prior", s->how.prior, "strength of the pull of all weights to 0")->check(in_range(0.0));
    c->add_option("--width", s->how.most_columns, "the most columns of a motif")->check(in_range(1, 100));
    c->add_flag("--norc", s->norc, "leave the reverse strand out");
    c->add_option("--seed", s->how.random.value, "the order of sequences follows from it");
    c->add_option("--threads", s->how.threads, "0 = all cores")->check(in_range(0, 1024));
    c->add_option("--table", s->table,
                  "table of how well each motif tells the sequences apart (else on standard error)");
    c->add_option("--out", s->out, "MEME file to write (- is standard output)");
    add_motif_reading(*c, s->reading);
    c->callback([s] { run_refine(*s); });
}

} // namespace motifs_program
