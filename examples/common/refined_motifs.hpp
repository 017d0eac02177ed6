// motifs.meme and motifs.tsv of a training run: the filters' motifs refined for each task.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/interpret/model_motifs.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/compare.hpp>

namespace shared {
namespace ex = explainn;

inline constexpr char const* refined_meme_name = "motifs.meme";
inline constexpr char const* refined_table_name = "motifs.tsv";

/// Writes DIR/motifs.meme and DIR/motifs.tsv: a motif for each task and place, called motif1, motif2, ...,
/// with the task as its alternative name, beside what its filter's own motif does and the places that
/// importance and weight give the unit.
inline void write_refined_motifs(std::filesystem::path const& dir, std::vector<ex::model_motif> const& found,
                                 ex::model_insight const& seen, std::vector<std::string> const& tasks,
                                 std::span<ex::motif const> known)
{
    ex::motif_set set;
    set.strands = seen.both_strands ? ex::motif_strands::both : ex::motif_strands::forward;
    for (auto const& each : found) {
        ex::motif m = each.result;
        m.name = "motif" + std::to_string(set.motifs.size() + 1);
        m.alternative_name = tasks[each.task];
        m.counts.reset();
        set.motifs.push_back(std::move(m));
    }
    std::vector<ex::annotation> names(found.size());
    if (!known.empty() && !found.empty()) names = ex::annotate(ex::compare_motifs(set.motifs, known), known);
    std::string text =
        "motif\ttask\tplace\tunit\tform\tconsensus\tcolumns\tbits\tauroc_valid\tfilter_auroc_valid\tgain\t"
        "auroc_so_far\tauroc_test\tfilter_auroc_test\tauprc_test\toccupancy_auroc_test\tspearman_test\t"
        "filter_spearman_test\timportance\timportance_place\tweight\tweight_place\tknown\tq\talike\n";
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto const& f = found[i];
        auto const& p = set.motifs[i].probabilities;
        auto const bits = ex::information(p);
        auto const number = [&](double x, int digits = 4) { text += ex::number_text(x, digits) + '\t'; };
        auto const unit = static_cast<ex::extent>(f.unit), task = static_cast<ex::extent>(f.task);
        text += set.motifs[i].name + '\t' + ex::table_field(tasks[f.task]) + '\t' + std::to_string(f.place) +
                "\tfilter" + std::to_string(f.unit) + '\t' + (f.refined ? "refined" : "filter") + '\t' +
                ex::iupac_consensus(p) + '\t' + std::to_string(p.width()) + '\t';
        number(std::accumulate(bits.begin(), bits.end(), 0.0));
        for (double const x :
             {f.valid.auroc, f.filter_valid.auroc, f.gain, f.auroc_so_far, f.test.auroc, f.filter_test.auroc,
              f.test.auprc, f.occupancy_test.auroc, f.test.spearman, f.filter_test.spearman})
            number(x);
        for (auto const* table : {&seen.importances, &seen.weights}) {
            number((*table)(unit, task));
            text += std::to_string(ex::place_by_size(*table, f.unit, f.task)) + '\t';
        }
        text += ex::table_field(names[i].names) + '\t';
        number(names[i].q, 3);
        std::string alike;
        for (std::size_t const other : f.alike)
            alike += (alike.empty() ? "filter" : ",filter") + std::to_string(other);
        text += alike + '\n';
    }
    for (auto const& [name, content] :
         {std::pair{refined_meme_name, ex::meme_text(set)}, std::pair{refined_table_name, std::move(text)}}) {
        ex::output_file out{dir / name};
        out << content;
        out.commit();
    }
}

} // namespace shared
