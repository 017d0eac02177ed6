// Seqlets: short stretches of sequences whose attributions stand out from what chance gives.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/attributions.hpp>

namespace explainn::EXPLAINN_ABI {

/// How seqlets are found; the widths and the rate are those of tfmodisco-lite.
struct seqlet_options {
    extent window = 21;        ///< bases whose contributions are summed
    extent flank = 10;         ///< bases that a seqlet has on either side of its window
    double rate = 0.2;         ///< false-discovery rate of windows
    double least_share = 0.03; ///< of all windows, at least, that stand out, whatever the rate says
    double most_share = 0.2;   ///< of the windows, at most, that may stand out on either side
    std::size_t most = 3000;   ///< seqlets of either sign: those of the largest sums
};

/// A window that stands out, with its flanks; parts beyond a sequence count as zeros.
struct seqlet {
    std::size_t row{}; ///< of the attributed sequences
    extent start{};    ///< of the first flank; may be below 0
    double sum{};      ///< of the contributions of its window
    friend bool operator==(seqlet const&, seqlet const&) = default;
};

/// Seqlets that raise the logit and those that lower it, each the largest first, and the sums beyond which
/// windows stand out (infinite where none does).
struct found_seqlets {
    std::vector<seqlet> positive, negative;
    double above = std::numeric_limits<double>::infinity(), below = -std::numeric_limits<double>::infinity();
};

namespace detail {

/// The middle of the shortest interval that holds half of the numbers, which are in ascending order: where
/// most of them lie.
inline double middle_of_half(std::vector<double> const& sorted)
{
    std::size_t const half = (sorted.size() + 1) / 2;
    double shortest = std::numeric_limits<double>::infinity(), middle = sorted.front();
    for (std::size_t i = 0; i + half <= sorted.size(); ++i)
        if (double const width = sorted[i + half - 1] - sorted[i]; width < shortest) {
            shortest = width;
            middle = sorted[i] + width / 2;
        }
    return middle;
}
/// The least distance from 0 at which the false-discovery rate of larger distances is low enough, of `all`
/// windows; infinite where there is none. `distances` are in ascending order; chance gives an exponential
/// distribution with the steepest slope that one of their percentiles 5, 10, ... 95 fits.
inline double distance_that_stands_out(std::vector<double> const& distances, std::size_t all,
                                       seqlet_options const& how)
{
    double slope = 0;
    auto const count = static_cast<double>(distances.size());
    for (int percentile = 5; percentile < 100; percentile += 5) {
        double const share = percentile / 100.0;
        double const at = distances[static_cast<std::size_t>(share * (count - 1))];
        if (at > 0) slope = std::max(slope, -std::log(1 - share) / at);
    }
    double found = std::numeric_limits<double>::infinity();
    if (slope == 0) return found;
    for (std::size_t i = distances.size(); i-- > 0;) {
        auto const beyond = static_cast<double>(distances.size() - i);
        if (beyond > how.most_share * static_cast<double>(all)) break;
        if (count * std::exp(-slope * distances[i]) <= how.rate * beyond) found = distances[i];
    }
    return found;
}
/// Where too few windows stand out, moves both cuts to the magnitude that enough of them have.
inline void lower_to_least_share(std::vector<double> const& sums, seqlet_options const& how,
                                 found_seqlets& found)
{
    std::size_t passing = 0;
    std::vector<double> magnitudes;
    for (double const x : sums) {
        passing += x >= found.above || x <= found.below;
        magnitudes.push_back(std::abs(x));
    }
    auto const least = static_cast<std::size_t>(how.least_share * static_cast<double>(sums.size()));
    if (passing >= least || least == 0) return;
    std::ranges::sort(magnitudes);
    found.above = magnitudes[magnitudes.size() - least];
    found.below = -found.above;
}
/// Sums of contributions of all windows of one sequence.
inline std::vector<double> window_sums(std::span<float const> contributions, extent window)
{
    std::vector<double> sums;
    for (std::size_t i = 0; i + static_cast<std::size_t>(window) <= contributions.size(); ++i) {
        double sum = 0;
        for (std::size_t k = i; k < i + static_cast<std::size_t>(window); ++k)
            sum += static_cast<double>(contributions[k]);
        sums.push_back(sum);
    }
    return sums;
}

} // namespace detail

/// Finds seqlets as TF-MoDISco does (Shrikumar et al. 2018): sums of contributions in sliding windows are
/// compared with what a Laplace distribution gives, whose middle is where most sums lie and whose two slopes
/// fit their percentiles; of the windows beyond the sums at which the false-discovery rate is low enough, the
/// largest are taken first, and each takes the place of those around it (half a window and a flank). Where
/// fewer than `least_share` of the windows stand out, so many of the largest magnitude do, as in
/// tfmodisco-lite, because the attributions of many models have long tails; with 0, nothing is found where
/// nothing stands out. Throws error for an output that there is not and for sequences shorter than a window.
///
///     found_seqlets const found = find_seqlets(attributed, 0);
inline found_seqlets find_seqlets(attributed_sequences const& of, extent k, seqlet_options const& how = {})
{
    if (k < 0 || k >= of.count())
        throw error{"expected an attributed output from 0 to " + std::to_string(of.count() - 1) + ", found " +
                    std::to_string(k)};
    if (how.window < 1 || how.flank < 0 || of.length < how.window)
        throw error{"expected windows of 1 to " + std::to_string(of.length) +
                    " bases and flanks of 0 and more, found " + std::to_string(how.window) + " and " +
                    std::to_string(how.flank)};
    std::vector<double> all;
    for (extent n = 0; n < of.sequences; ++n) {
        auto const sums = detail::window_sums(of.of(n, k), how.window);
        all.insert(all.end(), sums.begin(), sums.end());
    }
    found_seqlets found;
    if (all.empty()) return found;
    std::ranges::sort(all);
    double const middle = detail::middle_of_half(all);
    std::vector<double> up, down;
    for (double const x : all) {
        if (x >= middle) up.push_back(x - middle);
        if (x <= middle) down.push_back(middle - x);
    }
    std::ranges::reverse(down);
    if (!up.empty()) found.above = middle + detail::distance_that_stands_out(up, all.size(), how);
    if (!down.empty()) found.below = middle - detail::distance_that_stands_out(down, all.size(), how);
    detail::lower_to_least_share(all, how, found);
    for (extent n = 0; n < of.sequences; ++n) {
        auto const sums = detail::window_sums(of.of(n, k), how.window);
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < sums.size(); ++i)
            if ((sums[i] >= found.above && sums[i] > 0) || (sums[i] <= found.below && sums[i] < 0))
                order.push_back(i);
        sort_places(order,
                    [&](std::size_t a, std::size_t b) { return std::abs(sums[a]) > std::abs(sums[b]); });
        std::vector<char> taken(sums.size());
        auto const around = static_cast<std::size_t>(how.window / 2 + how.flank);
        for (std::size_t const i : order) {
            if (taken[i]) continue;
            std::fill(taken.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, around)),
                      taken.begin() + static_cast<std::ptrdiff_t>(std::min(i + around + 1, taken.size())), 1);
            (sums[i] > 0 ? found.positive : found.negative)
                .push_back({static_cast<std::size_t>(n), static_cast<extent>(i) - how.flank, sums[i]});
        }
    }
    for (auto* const some : {&found.positive, &found.negative}) {
        sort_keeping_order(
            *some, [](seqlet const& a, seqlet const& b) { return std::abs(a.sum) > std::abs(b.sum); });
        if (some->size() > how.most) some->resize(how.most);
    }
    return found;
}

