// Counts to probabilities to log-odds and back; information, reverse complement, trimming, padding.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/motif.hpp>

namespace explainn::EXPLAINN_ABI {

/// The sum of the four numbers.
inline double total(column const& c) { return c[0] + c[1] + c[2] + c[3]; }

/// The shares of the counts after `pseudocount` sites of the background are mixed in: (n_b + k q_b) / (n +
/// k). Throws error where a column has no counts and no pseudocount.
///
///     ppm const p = to_ppm(counts, 0.8, background{});
inline ppm to_ppm(pfm const& counts, double pseudocount, background const& bg)
{
    ppm out;
    out.columns.reserve(counts.width());
    for (column const& n : counts.columns) {
        double const all = total(n) + pseudocount;
        if (!(all > 0))
            throw error{"expected counts in every column, found none in column " +
                        std::to_string(out.width() + 1)};
        column p{};
        for (std::size_t b = 0; b < 4; ++b) p[b] = (n[b] + pseudocount * bg.frequencies[b]) / all;
        out.columns.push_back(p);
    }
    return out;
}

/// Probabilities times `sites`.
inline pfm to_pfm(ppm const& p, double sites)
{
    pfm out{p.columns};
    for (column& n : out.columns)
        for (double& x : n) x *= sites;
    return out;
}

/// The probabilities after `pseudocount` sites of the background are added to `sites`: (n p_b + k q_b) / (n +
/// k). With `sites` 0 and a positive pseudocount the result is the background alone.
inline ppm with_pseudocount(ppm const& p, double sites, double pseudocount, background const& bg)
{
    if (pseudocount == 0) return p;
    return to_ppm(to_pfm(p, sites), pseudocount, bg);
}

/// log2(p_b / q_b). A probability of 0 gives -infinity, so mix a pseudocount in first. Throws error for a
/// background frequency that is not positive.
///
///     pwm const w = to_pwm(with_pseudocount(p, 20, 0.1, bg), bg);
inline pwm to_pwm(ppm const& p, background const& bg)
{
    for (double const q : bg.frequencies)
        if (!(q > 0)) throw error{"expected a background of positive frequencies, found one that is not"};
    pwm out{p.columns};
    for (column& c : out.columns)
        for (std::size_t b = 0; b < 4; ++b) c[b] = std::log2(c[b] / bg.frequencies[b]);
    return out;
}

/// The probabilities that log-odds against a background stand for: q_b 2^w_b, scaled to add up to 1 (so that
/// any finite weights give probabilities).
inline ppm to_ppm(pwm const& weights, background const& bg)
{
    ppm out{weights.columns};
    for (column& c : out.columns) {
        double const top = *std::max_element(c.begin(), c.end());
        for (std::size_t b = 0; b < 4; ++b) c[b] = bg.frequencies[b] * std::exp2(c[b] - top);
        double const sum = total(c);
        for (double& x : c) x /= sum;
    }
    return out;
}

/// By how many bits the entropy of a column is underestimated when it comes from `sites` sequences (Schneider
/// et al. 1986): 3 / (2 ln 2 sites); 0 where the number of sites is not known.
inline double small_sample_correction(double sites)
{
    return sites > 0 ? 3.0 / (2.0 * std::numbers::ln2 * sites) : 0.0;
}

/// Bits of a column: 2 + sum p log2 p, less the small-sample correction if `sites` is given; never below 0.
///
///     information({1, 0, 0, 0})                   // 2
inline double information(column const& p, double sites = 0)
{
    double bits = 2;
    for (double const x : p)
        if (x > 0) bits += x * std::log2(x);
    return std::max(0.0, bits - small_sample_correction(sites));
}

/// Bits of every column.
inline std::vector<double> information(ppm const& p, double sites = 0)
{
    std::vector<double> bits;
    bits.reserve(p.width());
    for (column const& c : p.columns) bits.push_back(information(c, sites));
    return bits;
}

/// Kullback-Leibler divergence of a column from the background, in bits.
inline double relative_entropy(column const& p, background const& bg)
{
    double bits = 0;
    for (std::size_t b = 0; b < 4; ++b)
        if (p[b] > 0) bits += p[b] * std::log2(p[b] / bg.frequencies[b]);
    return bits;
}

/// The matrix read from the other strand: columns from last to first, A exchanged with T and C with G.
template <class Kind>
detail::motif_matrix<Kind> reverse_complement(detail::motif_matrix<Kind> m)
{
    std::reverse(m.columns.begin(), m.columns.end());
    for (column& c : m.columns) std::reverse(c.begin(), c.end());
    return m;
}

/// The motif read from the other strand; names and notes stay.
inline motif reverse_complement(motif m)
{
    m.probabilities = reverse_complement(std::move(m.probabilities));
    if (m.counts) m.counts = reverse_complement(*std::move(m.counts));
    return m;
}

/// `count` columns from `first` on; columns outside the matrix are left out.
template <class Kind>
detail::motif_matrix<Kind> columns_of(detail::motif_matrix<Kind> const& m, std::size_t first,
                                      std::size_t count)
{
    auto const begin = m.columns.begin();
    first = std::min(first, m.width());
    count = std::min(count, m.width() - first);
    return {{begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(first + count)}};
}

/// The columns from the first to the last that hold at least `bits` of information: {first, count}; count is
/// 0 if there is none.
inline std::pair<std::size_t, std::size_t> informative_columns(ppm const& p, double bits)
{
    std::size_t first = 0;
    std::size_t end = p.width();
    while (first < end && information(p.columns[first]) < bits) ++first;
    while (end > first && information(p.columns[end - 1]) < bits) --end;
    return {first, end - first};
}

/// The motif without the columns at both ends that hold less than `bits`; a motif without information becomes
/// empty.
inline ppm trim(ppm const& p, double bits)
{
    auto const [first, count] = informative_columns(p, bits);
    return columns_of(p, first, count);
}

/// The motif trimmed in this way, its counts too.
inline motif trim(motif m, double bits)
{
    auto const [first, count] = informative_columns(m.probabilities, bits);
    m.probabilities = columns_of(m.probabilities, first, count);
    if (m.counts) m.counts = columns_of(*m.counts, first, count);
    return m;
}

/// The motif with `left` and `right` background columns added at its ends.
inline ppm pad(ppm p, std::size_t left, std::size_t right, background const& bg = {})
{
    p.columns.insert(p.columns.begin(), left, bg.frequencies);
    p.columns.insert(p.columns.end(), right, bg.frequencies);
    return p;
}

/// The counts of a motif: those that its file gave; else probabilities times its number of sites. A column
/// of such counts that are whole numbers but for rounding (six decimals of probability) gets these whole
/// numbers. Throws error if neither is known.
inline pfm counts_of(motif const& m)
{
    if (m.counts) return *m.counts;
    if (!(m.sites > 0)) throw error{"expected a motif with counts or a number of sites, found " + m.name};
    pfm out = to_pfm(m.probabilities, m.sites);
    double const near = std::min(2e-6 * m.sites, 0.05);
    for (column& c : out.columns) {
        bool const whole =
            std::all_of(c.begin(), c.end(), [near](double x) { return std::abs(x - std::round(x)) <= near; });
        if (whole)
            for (double& x : c) x = std::round(x);
    }
    return out;
}

} // namespace explainn::EXPLAINN_ABI
