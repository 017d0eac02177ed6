// Windows of a genome outside some regions whose GC, repeats and N are those of the regions.
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/faidx.h>)
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/pool.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/prepare/interval_set.hpp>
#include <explainn/prepare/region_bases.hpp>

namespace explainn::EXPLAINN_ABI {

/// What windows are matched on: their GC in percent of the bases that are known, rounded down, the tenths of
/// their bases that are soft-masked, and whether some of their bases are N, and how many tenths.
struct window_class {
    std::uint8_t gc{};     ///< 0 to 100
    std::uint8_t masked{}; ///< 0 to 10
    std::uint8_t n{};      ///< 0 where no base is N, else 1 and the tenths: 1 to 11
    friend bool operator==(window_class const&, window_class const&) = default;
};

/// The class of a window by what it is made of; nothing where no base of it is known.
///
///     class_of({.gc = 50, .at = 150, .n = 0, .masked = 20})->gc    // 25
inline std::optional<window_class> class_of(base_counts const& c)
{
    std::uint64_t const known = std::uint64_t{c.gc} + c.at, all = known + c.n;
    if (known == 0) return std::nullopt;
    return window_class{static_cast<std::uint8_t>(std::uint64_t{c.gc} * 100 / known),
                        static_cast<std::uint8_t>(std::uint64_t{c.masked} * 10 / all),
                        static_cast<std::uint8_t>(c.n == 0 ? 0 : 1 + std::uint64_t{c.n} * 10 / all)};
}

/// How windows are chosen.
struct matched_options {
    std::uint64_t length = 200;
    seed from{1};
    /// Windows whose centre lies in these are taken first, others where these do not suffice.
    interval_set candidates{};
    /// Is told now and then which share of the genome was read in this pass; what it throws ends the search.
    std::function<void(double)> between{};
};

/// What came of it.
struct matched_windows {
    std::vector<stranded_region> windows{}; ///< by contig and start; no two overlap
    std::size_t wanted{};
    std::size_t in_candidates{}; ///< of the windows, those whose centre lies in a candidate
    std::size_t by_gc_alone{};   ///< of the windows, those that match in GC alone
    std::size_t passes{};        ///< how often the genome was read
};

namespace detail {
inline constexpr std::size_t gc_classes = 101, masked_classes = 11, n_classes = 12;
inline constexpr int most_passes = 8;
inline std::size_t class_number(window_class const& c)
{
    return (c.gc * masked_classes + c.masked) * n_classes + c.n;
}

/// A window with the random number that it is chosen by: the least ones are taken.
struct drawn_window {
    std::uint64_t rank;  // a candidate's is below 2^32
    std::uint64_t place; // contig and start
    std::uint32_t kind;  // its class
    friend bool operator<(drawn_window const& a, drawn_window const& b)
    {
        return a.rank != b.rank ? a.rank < b.rank : a.place < b.place;
    }
};
inline constexpr unsigned place_bits = 40;

/// Windows of one length that do not overlap, by place.
class chosen_windows {
public:
    explicit chosen_windows(std::uint64_t length) : length_{length} {}
    // two that do not overlap never begin in one cell of their length
    bool is_free(std::uint64_t place) const
    {
        if (starts_.empty()) return true;
        std::uint64_t const cell = place / length_;
        for (std::uint64_t c = cell == 0 ? 0 : cell - 1; c <= cell + 1; ++c)
            if (auto const at = starts_.find(c); at != starts_.end())
                if (at->second < place + length_ && place < at->second + length_) return false;
        return true;
    }
    void add(std::uint64_t place) { starts_.emplace(place / length_, place); }
    std::unordered_map<std::uint64_t, std::uint64_t> const& all() const { return starts_; }

private:
    std::uint64_t length_;
    std::unordered_map<std::uint64_t, std::uint64_t> starts_;
};

/// Walks over all windows of a genome outside `forbidden` and keeps, of each class, those of least rank.
class window_search {
public:
    window_search(genome& g, interval_set const& forbidden, matched_options const& o, thread_pool const& pool)
        : g_{g}, forbidden_{forbidden}, o_{o}, pool_{pool}, tenth_(o.length + 1)
    {
        for (std::uint64_t k = 0; k <= o.length; ++k) {
            tenth_[k] = static_cast<std::uint8_t>(k * 10 / o.length);
            whole_gc_.push_back(static_cast<std::uint8_t>(k * 100 / o.length));
        }
    }

