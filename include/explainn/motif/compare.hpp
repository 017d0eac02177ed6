// A fast version of Tomtom's comparison of motifs (Gupta et al. 2007; complete scores: Tanaka et al. 2011);
// compare_slowly.hpp computes the same by the definition.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/motif/column_scores.hpp>
#include <explainn/motif/match.hpp>
#include <explainn/motif/q_values.hpp>
#include <explainn/motif/range_tails.hpp>
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

// Motifs grouped by kind: motifs of one kind have the same columns and sites, so that one result serves all
// of them. Collections are often put together from files that overlap.
struct motif_kinds {
    std::vector<std::vector<std::uint32_t>> members; // motifs of each kind, in the order of the first ones

    explicit motif_kinds(std::span<motif const> motifs)
    {
        std::unordered_map<std::string_view, std::vector<std::uint32_t>> seen; // kinds by columns
        for (std::uint32_t i = 0; i < motifs.size(); ++i) {
            auto const& columns = motifs[i].probabilities.columns;
            auto& alike =
                seen[{reinterpret_cast<char const*>(columns.data()), columns.size() * sizeof(column)}];
            auto const kind = std::find_if(alike.begin(), alike.end(), [&](std::uint32_t k) {
                return motifs[members[k].front()].sites == motifs[i].sites;
            });
            if (kind != alike.end()) {
                members[*kind].push_back(i);
                continue;
            }
            alike.push_back(static_cast<std::uint32_t>(members.size()));
            members.push_back({i});
        }
    }
};

// targets of one kind on one strand
struct target_strand {
    std::uint32_t kind;
    std::uint32_t begin, width; // their columns
    bool reverse;
};

// everything that is the same for every query
struct comparison {
    compare_options options;
    background letters;
    std::size_t targets;
    motif_kinds kinds;
    std::vector<target_strand> strands;
    std::vector<std::uint32_t> name_rank;
    std::vector<bool> uniform;            // by kind
    std::vector<std::uint32_t> widths;    // distinct, ascending
    std::size_t copies = 1;               // targets of each kind, where all kinds have the same number
    std::vector<std::uint32_t> weights{}; // how many targets a column stands for, where kinds differ
    target_columns columns;

    comparison(std::span<motif const> all, compare_options const& o)
        : options{o}, letters{symmetric(o.background)}, targets{all.size()}, kinds{all}, columns{prepare(all)}
    {
        for (target_strand const& t : strands) widths.push_back(t.width);
        std::sort(widths.begin(), widths.end());
        widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
        std::vector<std::uint32_t> order(all.size());
        std::iota(order.begin(), order.end(), 0u);
        sort_places(order, [all](std::uint32_t a, std::uint32_t b) { return all[a].name < all[b].name; });
        name_rank.resize(all.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) name_rank[order[i]] = i;
        for (auto& members : kinds.members)
            std::sort(members.begin(), members.end(),
                      [this](std::uint32_t a, std::uint32_t b) { return name_rank[a] < name_rank[b]; });
        copies = kinds.members.front().size();
        if (std::all_of(kinds.members.begin(), kinds.members.end(),
                        [this](auto const& members) { return members.size() == copies; }))
            return;
        for (target_strand const& t : strands)
            weights.insert(weights.end(), t.width, static_cast<std::uint32_t>(kinds.members[t.kind].size()));
        copies = 1;
    }
    std::uint32_t const* column_weights() const { return weights.empty() ? nullptr : weights.data(); }

private:
    target_columns prepare(std::span<motif const> all_targets)
    {
        std::vector<column> all;
        std::vector<double> sites;
        for (std::uint32_t i = 0; i < kinds.members.size(); ++i) {
            motif const& target = all_targets[kinds.members[i].front()];
            ppm const p = smoothed(target, letters, options.pseudocount);
            uniform.push_back(is_uniform(p));
            auto const add = [&](ppm const& m, bool reverse) {
                strands.push_back({i, static_cast<std::uint32_t>(all.size()),
                                   static_cast<std::uint32_t>(m.width()), reverse});
                all.insert(all.end(), m.columns.begin(), m.columns.end());
                sites.insert(sites.end(), m.width(), target.sites);
            };
            add(p, false);
            if (options.both_strands) add(reverse_complement(p), true);
        }
        return target_columns{options.distance, all, sites, letters};
    }
};