/// The bases of a stretch of a sequence and what each contributes.
struct seqlet_values {
    std::vector<letter> bases; ///< N beyond the sequence
    std::vector<float> values; ///< 0 at an N

    /// The same read on the other strand.
    seqlet_values reversed() const
    {
        seqlet_values other{{bases.rbegin(), bases.rend()}, {values.rbegin(), values.rend()}};
        for (letter& x : other.bases)
            if (x < letter_n) x = static_cast<letter>(3 - x);
        return other;
    }
};

/// Cuts `width` bases out of attributed sequences, from `start` of sequence `row` on.
///
///     seqlet_values const here = cut_out(attributed, 0, seqlets.positive[0].row, seqlets.positive[0].start,
///     41);
inline seqlet_values cut_out(attributed_sequences const& of, extent k, std::size_t row, extent start,
                             extent width)
{
    seqlet_values cut;
    auto const letters = of.letters_of(static_cast<extent>(row));
    auto const values = of.of(static_cast<extent>(row), k);
    for (extent l = start; l < start + width; ++l) {
        bool const inside = l >= 0 && l < of.length && letters[static_cast<std::size_t>(l)] < letter_n;
        cut.bases.push_back(inside ? letters[static_cast<std::size_t>(l)] : letter_n);
        cut.values.push_back(inside ? values[static_cast<std::size_t>(l)] : 0.0f);
    }
    return cut;
}

} // namespace explainn::EXPLAINN_ABI
