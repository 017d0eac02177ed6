// What the filters of all banks of a model recognise, and how much they matter for each task.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/unit_names.hpp>

namespace explainn::EXPLAINN_ABI {

/// Motifs, weights and importances of all units of a model: those of the second bank follow those of the
/// first, as in the columns of the model's head.
struct model_insight {
    motif_set motifs; ///< filter0, filter1, ...: one for each unit
    unit_task_table weights;
    unit_task_table importances; ///< median of weight x unit output over the sequences (by strand) with a hit
    unit_task_table effects;     ///< what having a hit or not decides: hit_effect()
    std::vector<distribution> outputs;    ///< of each unit, over the sequences (by strand) with a hit
    std::vector<double> largest;          ///< each unit's largest response (before the activation)
    std::vector<std::uint64_t> sequences; ///< for each unit, how many sequences (by strand) have a hit
    bool both_strands = false;            ///< sequences were read on both strands
};

/// Looks into every bank with the given rows. Units that read signals have motifs of no column, no hits and a
/// largest response of -infinity. Throws error as look_into does, naming the bank, for units that do not have
/// exactly one filter and one output.
///
///     model_insight const seen = look_into_all(m, part{data, rows});
///     write_unit_tasks("importances.tsv", seen.importances, data.tasks());
template <backend B, labelled_data Data>
model_insight look_into_all(basic_model<B>& m, part<Data> const& p, hit_options how = {})
{
    model_insight all;
    all.weights.tasks = all.importances.tasks = all.effects.tasks = m.outputs();
    auto const append = [](auto& to, auto const& from) { to.insert(to.end(), from.begin(), from.end()); };
    int const banks = static_cast<int>(m.rows().banks.size());
    for (int bank = 0; bank < banks; ++bank) {
        bank_insight seen;
        try {
            seen = look_into(m, p, how, bank);
        } catch (error const& e) {
            throw error{"motifs of bank " + std::to_string(bank + 1) + ": " + e.what()};
        }
        auto motifs = motifs_of(seen.hits);
        for (extent u = 0; u < seen.hits.units; ++u)
            motifs.motifs[static_cast<std::size_t>(u)].name = filter_name(all.weights.units + u);
        if (bank == 0) all.motifs = std::move(motifs);
        else append(all.motifs.motifs, motifs.motifs);
        for (auto const& [to, from] :
             {std::pair{&all.weights, &seen.weights}, std::pair{&all.importances, &seen.importances},
              std::pair{&all.effects, &seen.effects}}) {
            to->units += from->units;
            append(to->values, from->values);
        }
        append(all.outputs, seen.outputs);
        append(all.largest, seen.hits.largest);
        append(all.sequences, seen.hits.sequences);
        all.both_strands = all.both_strands || seen.hits.read_both;
    }
    return all;
}

} // namespace explainn::EXPLAINN_ABI
