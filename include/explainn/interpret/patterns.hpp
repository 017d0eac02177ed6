// Patterns: what many seqlets have in common, as contributions of the bases by position and as a motif.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <explainn/genomics/motif_set.hpp>
#include <explainn/interpret/communities.hpp>
#include <explainn/interpret/seqlet_neighbours.hpp>

namespace explainn::EXPLAINN_ABI {

/// A seqlet as a pattern has it: where the pattern's first position lies, or on the other strand its last.
struct pattern_site {
    std::size_t row{};
    extent start{}; ///< of the pattern's width on the sequence's strand; may be below 0
    bool reverse = false;
    double sum{}; ///< of the seqlet's window
    friend bool operator==(pattern_site const&, pattern_site const&) = default;
};

/// Seqlets of one kind, aligned.
struct pattern {
    bool positive = true;              ///< they raise the logit
    std::vector<pattern_site> sites;   ///< the largest first
    std::vector<column> contributions; ///< by position, the mean contribution of each base (the CWM)
    std::vector<column> hypothetical;  ///< by position, the mean hypothetical contribution of each base
    pfm counts;                        ///< by position, how often each base stands there
    std::size_t first{}, last{};       ///< the positions [first, last) that matter
};

/// How patterns are made of seqlets.
struct pattern_options {
    seqlet_options seqlets{};
    neighbour_options neighbours{};
    std::size_t least_sites = 20; ///< smaller patterns are left out
    double merge = 0.8; ///< patterns whose contributions correlate so at their best alignment become one
    double trim = 0.2;  ///< a position matters from this share of the largest position's magnitude on
};

namespace detail {

inline double magnitude(column const& c)
{
    return std::abs(c[0]) + std::abs(c[1]) + std::abs(c[2]) + std::abs(c[3]);
}
/// A matrix read on the other strand.
inline std::vector<column> other_strand(std::vector<column> m)
{
    std::ranges::reverse(m);
    for (column& c : m) std::ranges::reverse(c);
    return m;
}
/// The offset and strand at which the cosine of two matrices is largest, what stands beyond the other one
/// counting as zeros there.
inline seqlet_alignment align_matrices(std::vector<column> const& a, std::vector<column> const& b,
                                       extent most_offset)
{
    double of_a = 0, of_b = 0;
    for (column const& c : a)
        for (double const x : c) of_a += x * x;
    for (column const& c : b)
        for (double const x : c) of_b += x * x;
    seqlet_alignment best{-1, 0, false};
    if (of_a == 0 || of_b == 0) return {};
    auto const width = static_cast<extent>(a.size()), other = static_cast<extent>(b.size());
    for (bool const reverse : {false, true}) {
        auto const y = reverse ? other_strand(b) : b;
        for (extent offset = -most_offset; offset <= most_offset; ++offset) {
            double sum = 0;
            for (extent l = std::max<extent>(0, offset); l < std::min<extent>(width, offset + other); ++l)
                for (std::size_t c = 0; c < 4; ++c)
                    sum += a[static_cast<std::size_t>(l)][c] * y[static_cast<std::size_t>(l - offset)][c];
            if (double const s = sum / std::sqrt(of_a * of_b); s > best.similarity)
                best = {s, offset, reverse};
        }
    }
    return best;
}

/// Makes patterns of the seqlets of one sign of one attributed output.
class pattern_maker {
public:
    pattern_maker(attributed_sequences const& of, extent k, pattern_options const& how, bool positive)
        : of_{of}, k_{k}, how_{how}, width_{how.seqlets.window + 2 * how.seqlets.flank},
          most_offset_{how.seqlets.window / 2 + how.seqlets.flank / 2}, positive_{positive}
    {
    }
    std::vector<pattern> operator()(std::vector<seqlet> const& seqlets) const
    {
        std::vector<seqlet_values> stretches;
        stretches.reserve(seqlets.size());
        for (auto const& s : seqlets) stretches.push_back(cut_out(of_, k_, s.row, s.start, width_));
        auto const edges = neighbours_of(stretches, most_offset_, how_.neighbours);
        auto const group = communities(seqlets.size(), edges);
        // within a group, the one that is most like its neighbours there comes first
        std::vector<double> alike(seqlets.size());
        for (auto const& e : edges)
            if (group[e.a] == group[e.b]) {
                alike[e.a] += e.weight;
                alike[e.b] += e.weight;
            }
        std::vector<std::vector<std::size_t>> members;
        for (std::size_t i = 0; i < seqlets.size(); ++i) {
            if (group[i] >= members.size()) members.resize(group[i] + 1);
            members[group[i]].push_back(i);
        }
        std::vector<pattern> all;
        for (auto& some : members) {
            if (some.size() < 2) continue;
            sort_places(some, [&](std::size_t a, std::size_t b) { return alike[a] > alike[b]; });
            std::vector<pattern_site> sites;
            sites.reserve(some.size());
            for (std::size_t const i : some)
                sites.push_back({seqlets[i].row, seqlets[i].start, false, seqlets[i].sum});
            all.push_back(made_of(std::move(sites)));
        }
        merge(all);
        std::erase_if(all, [this](pattern const& p) { return p.sites.size() < how_.least_sites; });
        for (auto& p : all) {
            sort_keeping_order(p.sites, [](pattern_site const& a, pattern_site const& b) {
                return std::abs(a.sum) > std::abs(b.sum);
            });
            trim(p);
        }
        sort_keeping_order(
            all, [](pattern const& a, pattern const& b) { return a.sites.size() > b.sites.size(); });
        return all;
    }

private:
    seqlet_values values_of(pattern_site const& s) const
    {
        auto const cut = cut_out(of_, k_, s.row, s.start, width_);
        return s.reverse ? cut.reversed() : cut;
    }
    static void add(std::vector<column>& sums, seqlet_values const& v)
    {
        for (std::size_t l = 0; l < v.bases.size(); ++l)
            if (v.bases[l] < letter_n) sums[l][v.bases[l]] += static_cast<double>(v.values[l]);
    }
    std::vector<column> matrix_of(pattern_site const& s) const
    {
        std::vector<column> m(static_cast<std::size_t>(width_));
        add(m, values_of(s));
        return m;
    }
    // moves a site by an alignment of it to what it joins
    pattern_site moved(pattern_site s, seqlet_alignment const& a) const
    {
        // position 0 of the joined matrix lies `offset` before the site's own first position, as it is read
        // there
        bool const reads_back = s.reverse != a.reverse;
        s.start += reads_back ? a.offset : -a.offset;
        s.reverse = reads_back;
        return s;
    }
    // aligns the sites one after the other to the sum of those before, then all of them to the sum of all
    pattern made_of(std::vector<pattern_site> sites) const
    {
        std::vector<column> sums = matrix_of(sites.front());
        for (std::size_t i = 1; i < sites.size(); ++i) {
            sites[i] = moved(sites[i], align_matrices(sums, matrix_of(sites[i]), most_offset_));
            add(sums, values_of(sites[i]));
        }
        for (auto& s : sites) s = moved(s, align_matrices(sums, matrix_of(s), most_offset_));
        return measured(std::move(sites));
    }
    pattern measured(std::vector<pattern_site> sites) const
    {
        pattern p;
        p.positive = positive_;
        auto const width = static_cast<std::size_t>(width_), bases = static_cast<std::size_t>(of_.length);
        p.contributions.resize(width);
        p.hypothetical.resize(width);
        p.counts.columns.resize(width);
        for (auto const& s : sites) {
            auto const v = values_of(s);
            add(p.contributions, v);
            auto const hypothetical = of_.hypothetical_of(static_cast<extent>(s.row), k_);
            for (std::size_t l = 0; l < width; ++l) {
                if (v.bases[l] < letter_n) p.counts.columns[l][v.bases[l]] += 1;
                extent const at =
                    s.start + (s.reverse ? width_ - 1 - static_cast<extent>(l) : static_cast<extent>(l));
                if (at < 0 || at >= of_.length) continue;
                for (std::size_t c = 0; c < 4; ++c)
                    p.hypothetical[l][c] += static_cast<double>(
                        hypothetical[(s.reverse ? 3 - c : c) * bases + static_cast<std::size_t>(at)]);
            }
        }
        for (auto* const m : {&p.contributions, &p.hypothetical})
            for (column& c : *m)
                for (double& x : c) x /= static_cast<double>(sites.size());
        p.sites = std::move(sites);
        return p;
    }
    // makes one of the two patterns that are most alike, until none are alike enough
    void merge(std::vector<pattern>& all) const
    {
        for (;;) {
            seqlet_alignment best{how_.merge, 0, false};
            std::size_t first = 0, second = 0;
            for (std::size_t i = 0; i < all.size(); ++i)
                for (std::size_t j = i + 1; j < all.size(); ++j)
                    if (auto const a =
                            align_matrices(all[i].contributions, all[j].contributions, most_offset_);
                        a.similarity > best.similarity) {
                        best = a;
                        first = i;
                        second = j;
                    }
            if (first == second) return;
            auto sites = std::move(all[first].sites);
            for (auto const& s : all[second].sites) sites.push_back(moved(s, best));
            all[first] = measured(std::move(sites));
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(second));
        }
    }
    void trim(pattern& p) const
    {
        double most = 0;
        for (column const& c : p.contributions) most = std::max(most, magnitude(c));
        auto const matters = [&](std::size_t l) { return magnitude(p.contributions[l]) >= how_.trim * most; };
        p.first = 0;
        p.last = p.contributions.size();
        while (p.first < p.last && !matters(p.first)) ++p.first;
        while (p.last > p.first && !matters(p.last - 1)) --p.last;
    }

