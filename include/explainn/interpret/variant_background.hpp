// Random variants of the same regions, and the rank of a variant's effect among their effects.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/variant_windows.hpp>

namespace explainn::EXPLAINN_ABI {

/// A random sample of variants, by place, from a stream of any length, in which each has the same chance
/// (reservoir sampling, Vitter 1985, algorithm R). Memory depends only on the size of the sample.
///
///     variant_file calls{"calls.vcf"};
///     variant_sample sample{1000, seed{1}};
///     for (variant v; calls.next(v);) sample.add(v);
class variant_sample {
public:
    variant_sample(std::size_t most, seed s) : most_{most}, draw_{s, stream::variants, 0} {}

    /// Adds a variant, of which the place and REF are kept.
    void add(variant const& v)
    {
        std::size_t at = places_.size();
        ++seen_;
        if (at < most_) places_.emplace_back();
        else at = draw_.below(static_cast<std::uint32_t>(std::min<std::uint64_t>(seen_, 0xFFFFFFFFu)));
        if (at >= most_) return;
        places_[at] = {v.contig, v.position, ".", v.reference, {}, v.line};
    }
    std::span<variant const> places() const { return places_; }

private:
    std::size_t most_;
    std::uint64_t seen_ = 0;
    random_numbers draw_;
    std::vector<variant> places_;
};

/// Random single-base changes in the regions of some variants: each lies, with the same chance, at any base
/// of the window of any of them, and changes it to any of the three other bases. There are none in windows of
/// variants that cannot be judged, nor at bases that are N. They are sorted by place in the genome, so that
/// the genome is read in order. Throws error where no such base is found.
///
///     std::vector<variant> const places{{"chr1", 1000, ".", "A", {"C"}, 0}};
///     auto const random = random_variants(hg38, 200, {}, places, 1000, seed{1});
template <genome_source G>
std::vector<variant> random_variants(G& g, std::size_t length, variant_places const& how,
                                     std::span<variant const> places, std::size_t count, seed s)
{
    variant_windows<G> windows{g, length, how};
    struct place {
        std::size_t contig;
        std::int64_t base; // from 0
    };
    std::vector<place> good;
    for (variant const& v : places)
        if (windows.look_at(v) == variant_verdict::good)
            good.push_back({windows.contig(), static_cast<std::int64_t>(v.position - 1)});
    random_numbers draw{s, stream::variants, 1};
    struct change {
        std::size_t contig;
        std::int64_t base;
        std::uint32_t other; // how many letters after the genome's letter, from 1 to 3
    };
    std::vector<change> changes;
    std::vector<variant> all;
    auto const& contigs = g.contigs();
    for (int round = 0; round < 100 && all.size() < count && !good.empty(); ++round) {
        changes.clear();
        while (changes.size() < count - all.size()) {
            place const& at = good[draw.below(static_cast<std::uint32_t>(good.size()))];
            std::int64_t const base = at.base - static_cast<std::int64_t>(length / 2) +
                                      draw.below(static_cast<std::uint32_t>(length));
            changes.push_back({at.contig, base, 1 + draw.below(3)});
        }
        std::sort(changes.begin(), changes.end(), [](change const& a, change const& b) {
            return a.contig != b.contig ? a.contig < b.contig : a.base < b.base;
        });
        for (change const& c : changes) {
            letter here = letter_n;
            g.letters(c.contig, c.base, {&here, 1});
            if (here >= letter_n) continue; // N, or beyond the contig: another change is drawn
            all.push_back({contigs[c.contig].name,
                           static_cast<std::uint64_t>(c.base + 1),
                           ".",
                           {char_of(here)},
                           {std::string{char_of(static_cast<letter>((here + c.other) % 4))}},
                           0});
        }
    }
    if (all.size() < count)
        throw error{"expected bases around the variants for random changes, found too few that are not N"};
    sort_keeping_order(all, [&](variant const& a, variant const& b) {
        return a.contig != b.contig ? *contigs.find(a.contig) < *contigs.find(b.contig)
                                    : a.position < b.position;
    });
    return all;
}

/// The ranks of numbers among those of random variants, for each task.
///
///     effect_ranks const ranks{{0.1f, 3.f, 0.2f, 4.f}, 2};    // two changes, two tasks
///     ranks.percentile(0, 0.15f);                             // 50
class effect_ranks {
public:
    /// `deltas` (n, O) are those of the random variants.
    effect_ranks(std::vector<float> const& deltas, std::size_t outputs) : by_task_(outputs)
    {
        for (std::size_t i = 0; i < deltas.size(); ++i) by_task_[i % outputs].push_back(deltas[i]);
        for (auto& each : by_task_) std::sort(each.begin(), each.end());
    }
    /// The share of the random numbers below x, plus half of those equal to it, in percent.
    double percentile(std::size_t task, float x) const
    {
        auto const& all = by_task_[task];
        auto const [first, last] = std::equal_range(all.begin(), all.end(), x);
        double const below = static_cast<double>(first - all.begin()),
                     equal = static_cast<double>(last - first);
        return all.empty() ? 50 : 100 * (below + equal / 2) / static_cast<double>(all.size());
    }

private:
    std::vector<std::vector<float>> by_task_;
};

} // namespace explainn::EXPLAINN_ABI