    /// One pass: of every class, four times as many as are wanted, of those that overlap no chosen window.
    /// With `gc_alone` the class of a window is that of its GC, and it has no N.
    std::vector<drawn_window> pass(std::vector<std::uint32_t> const& wanted, chosen_windows const& chosen,
                                   std::uint32_t round, bool gc_alone)
    {
        kept_.assign(wanted.size(), {});
        limit_.assign(wanted.size(), 0);
        for (std::size_t k = 0; k < wanted.size(); ++k)
            if (wanted[k] > 0) limit_[k] = ~std::uint64_t{0};
        pieces_.clear();
        read_ = bases_ = 0;
        for (contig const& each : g_.contigs()) bases_ += each.length;
        std::size_t const at_once = static_cast<std::size_t>(std::min(pool_.size(), 8));
        std::uint64_t before = 0; // bases of the contigs that are done
        for (std::size_t contig = 0; contig < g_.contigs().size();
             before += g_.contigs()[contig].length, ++contig)
            for (region const& gap : forbidden_.gaps(contig, g_.contigs()[contig].length)) {
                if (gap.end - gap.start < o_.length) continue;
                for (std::uint64_t from = gap.start, last = gap.end - o_.length; from <= last;) {
                    std::uint64_t const to = std::min(last + 1, from + piece_windows);
                    pieces_.push_back({contig, from, g_.characters(contig, from, to + o_.length - 1), {}});
                    waiting_ += to - from + o_.length;
                    read_ = before + to;
                    // small gaps are searched many at once
                    if (waiting_ >= at_once * piece_windows) search(wanted, chosen, round, gc_alone);
                    from = to;
                }
            }
        search(wanted, chosen, round, gc_alone);
        std::vector<drawn_window> all;
        for (std::uint32_t kind = 0; kind < kept_.size(); ++kind) {
            trim(kind, wanted[kind]);
            all.insert(all.end(), kept_[kind].begin(), kept_[kind].end());
        }
        std::sort(all.begin(), all.end());
        return all;
    }

private:
    static constexpr std::uint64_t piece_windows = 1 << 17;
    struct piece {
        std::size_t contig;
        std::uint64_t start;
        std::string bases;
        std::vector<drawn_window> found;
    };
    static std::size_t room_for(std::uint32_t wanted) { return 4 * std::size_t{wanted} + 16; }

    // searches the pieces that wait, and keeps what they found
    void search(std::vector<std::uint32_t> const& wanted, chosen_windows const& chosen, std::uint32_t round,
                bool gc_alone)
    {
        if (o_.between) o_.between(bases_ > 0 ? static_cast<double>(read_) / static_cast<double>(bases_) : 1);
        pool_.for_items(pieces_.size(),
                        [&](std::size_t i, std::size_t) { look_at(pieces_[i], chosen, round, gc_alone); });
        for (piece const& each : pieces_)
            for (drawn_window const& w : each.found) {
                if (w.rank >= limit_[w.kind]) continue;
                kept_[w.kind].push_back(w);
                if (kept_[w.kind].size() >= 2 * room_for(wanted[w.kind])) trim(w.kind, wanted[w.kind]);
            }
        pieces_.clear();
        waiting_ = 0;
    }
    // keeps the windows of least rank of a class
    void trim(std::uint32_t kind, std::uint32_t wanted)
    {
        auto& all = kept_[kind];
        if (all.size() <= room_for(wanted)) return;
        auto const last = all.begin() + static_cast<std::ptrdiff_t>(room_for(wanted)) - 1;
        std::nth_element(all.begin(), last, all.end());
        limit_[kind] = last->rank + 1;
        all.resize(room_for(wanted));
    }
    // gc, at and masked of a base in one number, 21 bits each
    static constexpr std::array<std::uint64_t, 256> weights = [] {
        std::array<std::uint64_t, 256> all{};
        for (std::size_t c = 0; c < all.size(); ++c) {
            letter const code = letter_of(static_cast<char>(c));
            if (code == 1 || code == 2) all[c] = 1;
            if (code == 0 || code == 3) all[c] = std::uint64_t{1} << 21;
            if (c >= 'a' && c <= 'z') all[c] += std::uint64_t{1} << 42;
        }
        return all;
    }();
    void look_at(piece& p, chosen_windows const& chosen, std::uint32_t round, bool gc_alone) const
    {
        auto const* const bases = reinterpret_cast<unsigned char const*>(p.bases.data());
        std::size_t const length = o_.length, count = p.bases.size() - length + 1;
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i + 1 < length; ++i) sum += weights[bases[i]];
        std::uint64_t const place = (std::uint64_t{p.contig} << place_bits) + p.start;
        std::uint64_t drawn_at = ~std::uint64_t{0};
        std::array<std::uint32_t, 4> drawn{};
        auto candidate = std::partition_point(
            o_.candidates.parts().begin(), o_.candidates.parts().end(), [&](region const& each) {
                return each.contig < p.contig ||
                       (each.contig == p.contig && each.end <= p.start + length / 2);
            });
        for (std::size_t i = 0; i < count; ++i) {
            sum += weights[bases[i + length - 1]];
            std::uint64_t const now = sum;
            sum -= weights[bases[i]];
            std::uint32_t const gc = now & mask, at = now >> 21 & mask, masked = now >> 42 & mask;
            std::uint32_t const known = gc + at;
            if (known == 0) continue;
            std::uint32_t const percent =
                known == length ? whole_gc_[gc] : static_cast<std::uint32_t>(gc * std::uint64_t{100} / known);
            if (gc_alone && known < length) continue; // a window with N would be known by it
            auto const n = static_cast<std::uint8_t>(known == length ? 0 : 1 + tenth_[length - known]);
            auto const kind = static_cast<std::uint32_t>(
                gc_alone ? percent : class_number({static_cast<std::uint8_t>(percent), tenth_[masked], n}));
            std::uint64_t const limit = limit_[kind], here = place + i;
            if (limit == 0) continue; // none of this class is wanted
            // eight windows share four random numbers, and most go by 16 bits of these
            if (here / 8 != drawn_at) {
                drawn_at = here / 8;
                drawn = philox(o_.from, stream::negatives, 2 * round, drawn_at);
            }
            std::uint64_t const high = drawn[here % 8 / 2] >> 16 * (here % 2) & 0xFFFFu;
            if (high << 16 >= limit) continue;
            drawn_window w{high << 16 | philox(o_.from, stream::negatives, 2 * round + 1, here)[0] >> 16,
                           here, kind};
            if (!o_.candidates.empty()) {
                std::uint64_t const centre = p.start + i + length / 2;
                auto const end = o_.candidates.parts().end();
                while (candidate != end && candidate->contig == p.contig && candidate->end <= centre)
                    ++candidate;
                if (candidate == end || candidate->contig != p.contig || candidate->start > centre)
                    w.rank += std::uint64_t{1} << 32;
            }
            if (w.rank < limit && chosen.is_free(here)) p.found.push_back(w);
        }
    }