    attributed_sequences const& of_;
    extent k_;
    pattern_options const& how_;
    extent width_, most_offset_;
    bool positive_;
};

} // namespace detail

/// The patterns of one attributed output, those that raise it and then those that lower it, each with the
/// most sites first: TF-MoDISco's idea (Shrikumar et al. 2018) along tfmodisco-lite. Seqlets are found
/// (find_seqlets), compared (neighbours_of), grouped (communities), aligned, and groups whose contributions
/// are alike become one.
///
/// It is simpler than tfmodisco-lite: gapped words have three bases; similarities are not adapted to local
/// density and there is one round of groups, by the Louvain method instead of Leiden; sites are aligned by
/// the cosine of contributions; there are no subpatterns, and a pattern is not split again. Any number of
/// threads gives the same. Throws error as find_seqlets does.
///
///     std::vector<pattern> const found = find_patterns(attributed, 0);
inline std::vector<pattern> find_patterns(attributed_sequences const& of, extent k,
                                          pattern_options const& how = {})
{
    auto const seqlets = find_seqlets(of, k, how.seqlets);
    auto all = detail::pattern_maker{of, k, how, true}(seqlets.positive);
    for (auto& p : detail::pattern_maker{of, k, how, false}(seqlets.negative)) all.push_back(std::move(p));
    return all;
}

/// The bases of a pattern's positions that matter, as a motif under this name, with its counts.
///
///     motif const m = motif_of(patterns.front(), "pattern0");
inline motif motif_of(pattern const& p, std::string name)
{
    motif m;
    m.name = std::move(name);
    m.sites = static_cast<double>(p.sites.size());
    pfm counts;
    for (std::size_t l = p.first; l < p.last; ++l) {
        column const& c = p.counts.columns[l];
        double const total = c[0] + c[1] + c[2] + c[3];
        column share{0.25, 0.25, 0.25, 0.25};
        for (std::size_t i = 0; total > 0 && i < 4; ++i) share[i] = c[i] / total;
        counts.columns.push_back(c);
        m.probabilities.columns.push_back(share);
    }
    m.counts = std::move(counts);
    return m;
}

} // namespace explainn::EXPLAINN_ABI
