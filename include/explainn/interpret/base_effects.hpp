// What every change of one base of a sequence does to the logits, by running all changed sequences.
#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// Logits of a sequence, and what they change by where one base is replaced.
struct base_effect_table {
    extent length{}, outputs{};
    std::vector<double> logits; ///< (O), of the sequence as it is
    std::vector<double>
        changes; ///< (L, 4, O), bases in the order A, C, G, T; nan where the base is the one that is there

    double change(extent place, int base, extent output) const
    {
        return changes[(static_cast<std::size_t>(place) * 4 + static_cast<std::size_t>(base)) *
                           static_cast<std::size_t>(outputs) +
                       static_cast<std::size_t>(output)];
    }
};

/// Runs the model on all 3 L mutants of a sequence (4 L where it holds N). It is the obvious way and a slow
/// one: for some sequences. Throws error for a sequence of another length than the model's.
///
///     std::vector<letter> const peak(200);
///     base_effect_table const effects = base_effects(m, peak);
///     effects.change(90, 2, 0);        // what a G at base 90 (from 0) changes of the first logit
template <backend B>
base_effect_table base_effects(basic_model<B>& m, std::span<letter const> sequence, reading how = {})
{
    if (sequence.size() != static_cast<std::size_t>(m.length()))
        throw shape_error{"expected a sequence of " + std::to_string(m.length()) +
                          " bases as the model, found " + std::to_string(sequence.size())};
    evaluator<B> run{m, how};
    base_effect_table table{m.length(), m.outputs(), {}, {}};
    auto const outputs = static_cast<std::size_t>(table.outputs);
    table.changes.assign(sequence.size() * 4 * outputs, std::numeric_limits<double>::quiet_NaN());
    host_batch batch;
    std::vector<std::size_t>
        cell; // where each row of the batch belongs; the first row is the sequence itself
    auto const flush = [&] {
        if (cell.empty()) return;
        batch.count = static_cast<extent>(cell.size());
        auto const y = run.logits(batch);
        for (std::size_t i = 0; i < cell.size(); ++i)
            for (std::size_t o = 0; o < outputs; ++o) {
                double const x = static_cast<double>(y.data[i * outputs + o]);
                if (table.logits.size() < outputs) table.logits.push_back(x);
                else if (cell[i] < sequence.size() * 4)
                    table.changes[cell[i] * outputs + o] = x - table.logits[o];
            }
        batch.letters.clear();
        cell.clear();
    };
    auto const add = [&](std::size_t where) {
        batch.letters.insert(batch.letters.end(), sequence.begin(), sequence.end());
        cell.push_back(where);
    };
    add(sequence.size() * 4);
    for (std::size_t k = 0; k < sequence.size(); ++k)
        for (letter base = 0; base < 4; ++base) {
            if (sequence[k] == base) continue;
            add(4 * k + base);
            batch.letters[(cell.size() - 1) * sequence.size() + k] = base;
            if (cell.size() == how.batch) flush();
        }
    flush();
    return table;
}

} // namespace explainn::EXPLAINN_ABI
