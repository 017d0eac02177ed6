// What a training run tells at its end: metrics by task and the motifs that say most about each.
#pragma once
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/genomics/motif_consensus.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/train/metrics.hpp>

namespace tf_binding {
namespace ex = explainn;

/// The consensus of a motif without its ends of little information.
inline std::string short_consensus(ex::motif const& m)
{
    auto const text = ex::iupac_consensus(ex::trim(m.probabilities, 0.3));
    return text.empty() ? "-" : text;
}

/// What a motif is called in a line: the name it was given, else its consensus.
inline std::string short_name(ex::motif const& m)
{
    return m.alternative_name.empty() ? short_consensus(m) : ex::table_field(m.alternative_name);
}

/// Prints tasks with AUROC and AUPRC, and for each the `most` filters whose hits raise it most, by name or
/// consensus.
inline void print_report(std::ostream& out, std::vector<ex::task_metrics> table,
                         ex::unit_task_table const& effects, ex::motif_set const& motifs,
                         std::size_t most = 3)
{
    auto const tasks = static_cast<ex::extent>(table.size());
    table.push_back(ex::macro(table));
    for (auto& t : table) t.task = ex::table_field(t.task);
    std::size_t width = 4;
    for (auto const& t : table) width = std::max(width, t.task.size());
    out << std::left << std::setw(static_cast<int>(width)) << "task"
        << "  positives  AUROC  AUPRC  strongest motifs\n";
    for (ex::extent o = 0; o < static_cast<ex::extent>(table.size()); ++o) {
        auto const& t = table[static_cast<std::size_t>(o)];
        out << std::left << std::setw(static_cast<int>(width)) << t.task << "  " << std::right << std::setw(9)
            << t.positives << std::fixed << std::setprecision(3) << "  " << std::setw(5) << t.auroc << "  "
            << std::setw(5) << t.auprc << "  ";
        std::vector<ex::extent> units;
        for (ex::extent u = 0; o < tasks && u < effects.units; ++u)
            if (effects(u, o) > 0) units.push_back(u);
        ex::sort_places(units, [&](ex::extent a, ex::extent b) { return effects(a, o) > effects(b, o); });
        units.resize(std::min(units.size(), most));
        for (auto const u : units)
            out << short_name(motifs.motifs[static_cast<std::size_t>(u)]) << (u == units.back() ? "" : " ");
        out << '\n';
    }
    out << std::defaultfloat << std::flush;
}

} // namespace tf_binding