// The sums of scores of all alignments of a target that is tw columns wide: sums[d] for offset d - (w - 1).
// `inside` points into an array of zeros, tw times -1, and zeros, which masks the entries of a row that
// belong to the target. Rows may be read up to w + 16 entries beyond the target on both sides; sums are
// written in blocks of 16.
EXPLAINN_MOTIF_INLINE void sum_alignments_body(std::int16_t const* scores, std::size_t stride, std::size_t w,
                                               std::size_t tw, std::int16_t const* inside, std::int16_t* sums)
{
    for (std::size_t d = 0; d < w + tw - 1; d += 16) {
        shorts16 sum{};
        auto j = static_cast<std::ptrdiff_t>(d) - static_cast<std::ptrdiff_t>(w - 1);
        std::int16_t const* row = scores;
        for (std::size_t i = 0; i < w; ++i, ++j, row += stride) {
            shorts16 s, own;
            std::memcpy(&s, row + j, sizeof s);
            std::memcpy(&own, inside + j, sizeof own);
            sum += s & own;
        }
        std::memcpy(sums + d, &sum, sizeof sum);
    }
}
#ifdef EXPLAINN_MOTIF_X86
EXPLAINN_MOTIF_AVX2 inline void sum_alignments_avx2(std::int16_t const* scores, std::size_t stride,
                                                    std::size_t w, std::size_t tw, std::int16_t const* inside,
                                                    std::int16_t* sums)
{
    sum_alignments_body(scores, stride, w, tw, inside, sums);
}
#endif
inline void sum_alignments(std::int16_t const* scores, std::size_t stride, std::size_t w, std::size_t tw,
                           std::int16_t const* inside, std::int16_t* sums)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return sum_alignments_avx2(scores, stride, w, tw, inside, sums);
#endif
    sum_alignments_body(scores, stride, w, tw, inside, sums);
}

// the best alignment of one target on one strand so far
struct best_alignment {
    long score = 0; // with complete scores: how far it is above the score of unaligned columns
    double p = 2;
    std::int32_t offset = 0;
    std::uint32_t overlap = 0;
};

// compares one query after another; one per thread
class comparer {
public:
    explicit comparer(comparison const& c)
        : c_{c},
          columns_of_targets_{c.weights.empty()
                                  ? c.columns.count * c.copies
                                  : std::accumulate(c.weights.begin(), c.weights.end(), std::size_t{0})}
    {
    }

    std::vector<match> compare(motif const& m, std::uint32_t query)
    {
        ppm const q = smoothed(m, c_.letters, c_.options.pseudocount);
        w_ = q.width();
        score_columns(q, m.sites);
        best_.assign(c_.strands.size(), {});
        p_.assign(c_.strands.size(), 1.0);
        if (c_.options.complete_scores) complete();
        else incomplete();
        bool const uniform = is_uniform(q);
        for (std::size_t s = 0; s < p_.size(); ++s)
            if (uniform || c_.uniform[c_.strands[s].kind]) p_[s] = 1;
        return ranked(query);
    }

private:
    static constexpr std::size_t slack = widest_query + 16; // readable entries on both sides of a row

    // how many columns are aligned at offset (query column under the target's first column = -offset)
    std::size_t overlap_at(std::size_t tw, std::size_t d) const
    {
        return std::min({d + 1, w_ + tw - 1 - d, w_, tw});
    }
    std::size_t least_overlap(std::size_t tw) const
    {
        return std::min({std::max<std::size_t>(c_.options.min_overlap, 1), w_, tw});
    }