    static constexpr std::uint64_t mask = (1 << 21) - 1;
    genome& g_;
    interval_set const& forbidden_;
    matched_options const& o_;
    thread_pool pool_;
    std::vector<std::uint8_t> tenth_, whole_gc_;
    std::vector<std::vector<drawn_window>> kept_; // of each class, those of least rank so far
    std::vector<std::uint64_t> limit_;            // of each class, ranks from here on are of no use
    std::vector<piece> pieces_;
    std::uint64_t waiting_ = 0, read_ = 0, bases_ = 0;
};
} // namespace detail

/// Windows of one length that overlap neither one another nor `forbidden` (the peaks, and what is excluded),
/// as many of each class as `wanted` lists it. All windows of the genome that may be taken are equally
/// likely, those in candidates first. Where a class has too few, windows without N of the same GC (within the
/// same 1 %) are taken whatever their repeats; where these are too few as well, fewer windows come back. The
/// same seed gives the same windows for any number of threads. The genome is read front to back a few times;
/// what is kept grows with what is wanted.
///
///     auto const negatives = match_windows(classes, blacklist, hg38, {.length = 200},
///                                          thread_pool::shared());
inline matched_windows match_windows(std::span<window_class const> wanted, interval_set const& forbidden,
                                     genome& g, matched_options const& o, thread_pool const& pool)
{
    if (o.length == 0 || o.length >= 1u << 21)
        throw error{"expected windows of 1 to 2097151 bases, found " + std::to_string(o.length)};
    std::vector<std::uint32_t> open(detail::gc_classes * detail::masked_classes * detail::n_classes);
    for (window_class const& each : wanted) ++open[detail::class_number(each)];
    matched_windows out;
    out.wanted = wanted.size();
    std::size_t left = wanted.size();
    detail::chosen_windows chosen{o.length};
    detail::window_search search{g, forbidden, o, pool};
    for (bool const gc_alone : {false, true}) {
        if (gc_alone) {
            std::vector<std::uint32_t> by_gc(detail::gc_classes);
            for (std::size_t k = 0; k < open.size(); ++k)
                by_gc[k / (detail::masked_classes * detail::n_classes)] += open[k];
            open = std::move(by_gc);
        }
        // each pass takes most of what is still wanted; where windows are few, the later ones take little
        std::size_t taken = 1;
        for (int pass = 0; pass < detail::most_passes && taken > 0 && left > 0; ++pass) {
            taken = 0;
            ++out.passes;
            for (auto const& w :
                 search.pass(open, chosen, static_cast<std::uint32_t>(out.passes), gc_alone)) {
                if (open[w.kind] == 0 || !chosen.is_free(w.place)) continue;
                chosen.add(w.place);
                --open[w.kind];
                ++taken;
                out.in_candidates += !o.candidates.empty() && w.rank >> 32 == 0 ? 1 : 0;
                out.by_gc_alone += gc_alone ? 1 : 0;
            }
            left -= taken;
        }
    }
    for (auto const& each : chosen.all()) {
        std::uint64_t const start = each.second & ((std::uint64_t{1} << detail::place_bits) - 1);
        out.windows.push_back(
            {static_cast<std::uint32_t>(each.second >> detail::place_bits), start, start + o.length, '.'});
    }
    std::sort(out.windows.begin(), out.windows.end(), [](auto const& a, auto const& b) {
        return a.contig != b.contig ? a.contig < b.contig : a.start < b.start;
    });
    return out;
}

} // namespace explainn::EXPLAINN_ABI
#endif
