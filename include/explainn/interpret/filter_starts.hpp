// Filters that begin as known motifs, and how far training moved them.
#pragma once
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/genomics/motif_filter.hpp>
#include <explainn/interpret/filter_bank.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/choose.hpp>
#include <explainn/motif/compare.hpp>

namespace explainn::EXPLAINN_ABI {

/// The motifs as which filters begin, one for each unit: all of `motifs`, or the `choose` that choose_diverse
/// takes, each followed by its reverse complement (Novakovsky et al. 2023, Methods: 150 profiles make 300
/// units). Throws error where there are fewer motifs than asked for, and where there are none.
///
///     std::vector<motif> const starts = filter_starts(jaspar, 150);
inline std::vector<motif> filter_starts(std::span<motif const> motifs, std::size_t choose = 0,
                                        std::size_t threads = 0)
{
    if (motifs.empty()) throw error{"expected motifs for filters to begin as, found none"};
    std::vector<std::size_t> chosen;
    if (choose > 0) chosen = choose_diverse(motifs, choose, threads);
    else
        for (std::size_t i = 0; i < motifs.size(); ++i) chosen.push_back(i);
    std::vector<motif> starts;
    for (std::size_t const i : chosen) {
        starts.push_back(motifs[i]);
        starts.push_back(reverse_complement(motifs[i]));
    }
    return starts;
}

/// The name of the tensor that holds the filters of a bank, for training::freezes. Throws error as
/// filter_bank does.
template <backend B>
std::string filters_name(basic_model<B>& m, int bank = 0)
{
    filter_bank<B> const filters{m, bank}; // throws for a bank without filters
    return std::string{m.parameters().of(m.rows().bank(bank).first, 0)->name()};
}

/// Sets the filters of a bank to motifs, one for each unit, by filter_weights. For log_odds a pseudocount of
/// 0.01 is mixed in. Throws error where there are not as many motifs as units, and as filter_bank does.
///
///     auto const starts = filter_starts(jaspar, 12);              // 24 units
///     start_filters(m, std::span<motif const>{starts});
template <backend B>
void start_filters(basic_model<B>& m, std::span<motif const> starts,
                   filter_scale scale = filter_scale::centred, int bank = 0)
{
    filter_bank<B> const filters{m, bank};
    if (starts.size() != static_cast<std::size_t>(filters.units()))
        throw error{"expected motifs for " + std::to_string(filters.units()) + " units, found " +
                    std::to_string(starts.size())};
    std::vector<typename B::scalar> values;
    for (motif const& start : starts) {
        ppm p = start.probabilities;
        if (scale == filter_scale::log_odds)
            for (auto& c : p.columns)
                for (double& x : c) x = (x + 0.01) / 1.04;
        auto const weights = filter_weights(p, static_cast<std::size_t>(filters.width()), scale);
        values.insert(values.end(), weights.begin(), weights.end());
    }
    m.set_values(filters_name(m, bank), values);
}

/// How far training moved a filter.
struct moved_filter {
    double q = 1; ///< of the unit's motif compared with its start, by Tomtom's statistics over all starts
    bool hit{};   ///< whether any sequence activates it; else there is no motif that could be compared
    /// Whether the motif is no longer the one it began as, by the paper's criterion: q above 0.05.
    bool moved() const { return hit && q > 0.05; }
};

/// Compares every unit's motif with the one that it began as. Throws error where there are not as many motifs
/// as units.
///
///     model_insight const seen = look_into_all(m, part{data, rows});
///     auto const moved = moved_filters(seen, std::span<motif const>{starts});
inline std::vector<moved_filter> moved_filters(model_insight const& seen, std::span<motif const> starts)
{
    auto const& now = seen.motifs.motifs;
    if (now.size() != starts.size())
        throw error{"expected as many motifs as units, " + std::to_string(now.size()) + ", found " +
                    std::to_string(starts.size())};
    std::vector<moved_filter> out(now.size());
    for (std::size_t u = 0; u < out.size(); ++u) out[u].hit = seen.sequences[u] > 0;
    compare_each(std::span<motif const>{now}, starts, {},
                 [&](std::size_t u, std::vector<match> const& matches) {
                     for (match const& m : matches)
                         if (m.target == u) out[u].q = m.q;
                 });
    return out;
}

/// Writes a row for each unit: the unit, the motif that it began as, the q-value of its motif compared with
/// that one, whether it moved (yes, no, or nothing where it has no hits), the known motifs to which it is
/// similar now, the task with its largest importance, and that importance.
///
///     write_moved_filters("filters.tsv", seen, std::span<motif const>{starts}, moved, names, data.tasks());
inline void write_moved_filters(std::filesystem::path const& path, model_insight const& seen,
                                std::span<motif const> starts, std::vector<moved_filter> const& moved,
                                std::vector<std::string> const& names, std::vector<std::string> const& tasks)
{
    output_file out{path};
    out << "unit\tbegan_as\tq\tmoved\tnow_like\ttask\timportance\n";
    for (std::size_t u = 0; u < moved.size(); ++u) {
        std::size_t top = 0;
        double most = 0;
        for (std::size_t t = 0; t < tasks.size(); ++t) {
            double const x = seen.importances(static_cast<extent>(u), static_cast<extent>(t));
            if (std::abs(x) > std::abs(most)) most = x, top = t;
        }
        out << table_field(seen.motifs.motifs[u].name) << '\t' << table_field(spoken_name(starts[u])) << '\t';
        if (moved[u].hit)
            out << number_text(moved[u].q, 4) << '\t' << (moved[u].moved() ? "yes" : "no") << '\t';
        else out << "\t\t";
        out << table_field(names[u]) << '\t' << (most == 0 ? "" : table_field(tasks[top])) << '\t'
            << number_text(most, 6) << '\n';
    }
    out.commit();
}

} // namespace explainn::EXPLAINN_ABI