    // whole scores 0..100 of every query column against every target column, and their null shares
    void score_columns(ppm const& q, double sites)
    {
        auto const n = c_.columns.count;
        std::size_t const padded = (n + 7) / 8 * 8;
        raw_.resize(w_ * padded);
        median_.assign(w_, 0.0);
        double least = std::numeric_limits<double>::infinity(), most = -least;
        auto const d = c_.options.distance;
        // works on four query columns at a time, so that the targets' numbers stay in the cache
        constexpr std::size_t together = 4, chunk = 512;
        for (std::size_t from = 0; from < w_; from += together) {
            std::size_t const to = std::min(from + together, w_);
            least_most ranges[together];
            for (least_most& r : ranges) r = {1e300, -1e300};
            for (std::size_t begin = 0; begin < n; begin += chunk)
                for (std::size_t i = from; i < to; ++i) {
                    auto const part = raw_scores(d, c_.columns, q.columns[i], sites, c_.letters, begin,
                                                 std::min(begin + chunk, n), raw_.data() + i * padded);
                    auto& r = ranges[i - from];
                    r = {std::min(r.least, part.least), std::max(r.most, part.most)};
                }
            for (std::size_t i = from; i < to; ++i) {
                auto const range = ranges[i - from];
                if (c_.options.complete_scores) {
                    ranks_.read(raw_.data() + i * padded, n, range, c_.column_weights());
                    std::size_t const all = columns_of_targets_;
                    std::size_t const k1 = (std::max<std::size_t>(all / 2, 1) - 1) / c_.copies;
                    std::size_t const k2 = (std::max<std::size_t>((all + 1) / 2, 1) - 1) / c_.copies;
                    double const low = score_of_raw(d, ranks_.find(k1));
                    double const high = k2 == k1 ? low : score_of_raw(d, ranks_.find(k2));
                    median_[i] = 0.5 * (low + high);
                }
                least = std::min(least, score_of_raw(d, range.least) - median_[i]);
                most = std::max(most, score_of_raw(d, range.most) - median_[i]);
            }
        }
        if (most == least) least = most - 1;
        double const from = std::floor(least), scale = std::floor(100 / (most - from));
        nothing_ = static_cast<long>(from * scale);
        stride_ = padded + 2 * slack;
        scores_.resize(w_ * stride_);
        nulls_.resize(w_);
        for (std::size_t i = 0; i < w_; ++i) {
            std::int16_t* const row = scores_.data() + i * stride_ + slack;
            std::fill(row - slack, row, std::int16_t{0});
            whole_scores(d == column_distance::euclidean, raw_.data() + i * padded, n, from + median_[i],
                         scale, row);
            std::fill(row + n, row + stride_ - slack, std::int16_t{0});
            nulls_[i].count(row, n, c_.column_weights());
        }
    }

    // sums of all alignments of one target strand
    void sum(target_strand const& t)
    {
        if (inside_width_ != t.width) {
            inside_.assign(2 * slack + t.width, 0);
            std::fill_n(inside_.begin() + slack, t.width, std::int16_t{-1});
            inside_width_ = t.width;
        }
        sums_.resize(w_ + t.width + 16);
        sum_alignments(scores_.data() + slack + t.begin, stride_, w_, t.width, inside_.data() + slack,
                       sums_.data());
    }

    void complete()
    {
        std::vector<std::int16_t> unaligned; // what an alignment subtracts for the columns it covers
        std::size_t table_width = 0;
        for (std::size_t s = 0; s < c_.strands.size(); ++s) {
            auto const tw = c_.strands[s].width;
            std::size_t const n = w_ + tw - 1;
            if (table_width != tw) {
                unaligned.resize(n);
                for (std::size_t d = 0; d < n; ++d)
                    unaligned[d] = static_cast<std::int16_t>(static_cast<long>(overlap_at(tw, d)) * nothing_);
                table_width = tw;
            }
            sum(c_.strands[s]);
            std::size_t const from = least_overlap(tw) - 1;
            std::int16_t best = std::numeric_limits<std::int16_t>::min();
            std::int16_t* const sums = sums_.data();
            for (std::size_t d = from; d < n - from; ++d) {
                sums[d] = static_cast<std::int16_t>(sums[d] + unaligned[d]);
                best = std::max(best, sums[d]);
            }
            std::size_t at = from, best_overlap = 0;
            for (std::size_t d = from; d < n - from; ++d) {
                if (sums[d] != best) continue;
                std::size_t const overlap = overlap_at(tw, d);
                if (overlap <= best_overlap) continue;
                at = d;
                best_overlap = overlap;
            }
            best_[s] = {best, 2, static_cast<std::int32_t>(at) - static_cast<std::int32_t>(w_ - 1),
                        static_cast<std::uint32_t>(best_overlap)};
        }
        tails_of_best();
    }

