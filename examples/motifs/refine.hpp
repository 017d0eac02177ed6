// motifs refine: motifs fitted to sequences that hold them and sequences that do not.
#pragma once
#include <algorithm>
#include <iostream>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/motif/joint_search.hpp>
#include <explainn/motif/refine_choosing.hpp>
#include <explainn/motif/refine_dinucleotides.hpp>
#include <explainn/motif/refine_in_turn.hpp>

#include "motifs/files.hpp"

namespace motifs_program {

struct refine_settings {
    std::string motifs, positives, negatives, out = "-", table, dinucleotides;
    std::size_t in_turn = 0;
    bool norc = false, joint = false, tune = false;
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

/// A refined motif and the place, among those that were given, of the one it began as.
using refined_motifs = std::vector<std::pair<std::size_t, ex::refined_motif>>;

/// All motifs fitted together: a tenth of the sequences says which add something and which are two.
inline refined_motifs refine_together(std::span<ex::motif const> given, ex::windowed_sequences const& windows,
                                      std::vector<double> const& labels, ex::refine_options const& how)
{
    auto const parts = ex::hold_out(labels, 0.1, how.random);
    ex::joint_options o;
    o.refine = how;
    o.most = std::max(o.most, given.size());
    auto const found = ex::joint_search(given, windows, parts.fit, ex::turn_judge{windows, parts.aside}, o);
    o.refine.prior = found.prior;
    auto const fit = ex::detail::fit_units(found.fit.units, windows, labels, o.refine, o.refine.steps);
    refined_motifs all;
    std::vector<std::size_t> parts_of(given.size(), 0);
    for (std::size_t k = 0; k < fit.units.size(); ++k) {
        auto const& m = found.motifs[k];
        ex::refined_motif r;
        r.result = ex::unit_motif(fit.units[k], given[m.candidate].name, o.refine);
        if (m.splits > 0) r.result.name += '_' + std::to_string(++parts_of[m.candidate]);
        r.result.sites = given[m.candidate].sites;
        r.from = ex::refined_from::fitted;
        r.weights = fit.units[k].weights;
        auto const auroc = [&](ex::ppm const& p) {
            return ex::detail::training_auroc(p, how.both_strands, windows, labels);
        };
        r.auroc_given = auroc(given[m.candidate].probabilities);
        r.auroc_trimmed =
            auroc(ex::detail::trimmed(given[m.candidate].probabilities, how.start_bits, how.least_columns));
        r.auroc_fitted = auroc(r.result.probabilities);
        all.emplace_back(m.candidate, std::move(r));
    }
    return all;
}

/// The table of neighbouring pairs of all motifs: each is fitted alone, and what pairs are worth is said by a
/// tenth of the sequences, held aside from two fits of their own.
inline std::string dinucleotide_table(refined_motifs const& refined, ex::windowed_sequences const& windows,
                                      std::vector<double> const& labels, ex::refine_options const& how)
{
    auto const parts = ex::hold_out(labels, 0.1, how.random);
    std::string text{ex::dinucleotide_header};
    for (auto const& each : refined) {
        ex::motif const& m = each.second.result;
        text += ex::dinucleotide_rows(
            m.name, ex::refine_dinucleotides(m, windows, labels, how),
            ex::gain_of_dinucleotides(m, windows, parts.fit, ex::turn_judge{windows, parts.aside}, how));
    }
    return text;
}

inline void run_refine(refine_settings const& s)
{
    std::vector<std::string> const inputs{s.motifs, s.positives, s.negatives};
    if (std::count(inputs.begin(), inputs.end(), "-") > 1)
        throw ex::error{
            "expected one of motifs, positives and negatives from standard input (-), found more"};
    require_own_output(s.out, inputs);
    if (s.joint && (s.in_turn > 0 || s.tune))
        throw ex::error{"--joint: expected to stand alone, found --" +
                        std::string{s.tune ? "tune" : "in-turn"}};
    if (s.tune && s.in_turn > 0) throw ex::error{"--tune: expected to stand alone, found --in-turn"};
    std::vector<std::pair<std::string, std::string>> outputs{{"--out", s.out}};
    for (auto const& [option, path] :
         {std::pair{"--table", s.table}, std::pair{"--dinucleotides", s.dinucleotides}}) {
        if (path.empty()) continue;
        require_own_output(path, inputs);
        for (auto const& [other, taken] : outputs)
            if (path == taken)
                throw ex::error{"expected outputs of their own, found " + path + " as " + other + " and as " +
                                option};
        outputs.emplace_back(option, path);
    }
    ex::motif_set const set = read_all({s.motifs}, s.reading);
    if (set.motifs.empty()) throw ex::input_error{s.motifs, 0, "motifs", "none"};
    auto const [sequences, labels] = positives_and_negatives(s);
    ex::windowed_sequences const windows{sequences};
    ex::refine_options how = s.how;
    how.both_strands = !s.norc && !set.rna; // RNA has no reverse strand

    refined_motifs refined;
    if (s.joint) {
        refined = refine_together(set.motifs, windows, labels, how);
    } else if (s.in_turn > 0) {
        for (auto& each : ex::refine_in_turn(set.motifs, windows, labels, s.in_turn, how))
            refined.emplace_back(each.candidate, std::move(each.motif));
    } else {
        progress_note note{"refined", set.motifs.size()};
        for (std::size_t i = 0; i < set.motifs.size(); ++i) {
            refined.emplace_back(i, s.tune ? ex::refine_choosing(set.motifs[i], windows, labels, how).motif
                                           : ex::refine(set.motifs[i], windows, labels, how));
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
    if (!s.dinucleotides.empty())
        write_text(s.dinucleotides, dinucleotide_table(refined, windows, labels, how));
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
    c->add_flag(
        "--joint", s->joint,
        "fit all motifs together, leave out those that add nothing on a tenth of the sequences, which is "
        "held aside, and take those apart that stand for two kinds of sites");
    c->add_flag(
        "--tune", s->tune,
        "choose prior, width and, where a motif is nearly a palindrome, symmetry of each motif by a tenth "
        "of the sequences, which is held aside");
    c->add_flag("--symmetric", s->how.symmetric, "keep each motif its own reverse complement");
    c->add_option(
        "--dinucleotides", s->dinucleotides,
        "table to write of each motif fitted with weights of neighbouring pairs of bases, and what they "
        "are worth");
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
