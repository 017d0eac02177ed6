// explain hits: where the units of a model find their motifs, and what each place adds to every logit.
#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/interpret/model_hits.hpp>

#include "explain/unit_names.hpp"

namespace explain_program {

struct hits_settings : model_options {
    std::string sequences, overlaps = "all", format = "tsv";
    double threshold = 0.5;
    bool genomic_coordinates = false;
    naming_options naming;
};

/// Rows of hits: the six columns of BED, unit, motif, activation, and the contribution to every logit.
class hit_rows {
public:
    hit_rows(ex::output_file& out, std::vector<ex::unit_row> const& units, seen_units const& seen,
             bool genomic_coordinates)
        : out_{out}, units_{units}, seen_{seen}, genomic_{genomic_coordinates}
    {
    }
    void header(std::vector<std::string> const& tasks)
    {
        out_ << "#sequence\tstart\tend\tname\tscore\tstrand\tunit\tmotif\tactivation";
        write_tasks(out_, tasks);
    }
    /// How the hits were found, as a comment: bedtools reads comments that stand before the first hit.
    void found_with(hits_settings const& o, bool both_strands)
    {
        out_ << "# hits above " << ex::number_text(o.threshold, 6) << " of each unit's largest activation on "
             << (both_strands ? "both strands" : "the forward strand alone") << "; overlaps: " << o.overlaps
             << '\n';
    }
    void write(ex::model_hit const& hit, std::string_view sequence, std::size_t length)
    {
        auto const start = static_cast<std::size_t>(hit.start), end = static_cast<std::size_t>(hit.end);
        ex::genomic_place const place =
            genomic_ ? ex::require_place(sequence, length).part(start, end, hit.reverse)
                     : ex::genomic_place{sequence, start, end, hit.reverse ? '-' : '+'};
        std::string unit, motif;
        double share = 0;
        for (ex::extent const u : hit.units) {
            auto const i = static_cast<std::size_t>(u);
            unit += (unit.empty() ? "" : ",") + units_[i].name;
            if (motif.empty()) motif = seen_.names[i];
            share = std::max(share, hit.activation / seen_.largest[i]);
        }
        // the score of a BED line: of 1000, the activation as a share of the unit's largest
        long const score = std::isfinite(share) ? std::lround(1000 * std::clamp(share, 0.0, 1.0)) : 1000;
        out_ << ex::table_field(place.chromosome) << '\t' << std::to_string(place.start) << '\t'
             << std::to_string(place.end) << '\t' << ex::table_field(motif.empty() ? unit : motif) << '\t'
             << std::to_string(score) << '\t' << place.strand << '\t' << unit << '\t'
             << (motif.empty() ? "." : ex::table_field(motif)) << '\t'
             << ex::float_text(static_cast<float>(hit.activation));
        for (double const x : hit.contributions) out_ << '\t' << ex::float_text(static_cast<float>(x));
        out_ << '\n';
    }

private:
    ex::output_file& out_;
    std::vector<ex::unit_row> const& units_;
    seen_units const& seen_;
    bool genomic_;
};

/// Units of one name are one group; a unit without a name is one of its own.
inline std::vector<std::size_t> groups_by_name(std::vector<std::string> const& names)
{
    std::map<std::string, std::size_t> first;
    std::vector<std::size_t> groups;
    for (std::size_t u = 0; u < names.size(); ++u)
        groups.push_back(names[u].empty() ? u : first.emplace(names[u], u).first->second);
    return groups;
}

inline void run_hits(hits_settings const& o)
{
    auto files = o.naming.files();
    files.push_back({"--sequences", o.sequences});
    o.require_own_output(files);
    if (o.overlaps != "all" && o.naming.motifs.empty() && o.naming.names.empty())
        throw ex::error{"--overlaps " + o.overlaps +
                        ": expected --names or --motifs, whose names tell which units are one group"};
    opened m = open(o);
    auto const sequences = ex::read_unlabelled(o.sequences, m.length());
    ex::locator<device> locate{m.model, {.both_strands = o.strands()}};
    seen_units const seen = look_at_units(m, sequences, o.strands(), o.threshold, o.naming);
    std::vector<double> cuts;
    cuts.reserve(seen.largest.size());
    for (double const x : seen.largest) cuts.push_back(o.threshold * x);
    auto const groups = groups_by_name(seen.names);
    auto const how = o.overlaps == "compete" ? ex::overlapping_hits::compete
                     : o.overlaps == "merge" ? ex::overlapping_hits::merge
                                             : ex::overlapping_hits::all;
    ex::output_file out{o.out};
    hit_rows rows{out, locate.head()->units, seen, o.genomic_coordinates};
    if (o.format == "tsv") rows.header(m.tasks());
    rows.found_with(o, o.strands().both(m.model) || ex::has_symmetric_units(m.model.rows()));
    std::vector<std::uint32_t> numbers(sequences.size());
    std::iota(numbers.begin(), numbers.end(), 0u);
    locate(ex::part{sequences, numbers}, [&](ex::located_sequence const& one) {
        if (interrupted()) throw interruption{"interrupted"};
        for (auto const& hit : ex::settled(ex::hits_of(one, cuts), groups, how))
            rows.write(hit, sequences.name(one.number), m.length());
    });
    out.commit();
}

inline void add_hits(CLI::App& app)
{
    auto const o = std::make_shared<hits_settings>();
    CLI::App* const c = app.add_subcommand(
        "hits", "motif hits: windows that units answer to, and what each adds to every logit");
    add_model(*c, *o);
    add_sequence_file(*c, o->sequences);
    c->add_option("--threshold", o->threshold,
                  "a hit's activation exceeds this share of the unit's largest in these sequences")
        ->check(in_range(0.0, 1.0));
    c->add_option("--overlaps", o->overlaps,
                  "hits of units of one name on the same place: all stay, they compete (the largest "
                  "contribution stays), or merge into one")
        ->check(CLI::IsMember({"all", "compete", "merge"}));
    c->add_option(
         "--format", o->format,
         "tsv (a header that begins with #) or bed (none); both say in a comment how hits were found")
        ->check(CLI::IsMember({"tsv", "bed"}));
    c->add_flag("--genomic-coordinates", o->genomic_coordinates,
                "places in the genome, by names such as chr5:1000-1200(-) whose starts count from 0");
    add_naming(*c, o->naming);
    c->callback([o] { run_hits(*o); });
}

} // namespace explain_program