    // P(the best alignment scores >= k) for each target width, over all alignments on both strands
    void tails_of_best()
    {
        long low = std::numeric_limits<long>::max(), high = std::numeric_limits<long>::min();
        for (auto const& b : best_) {
            low = std::min(low, b.score);
            high = std::max(high, b.score);
        }
        auto const n = static_cast<std::size_t>(high - low + 1);
        std::size_t const stride = (n + 7) / 8 * 8;
        // chances for k = low..high: whole[l] for end ranges of at most l columns, middle[l] for inner ranges
        // of l
        ends_.assign((w_ + 1) * stride, 0.0);
        middles_.assign((w_ + 1) * stride, 0.0);
        piece_.assign(stride, 0.0);
        std::vector<long> need(w_ + 1);
        for (std::size_t l = 0; l <= w_; ++l) need[l] = low - static_cast<long>(l) * nothing_;
        tails_.walk(
            nulls_, need, [&](std::size_t first, std::size_t last, double const* tail, long from, long to) {
                std::size_t const l = last - first + 1;
                // the tail is 1 below `from` and 0 above `to`
                auto const place = [&](long x) { return std::clamp(x - need[l], 0L, high - low + 1); };
                auto const begin = piece_.begin();
                std::fill(begin, begin + place(from), 1.0);
                if (place(from) < place(to + 1))
                    std::copy(tail + (need[l] + place(from)), tail + (need[l] + place(to + 1)),
                              begin + place(from));
                std::fill(begin + place(to + 1), begin + static_cast<std::ptrdiff_t>(n), 0.0);
                bool const end = first == 0 || last == w_ - 1;
                either(piece_.data(), stride, (end ? ends_ : middles_).data() + l * stride);
            });
        for (std::size_t l = 2; l < w_; ++l)
            either(ends_.data() + (l - 1) * stride, stride, ends_.data() + l * stride);

        // the whole query counts once for each of its places inside a wider target
        std::vector<double> const whole(ends_.begin() + static_cast<std::ptrdiff_t>(w_ * stride),
                                        ends_.begin() + static_cast<std::ptrdiff_t>((w_ + 1) * stride));
        std::vector<double> wide(stride, 0.0);
        if (w_ > 1)
            std::copy_n(ends_.begin() + static_cast<std::ptrdiff_t>((w_ - 1) * stride), stride, wide.begin());
        std::size_t wide_width = w_ - 1;
        std::vector<std::vector<double>> of_width(c_.widths.empty() ? 0 : c_.widths.back() + 1);
        for (std::uint32_t const tw : c_.widths) {
            auto& chance = of_width[tw];
            if (tw < w_) {
                chance.assign(middles_.begin() + static_cast<std::ptrdiff_t>(tw * stride),
                              middles_.begin() + static_cast<std::ptrdiff_t>((tw + 1) * stride));
                either(ends_.data() + tw * stride, stride, chance.data());
            } else {
                // combines the same chance once for each further place, by repeated squaring
                std::size_t const places = tw - wide_width;
                std::vector<double> power = whole;
                for (std::size_t left = places; left != 0; left /= 2) {
                    if (left % 2 != 0) either(power.data(), stride, wide.data());
                    std::vector<double> const same = power;
                    either(same.data(), stride, power.data());
                }
                wide_width = tw;
                chance = wide;
            }
            if (c_.options.both_strands) {
                std::vector<double> const same = chance;
                either(same.data(), stride, chance.data());
            }
        }
        for (std::size_t s = 0; s < best_.size(); ++s)
            p_[s] =
                std::min(of_width[c_.strands[s].width][static_cast<std::size_t>(best_[s].score - low)], 1.0);
    }

