// Motifs by group of outputs (lineages, tissues, states of a cell): the table, and what a program prints.
#pragma once
#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/interpret/output_groups.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/report/model_report.hpp>

#include "common/task_run.hpp"

namespace task_training {

/// Units as people speak of them: the known motifs that a unit's motif is like, or its consensus.
inline std::vector<std::string> spoken_units(ex::motif_set const& motifs, ex::motif_set const& known)
{
    std::vector<std::string> names;
    for (ex::motif const& m : motifs.motifs) {
        auto const consensus = ex::iupac_consensus(ex::trim(m.probabilities, 0.3));
        names.push_back(consensus.empty() ? "-" : consensus);
    }
    if (known.motifs.empty()) return names;
    auto const like = ex::annotate(ex::compare_motifs(motifs.motifs, known.motifs), known.motifs, 0.05, 3);
    for (std::size_t u = 0; u < names.size(); ++u)
        if (!like[u].names.empty()) names[u] = like[u].names;
    return names;
}

/// The table of motifs by group: for each group every unit that is hit, those that speak most for it first.
class lineage_table {
public:
    lineage_table(std::filesystem::path const& path, seen_rows const& seen,
                  std::vector<std::string> const& units)
        : out_{path}, seen_{seen}, units_{units}
    {
        out_ << "group\tagainst\trank\tunit\tmotif\there\tthere\tshare\tgain\n";
    }
    /// Adds the rows of one group against other outputs, and prints the `most` units that say most. Returns
    /// them for the report.
    ex::report_contrast add(std::string const& group, std::string const& against,
                            std::span<ex::extent const> here, std::span<ex::extent const> there,
                            std::size_t most = 3)
    {
        auto const& insight = seen_.second;
        std::size_t const reads = seen_.first.size() * (insight.both_strands ? 2 : 1);
        std::size_t rank = 0;
        std::cout << group << " against " << against << ':';
        ex::report_contrast found{group, against, ex::contrast_units(insight, here, there, reads)};
        for (auto const& each : found.units) {
            auto const unit = static_cast<std::size_t>(each.unit);
            ++rank;
            out_ << ex::table_field(group) << '\t' << ex::table_field(against) << '\t' << std::to_string(rank)
                 << '\t' << insight.motifs.motifs[unit].name << '\t' << ex::table_field(units_[unit]) << '\t'
                 << ex::number_text(each.here, 6) << '\t' << ex::number_text(each.there, 6) << '\t'
                 << ex::number_text(each.share, 6) << '\t' << ex::number_text(each.gain(), 6) << '\n';
            if (rank <= most && each.gain() > 0) std::cout << ' ' << units_[unit];
        }
        std::cout << '\n';
        return found;
    }
    void commit() { out_.commit(); }

private:
    ex::output_file out_;
    seen_rows const& seen_;
    std::vector<std::string> const& units_;
};

/// Writes lineages.tsv and shows it in the report: every group against all outputs that are not in it.
inline void write_lineages(shared::training_run& run, seen_rows const& seen,
                           std::vector<std::string> const& units, std::vector<ex::output_group> const& groups)
{
    lineage_table table{run.folder() / "lineages.tsv", seen, units};
    for (auto const& group : groups) {
        auto const others = ex::other_outputs(group.outputs, seen.second.importances.tasks);
        if (!others.empty()) run.add(table.add(group.name, "the others", group.outputs, others));
    }
    table.commit();
}

} // namespace task_training
