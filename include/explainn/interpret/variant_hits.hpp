// Which units gain or lose a motif hit when a sequence is changed.
#pragma once
#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/activation_threshold.hpp>
#include <explainn/interpret/best_windows.hpp>

namespace explainn::EXPLAINN_ABI {

/// Two sequences that differ from one place on, each of the model's length.
struct changed_sequence {
    std::span<letter const> before, after;
    std::size_t place{};                       ///< the first base that may differ
    std::size_t bases_before{}, bases_after{}; ///< how many bases stand there before and after
};

/// The units, numbered over all banks, that gain or lose a hit.
struct changed_hits {
    std::vector<extent> gained, lost;
};

/// Finds units that have a hit among the windows with a changed base in only one of two sequences. A hit is a
/// window that activates a unit more than `share` of the unit's largest activation in the sequences that the
/// constructor is given, as in the making of filter motifs. Units without any activation have none.
///
/// Throws error where a bank does not begin with one filter a unit (filter_bank).
///
///     std::vector<letter> const before(200, 0), after(200, 1);
///     variant_hits<cpu<float>> changes{m, peaks};
///     std::vector<changed_sequence> const some{{before, after, 100, 1, 1}};
///     std::vector<changed_hits> const seen = changes(some);
template <backend B>
class variant_hits {
public:
    template <sequence_source Source>
    variant_hits(basic_model<B>& m, Source const& sequences, reading how = {}, double share = 0.5)
    {
        extent first = 0;
        for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
            activation const act = filter_bank<B>{m, bank}.act();
            banks_.push_back({std::make_unique<best_window_scan<B>>(m, how, bank), first, {}});
            auto& now = banks_.back();
            std::vector<double> largest(static_cast<std::size_t>(now.scan->units()),
                                        -std::numeric_limits<double>::infinity());
            (*now.scan)(sequences, [&](best_window_table const& some) {
                for (extent n = 0; n < some.sequences; ++n)
                    for (std::size_t u = 0; u < largest.size(); ++u)
                        largest[u] = std::max(largest[u], some(n, static_cast<extent>(u)).response);
            });
            for (double const x : largest) now.cut.push_back(response_cut(act, share, x));
            first += now.scan->units();
        }
    }

    /// The results for each change, in order. A result depends on nothing but its change.
    std::vector<changed_hits> operator()(std::span<changed_sequence const> changes)
    {
        std::vector<changed_hits> all(changes.size());
        for (auto& bank : banks_) look(bank, changes, all);
        return all;
    }

private:
    struct bank_of_hits {
        std::unique_ptr<best_window_scan<B>> scan;
        extent first{}; // number of its first unit
        std::vector<double> cut;
    };

    // Segments of the same length are scanned together. A segment holds all windows with a changed base and
    // no others.
    void look(bank_of_hits& bank, std::span<changed_sequence const> changes, std::vector<changed_hits>& all)
    {
        auto const width = static_cast<std::size_t>(bank.scan->width());
        std::map<std::size_t, std::vector<std::span<letter const>>> pieces;
        std::map<std::size_t, std::vector<std::size_t>> owners; // 2 x number of the change, + 1 for `after`
        for (std::size_t i = 0; i < changes.size(); ++i)
            for (std::size_t after = 0; after < 2; ++after) {
                changed_sequence const& c = changes[i];
                auto const whole = after != 0 ? c.after : c.before;
                std::size_t const begin = c.place - std::min(c.place, width - 1),
                                  end = std::min(whole.size(),
                                                 c.place + (after != 0 ? c.bases_after : c.bases_before) +
                                                     width - 1);
                pieces[end - begin].push_back(whole.subspan(begin, end - begin));
                owners[end - begin].push_back(2 * i + after);
            }
        std::size_t const units = bank.cut.size();
        std::vector<unsigned char> hit(2 * changes.size() * units);
        for (auto const& [length, some] : pieces) {
            if (length < width) continue;
            std::vector<letter> letters;
            for (auto const piece : some) letters.insert(letters.end(), piece.begin(), piece.end());
            auto const& owner = owners[length];
            (*bank.scan)(view<letter const, 2>{letters.data(), static_cast<extent>(some.size()),
                                               static_cast<extent>(length)},
                         [&](best_window_table const& best) {
                             for (extent n = 0; n < best.sequences; ++n)
                                 for (std::size_t u = 0; u < units; ++u)
                                     hit[owner[best.first + static_cast<std::size_t>(n)] * units + u] =
                                         best(n, static_cast<extent>(u)).response > bank.cut[u];
                         });
        }
        for (std::size_t i = 0; i < changes.size(); ++i)
            for (std::size_t u = 0; u < units; ++u) {
                bool const before = hit[2 * i * units + u] != 0, after = hit[(2 * i + 1) * units + u] != 0;
                if (before == after) continue;
                (after ? all[i].gained : all[i].lost).push_back(bank.first + static_cast<extent>(u));
            }
    }

    std::vector<bank_of_hits> banks_;
};

} // namespace explainn::EXPLAINN_ABI