    void incomplete()
    {
        // sums of all alignments of all targets
        std::vector<std::size_t> begin(c_.strands.size());
        std::size_t total = 0;
        for (std::size_t s = 0; s < begin.size(); ++s) {
            begin[s] = total;
            total += w_ + c_.strands[s].width - 1;
        }
        std::vector<std::int16_t> sums(total);
        for (std::size_t s = 0; s < begin.size(); ++s) {
            sum(c_.strands[s]);
            std::copy_n(sums_.begin(), w_ + c_.strands[s].width - 1,
                        sums.begin() + static_cast<std::ptrdiff_t>(begin[s]));
        }
        std::vector<long> const need(w_ + 1, std::numeric_limits<long>::min() / 2);
        tails_.walk(
            nulls_, need, [&](std::size_t first, std::size_t last, double const* tail, long from, long to) {
                std::size_t const l = last - first + 1;
                for (std::size_t s = 0; s < begin.size(); ++s) {
                    std::size_t const tw = c_.strands[s].width;
                    bool const at_start = first == 0, at_end = last == w_ - 1;
                    if (l < least_overlap(tw) || l > tw || (l != tw && !at_start && !at_end)) continue;
                    // query columns under the target's first column: one, or several where the whole query
                    // lies inside
                    auto low = static_cast<long>(first), high = low;
                    if (at_start) low = static_cast<long>(l) - static_cast<long>(tw);
                    if (at_start && !at_end) high = low;
                    for (long at = high; at >= low; --at) {
                        auto const d = static_cast<std::size_t>(static_cast<long>(w_) - 1 - at);
                        long const score = sums[begin[s] + d];
                        double const p = score > to ? 0 : score < from ? 1 : tail[score];
                        auto& best = best_[s];
                        auto const offset = static_cast<std::int32_t>(-at);
                        auto const overlap = static_cast<std::uint32_t>(l);
                        bool const better = p < best.p || (p == best.p && overlap > best.overlap) ||
                                            (p == best.p && overlap == best.overlap && offset < best.offset);
                        if (better) best = {score, p, offset, overlap};
                    }
                }
            });
        double const strands = c_.options.both_strands ? 2 : 1;
        for (std::size_t s = 0; s < best_.size(); ++s) {
            std::size_t const tw = c_.strands[s].width;
            auto const tried = static_cast<double>(w_ + tw - 1 - 2 * (least_overlap(tw) - 1));
            p_[s] = best_[s].p >= 1 ? 1 : -std::expm1(tried * strands * std::log1p(-best_[s].p));
        }
    }

    // the targets, best first: kinds are sorted, then targets of equally good kinds are sorted by name
    std::vector<match> ranked(std::uint32_t query)
    {
        struct place {
            std::uint64_t p, rest;
            std::uint32_t strand;
            bool operator==(place const& o) const { return p == o.p && rest == o.rest; }
        };
        std::vector<place> order(p_.size());
        for (std::uint32_t s = 0; s < order.size(); ++s)
            order[s] = {std::bit_cast<std::uint64_t>(ranking_p(p_[s])),
                        std::uint64_t{0xffff - std::min(best_[s].overlap, 0xffffu)} << 1 |
                            std::uint64_t{c_.strands[s].reverse},
                        s};
        std::sort(order.begin(), order.end(),
                  [](place const& a, place const& b) { return a.p != b.p ? a.p < b.p : a.rest < b.rest; });
        struct ranked_target {
            std::uint32_t target, strand;
        };
        std::size_t const all = c_.options.both_strands ? 2 * c_.targets : c_.targets;
        std::vector<ranked_target> targets;
        targets.reserve(all);
        for (std::size_t i = 0; i < order.size();) {
            std::size_t const first = targets.size();
            std::size_t end = i;
            for (; end < order.size() && order[end] == order[i]; ++end)
                for (std::uint32_t const t : c_.kinds.members[c_.strands[order[end].strand].kind])
                    targets.push_back({t, order[end].strand});
            if (end - i > 1)
                std::sort(targets.begin() + static_cast<std::ptrdiff_t>(first), targets.end(),
                          [this](ranked_target const& a, ranked_target const& b) {
                              return c_.name_rank[a.target] < c_.name_rank[b.target];
                          });
            i = end;
        }
        std::vector<double> sorted(targets.size());
        for (std::size_t i = 0; i < targets.size(); ++i) sorted[i] = p_[targets[i].strand];
        if (!std::is_sorted(sorted.begin(), sorted.end())) // all but ties in single precision
            std::sort(sorted.begin(), sorted.end());
        auto const q = q_values_of_sorted(sorted, estimate_pi0(sorted));
        std::vector<bool> seen(c_.targets);
        std::vector<match> kept;
        kept.reserve(c_.targets);
        for (std::size_t i = 0; i < targets.size(); ++i) {
            auto const [target, s] = targets[i];
            if (seen[target]) continue;
            seen[target] = true;
            kept.push_back({query, target, best_[s].offset, best_[s].overlap, c_.strands[s].reverse, p_[s],
                            p_[s] * static_cast<double>(c_.targets), q[i]});
        }
        return kept;
    }

