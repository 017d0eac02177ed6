// What the units of a model are called after: names that are given, or the known motifs they look like.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>

#include "common/all_rows.hpp"
#include "common/unit_labels.hpp"
#include "explain/model.hpp"

namespace explain_program {

struct naming_options {
    std::string motifs, names;
    double q = 0.05;

    std::vector<shared::given_path> files() const { return {{"--motifs", motifs}, {"--names", names}}; }
};

inline void add_naming(CLI::App& c, naming_options& o)
{
    c.add_option("--motifs", o.motifs,
                 "known motifs, as JASPAR's: units are called after those that their own motif over these "
                 "sequences looks like");
    c.add_option("--q", o.q, "largest q-value of a match")->check(in_range(0.0, 1.0));
    auto* const names = shared::add_names(c, o.names);
    names->description(names->get_description() + "; these stand before those of --motifs");
}

/// The largest response of every unit of all banks, and its name, which is empty where it has none.
struct seen_units {
    std::vector<std::string> names;
    std::vector<double> largest; ///< activations; -infinity for a unit without a filter
};

/// Scans sequences with all banks that read DNA.
inline seen_units look_at_units(opened& m, ex::unlabelled const& sequences, ex::strands_read strands,
                                double share, naming_options const& o)
{
    auto const rows = all_rows(sequences.size());
    ex::part const all{sequences, rows};
    seen_units seen;
    std::vector<ex::motif> motifs;
    std::vector<std::size_t> with_motif; // the units that they are of
    ex::hit_options const how{.share = share, .both_strands = strands};
    for (int bank = 0; bank < static_cast<int>(m.model.rows().banks.size()); ++bank) {
        if (m.model.rows().bank(bank).from != ex::reads::dna) {
            seen.largest.resize(seen.largest.size() +
                                    static_cast<std::size_t>(m.model.rows().bank(bank).units),
                                -std::numeric_limits<double>::infinity());
            continue;
        }
        ex::bank_scan<device> scan{m.model, how, bank};
        auto const act = ex::filter_bank<device>{m.model, bank}.act();
        std::vector<double> responses;
        std::size_t unit = seen.largest.size(); // the first one of the bank
        if (o.motifs.empty()) responses = scan.largest(all);
        else {
            auto const hits = scan(all);
            responses = hits.largest;
            for (auto& each : ex::motifs_of(hits).motifs) {
                with_motif.push_back(unit++);
                motifs.push_back(std::move(each));
            }
        }
        for (double const x : responses) seen.largest.push_back(ex::activated(act, x));
    }
    shared::unit_labels const labels{o.names, ex::units_of(m.model.rows())};
    seen.names.resize(labels.names().size());
    if (!o.motifs.empty()) {
        auto const known = ex::read_motifs(o.motifs);
        auto const found = ex::annotate(ex::compare_motifs(motifs, known.motifs), known.motifs, o.q, 1);
        for (std::size_t u = 0; u < found.size(); ++u)
            if (motifs[u].sites > 0) seen.names[with_motif[u]] = found[u].names;
    }
    for (std::size_t u = 0; u < seen.names.size(); ++u)
        if (!labels.names()[u].empty()) seen.names[u] = labels.names()[u];
    return seen;
}

} // namespace explain_program
