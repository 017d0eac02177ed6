// What a model's filters look for and how much they say about each task, over all its banks.
#pragma once
#include <iostream>
#include <string>
#include <utility>

#include <explainn/interpret/importances.hpp>

namespace tf_binding {
namespace ex = explainn;

/// Motifs, weights and importances of all units: those of the second bank follow those of the first, as in
/// the rows of the model's head.
struct insight {
    ex::motif_set motifs;
    ex::unit_task_table weights, importances;
};

/// Looks into every bank with the given rows, on the strands that the model reads. Throws error, naming the
/// bank, for units that have no single filter or no single output.
template <ex::backend B, ex::labelled_sequences Data>
insight look(ex::basic_model<B>& m, ex::part<Data> const& p)
{
    if (p.rows.empty())
        std::cerr << "note: no sequence to read motifs from; motifs stay empty and importances nan\n";
    insight all;
    all.weights.tasks = all.importances.tasks = m.outputs();
    auto const append = [](ex::unit_task_table& to, ex::unit_task_table const& from) {
        to.units += from.units;
        to.values.insert(to.values.end(), from.values.begin(), from.values.end());
    };
    int const banks = static_cast<int>(m.rows().banks.size());
    for (int bank = 0; bank < banks; ++bank) {
        ex::bank_insight seen;
        try {
            seen = ex::look_into(m, p, {}, bank);
        } catch (ex::error const& e) {
            throw ex::error{"motifs of bank " + std::to_string(bank + 1) + ": " + e.what()};
        }
        auto motifs = ex::motifs_of(seen.hits);
        for (ex::extent u = 0; u < seen.hits.units; ++u)
            motifs.motifs[static_cast<std::size_t>(u)].name = ex::filter_name(all.weights.units + u);
        if (bank == 0) all.motifs = std::move(motifs);
        else all.motifs.motifs.insert(all.motifs.motifs.end(), motifs.motifs.begin(), motifs.motifs.end());
        append(all.weights, seen.weights);
        append(all.importances, seen.importances);
    }
    return all;
}

} // namespace tf_binding