    comparison const& c_;
    std::size_t columns_of_targets_ = 0; // on the strands that are read
    std::size_t w_ = 0, stride_ = 0;
    long nothing_ = 0; // a whole score of 0 in units of the shifted score
    std::vector<double> raw_, median_, p_, ends_, middles_, piece_;
    std::vector<std::int16_t> scores_, sums_, inside_;
    std::size_t inside_width_ = 0;
    std::vector<column_null> nulls_;
    std::vector<best_alignment> best_;
    range_tails tails_;
    rank_finder ranks_;
};

} // namespace detail

/// Compares as compare_motifs does and calls each(query, matches) once for every query, with its index and
/// its matches, the best first. The calls come from the threads that compare, in no fixed order, so that the
/// whole table is never in memory. An exception of `each` ends the comparison and is thrown again.
///
///     compare_each(filters, jaspar, {}, [&](std::size_t i, std::vector<match> const& matches) {
///         best[i] = matches.front();
///     });
template <class Each>
void compare_each(std::span<motif const> queries, std::span<motif const> targets,
                  compare_options const& options, Each&& each)
{
    if (queries.empty() || targets.empty()) return;
    if (!(options.pseudocount >= 0))
        throw error{"expected a pseudocount of at least 0, found " + std::to_string(options.pseudocount)};
    for (motif const& m : queries)
        if (m.width() > widest_query)
            throw error{"motif " + m.name + ": expected at most " + std::to_string(widest_query) +
                        " columns in a query, found " + std::to_string(m.width())};
    bool const logs =
        options.distance == column_distance::kullback || options.distance == column_distance::allr;
    if (logs && options.pseudocount == 0) {
        for (auto const motifs : {queries, targets})
            for (motif const& m : motifs)
                for (column const& c : m.probabilities.columns)
                    if (std::find(c.begin(), c.end(), 0.0) != c.end())
                        throw error{"motif " + m.name +
                                    " holds a probability of 0: kullback and allr expect a "
                                    "pseudocount above 0, found 0"};
    }
    detail::comparison const prepared{targets, options};
    detail::motif_kinds const kinds{queries};
    std::size_t const threads = std::min(thread_count(options.threads), kinds.members.size());
    std::vector<std::unique_ptr<detail::comparer>> workers(threads);
    for_each_item(kinds.members.size(), threads, [&](std::size_t i, std::size_t worker) {
        if (!workers[worker]) workers[worker] = std::make_unique<detail::comparer>(prepared);
        auto const& same = kinds.members[i]; // queries of one kind have the same matches
        auto matches = workers[worker]->compare(queries[same.front()], same.front());
        for (std::size_t k = 1; k < same.size(); ++k) {
            auto copy = matches;
            for (match& m : copy) m.query = same[k];
            each(std::size_t{same[k]}, std::move(copy));
        }
        each(std::size_t{same.front()}, std::move(matches));
    });
}

/// Compares every query with every target as MEME's tomtom does: columns are scored, sums of scores get exact
/// p-values under the null model of random target columns, and the best of all offsets and strands is kept. A
/// uniform motif, query or target, has p = 1. Any number of threads gives the same table. Throws error on an
/// empty motif or one with impossible numbers, a query wider than widest_query, or a pseudocount of 0 where
/// the distance takes logarithms of 0.
///
///     auto const table = compare_motifs(filters, jaspar);
///     for (match const& m : table[0]) if (m.q <= 0.05) std::cout << jaspar[m.target].name << '\n';
inline match_table compare_motifs(std::span<motif const> queries, std::span<motif const> targets,
                                  compare_options const& options = {})
{
    match_table table(queries.size());
    compare_each(queries, targets, options,
                 [&](std::size_t i, std::vector<match>&& matches) { table[i] = std::move(matches); });
    return table;
}

} // namespace explainn::EXPLAINN_ABI
