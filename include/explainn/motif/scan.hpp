// Scanning sequences with motifs: hits by exact p-value on both strands, as in MEME's fimo.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/motif/q_values.hpp>
#include <explainn/motif/score_matrix.hpp>
#include <explainn/motif/threads.hpp>

namespace explainn::EXPLAINN_ABI {

/// How to scan; the defaults are those of the program motifs.
struct scan_options {
    double p_value = 1e-4;             ///< hits have at most this p-value
    explainn::background background{}; ///< as score_matrix takes it: made symmetric for both strands
    double pseudocount = 0.1;          ///< times the background as it is given
    bool both_strands = true;
    bool q_values = false;   ///< Benjamini and Hochberg over all windows of a motif
    std::size_t threads = 0; ///< 0 = all cores; changes no result
};

/// A window that a motif matches.
struct hit {
    std::uint32_t motif = 0;    ///< index of the motif
    std::uint32_t sequence = 0; ///< index of the sequence
    std::uint32_t start = 0;    ///< first base of the window, from 0, on the forward strand
    bool reverse = false;       ///< the window's reverse complement matches
    double score = 0;           ///< log-odds in bits
    double p = 1;
    double q = 1; ///< set only where it was asked for
    friend bool operator==(hit const&, hit const&) = default;
};

/// The hits of one scan with the options of that scan, because the meaning of a hit depends on threshold,
/// background, pseudocount and strands.
///
///     hit_list const hits = scan_motifs(jaspar, sequences, {.p_value = 1e-5});
///     hits.options.p_value;                                // 1e-5
struct hit_list : std::vector<hit> {
    scan_options options;

    hit_list() = default;
    explicit hit_list(scan_options how) : options{how} {}
};

namespace detail {

// sequences one after another with an N between any two: as letters, and as pairs of letters in 4 bits
struct scan_text {
    static constexpr std::size_t slack = 128;
    std::vector<letter> letters;
    std::vector<std::uint8_t> pairs;
    std::vector<std::size_t> begins; // of each sequence
    std::size_t first = 0;           // index of the first sequence
    std::size_t end = 0;

    // reads sequences from `next` on until about `bases` are read; returns the index after the last
    std::size_t read(packed_sequences const& s, std::size_t next, std::size_t bases)
    {
        first = next;
        begins.clear();
        letters.clear();
        while (next < s.size() && (next == first || letters.size() + s.length(next) < bases)) {
            begins.push_back(letters.size());
            letters.resize(letters.size() + s.length(next) + 1);
            s.unpack(next, {letters.data() + begins.back(), s.length(next)});
            letters.back() = letter_n;
            ++next;
        }
        end = letters.size();
        letters.resize(end + slack, letter_n);
        pairs.assign(letters.size() + slack, 0);
        for (std::size_t i = 0; i + 1 < letters.size(); ++i)
            pairs[i] = static_cast<std::uint8_t>((letters[i] & 3u) << 2 | (letters[i + 1] & 3u));
        return next;
    }
};

// How much less than the best score a window has, in 8 bits, rounded down: a window with more than `allowed`
// less is no hit; the others are scored exactly.
struct short_tables {
    std::vector<std::array<std::uint8_t, 16>> forward, reverse; // by pair of columns, by pair of letters
    std::uint8_t allowed = 0;

    short_tables(score_matrix const& m, std::int32_t threshold)
    {
        auto const& s = m.scores();
        std::size_t const w = s.size();
        std::int32_t const may_miss = m.most() - threshold;
        std::int32_t const unit = std::max(1, (may_miss + 239) / 240);
        allowed = static_cast<std::uint8_t>(may_miss / unit);
        auto const missing = [&](std::size_t i, std::uint8_t a) {
            return i < w ? *std::max_element(s[i].begin(), s[i].end()) - s[i][a] : 0;
        };
        for (std::size_t i = 0; i < w; i += 2) {
            std::array<std::uint8_t, 16> f{}, r{};
            for (std::uint8_t pair = 0; pair < 16; ++pair) {
                auto const a = static_cast<std::uint8_t>(pair >> 2), b = static_cast<std::uint8_t>(pair & 3);
                auto const complement_a = static_cast<std::uint8_t>(3 - a);
                auto const complement_b = static_cast<std::uint8_t>(3 - b);
                std::int32_t const ahead = missing(i, a) + missing(i + 1, b);
                std::int32_t const back =
                    missing(w - 1 - i, complement_a) + (i + 1 < w ? missing(w - 2 - i, complement_b) : 0);
                f[pair] = static_cast<std::uint8_t>(std::min(ahead / unit, 255));
                r[pair] = static_cast<std::uint8_t>(std::min(back / unit, 255));
            }
            forward.push_back(f);
            reverse.push_back(r);
        }
    }
};

// Calls look(at, strand, bits) for windows that may be hits: one bit for each of 64 windows from `at`,
// forward then reverse.
template <class Look>
void likely_windows_plain(scan_text const& text, short_tables const& t, bool both, Look&& look)
{
    auto const& pairs = text.pairs;
    for (std::size_t at = 0; at < text.end; at += 64) {
        for (int strand = 0; strand < (both ? 2 : 1); ++strand) {
            auto const& table = strand == 0 ? t.forward : t.reverse;
            std::uint64_t likely = 0;
            for (std::size_t k = 0; k < 64 && at + k < text.end; ++k) {
                unsigned missing = 0;
                for (std::size_t i = 0; i < table.size() && missing <= t.allowed; ++i) {
                    std::size_t const place = at + k + 2 * i;
                    missing += table[i][place < pairs.size() ? pairs[place] : 0];
                }
                if (missing <= t.allowed) likely |= std::uint64_t{1} << k;
            }
            if (likely != 0) look(at, strand, likely);
        }
    }
}
#ifdef EXPLAINN_MOTIF_X86
// fills words with a bit for each likely window among 64 places, for both strands, from `at`
template <bool Both>
EXPLAINN_MOTIF_AVX2 inline void likely_of_64(std::uint8_t const* pairs, short_tables const& t,
                                             std::uint64_t* words)
{
    __m256i f0 = _mm256_setzero_si256(), f1 = f0, r0 = f0, r1 = f0;
    std::size_t const n = t.forward.size();
    for (std::size_t i = 0; i < n; ++i) {
        __m256i const a = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(pairs + 2 * i));
        __m256i const b = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(pairs + 2 * i + 32));
        __m256i const f = _mm256_broadcastsi128_si256(
            _mm_loadu_si128(reinterpret_cast<__m128i const*>(t.forward[i].data())));
        f0 = _mm256_adds_epu8(f0, _mm256_shuffle_epi8(f, a));
        f1 = _mm256_adds_epu8(f1, _mm256_shuffle_epi8(f, b));
        if constexpr (Both) {
            __m256i const r = _mm256_broadcastsi128_si256(
                _mm_loadu_si128(reinterpret_cast<__m128i const*>(t.reverse[i].data())));
            r0 = _mm256_adds_epu8(r0, _mm256_shuffle_epi8(r, a));
            r1 = _mm256_adds_epu8(r1, _mm256_shuffle_epi8(r, b));
        }
    }
    __m256i const allowed = _mm256_set1_epi8(static_cast<char>(t.allowed));
    auto const bits = [](__m256i sums, __m256i most) __attribute__((target("avx2,fma"), always_inline))
    {
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(sums, most), sums)));
    };
    words[0] = std::uint64_t{bits(f1, allowed)} << 32 | bits(f0, allowed);
    if constexpr (Both) words[1] = std::uint64_t{bits(r1, allowed)} << 32 | bits(r0, allowed);
}
template <bool Both, class Look>
EXPLAINN_MOTIF_AVX2 void likely_windows_avx2(scan_text const& text, short_tables const& t, Look&& look)
{
    for (std::size_t at = 0; at < text.end; at += 64) {
        std::uint64_t words[2] = {0, 0};
        likely_of_64<Both>(text.pairs.data() + at, t, words);
        if ((words[0] | words[1]) == 0) continue;
        if (words[0] != 0) look(at, 0, words[0]);
        if (words[1] != 0) look(at, 1, words[1]);
    }
}
#endif
template <class Look>
void likely_windows(scan_text const& text, short_tables const& t, bool both, Look&& look)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2() && 2 * t.forward.size() <= scan_text::slack) {
        if (both) likely_windows_avx2<true>(text, t, look);
        else likely_windows_avx2<false>(text, t, look);
        return;
    }
#endif
    likely_windows_plain(text, t, both, look);
}

// how many windows have no N, on the strands that are read
inline double windows_of(packed_sequences const& s, std::size_t width, bool both)
{
    double windows = 0;
    std::vector<letter> letters;
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (!s.has_n(i)) {
            windows += static_cast<double>(s.length(i) >= width ? s.length(i) - width + 1 : 0);
            continue;
        }
        letters.resize(s.length(i));
        s.unpack(i, letters);
        std::size_t run = 0;
        for (letter const a : letters) {
            run = a < 4 ? run + 1 : 0;
            windows += run >= width;
        }
    }
    return both ? 2 * windows : windows;
}

} // namespace detail

/// The motifs as a scan with these options scores them. Throws error on a broken motif.
///
///     auto const matrices = score_matrices(jaspar, options);
///     if (matrices[0].best_p_value() > options.p_value) std::cerr << jaspar[0].name << " matches nothing\n";
inline std::vector<score_matrix> score_matrices(std::span<motif const> motifs, scan_options const& options)
{
    std::vector<std::optional<score_matrix>> made(motifs.size());
    for_each_item(motifs.size(), options.threads, [&](std::size_t m, std::size_t) {
        made[m].emplace(motifs[m], options.background, options.pseudocount, options.both_strands);
    });
    std::vector<score_matrix> matrices;
    matrices.reserve(made.size());
    for (auto& m : made) matrices.push_back(std::move(*m));
    return matrices;
}

/// All windows of the sequences that the motifs match with a p-value of at most options.p_value. A p-value is
/// the exact chance that a random window under the background has at least this score. Windows with an N are
/// skipped: an N must never score better than a base. Hits are sorted by motif, then sequence, start and
/// strand. A motif whose best_p_value() is above options.p_value has no hit in any sequences. `matrices` come
/// from score_matrices with the same options, so that many batches of sequences can be scanned with one set.
/// Throws error where a matrix was made for other strands than the options give.
///
///     auto const hits = scan_motifs(score_matrices(jaspar, options), batch, options);
inline hit_list scan_motifs(std::span<score_matrix const> matrices, packed_sequences const& sequences,
                            scan_options const& options = {})
{
    for (score_matrix const& m : matrices)
        if (m.both_strands() != options.both_strands)
            throw error{options.both_strands ? "expected score matrices for both strands, found one for the "
                                               "forward strand alone"
                                             : "expected score matrices for the forward strand alone, found "
                                               "one for both strands"};
    std::vector<std::vector<hit>> found(matrices.size());
    detail::scan_text text;
    constexpr std::size_t bases_at_once = std::size_t{1} << 24;
    for (std::size_t next = 0; next < sequences.size();) {
        next = text.read(sequences, next, bases_at_once);
        for_each_item(matrices.size(), options.threads, [&](std::size_t m, std::size_t) {
            score_matrix const& matrix = matrices[m];
            auto const threshold = matrix.least_significant(options.p_value);
            if (!threshold) return;
            std::size_t const w = matrix.width();
            detail::short_tables const tables{matrix, *threshold};
            std::size_t sequence = 0;
            detail::likely_windows(
                text, tables, options.both_strands, [&](std::size_t at, int strand, std::uint64_t bits) {
                    for (; bits != 0; bits &= bits - 1) {
                        std::size_t const place = at + static_cast<std::size_t>(__builtin_ctzll(bits));
                        if (place + w > text.end) break;
                        letter const* const window = text.letters.data() + place;
                        auto const score =
                            strand == 0 ? matrix.whole_score(window) : matrix.whole_score_reverse(window);
                        if (!score || *score < *threshold) continue;
                        while (sequence > 0 && text.begins[sequence] > place) --sequence;
                        while (sequence + 1 < text.begins.size() && text.begins[sequence + 1] <= place)
                            ++sequence;
                        found[m].push_back({static_cast<std::uint32_t>(m),
                                            static_cast<std::uint32_t>(text.first + sequence),
                                            static_cast<std::uint32_t>(place - text.begins[sequence]),
                                            strand == 1, matrix.bits(*score), matrix.p_value(*score), 1});
                    }
                });
        });
    }
    for_each_item(matrices.size(), options.threads, [&](std::size_t m, std::size_t) {
        auto& hits = found[m];
        std::sort(hits.begin(), hits.end(), [](hit const& a, hit const& b) {
            if (a.sequence != b.sequence) return a.sequence < b.sequence;
            return a.start != b.start ? a.start < b.start : a.reverse < b.reverse;
        });
        if (!options.q_values || hits.empty()) return;
        double const windows = detail::windows_of(sequences, matrices[m].width(), options.both_strands);
        std::vector<std::size_t> order(hits.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return hits[a].p < hits[b].p; });
        double least = 1;
        for (std::size_t rank = order.size(); rank-- > 0;) {
            least = std::min(least, hits[order[rank]].p * windows / static_cast<double>(rank + 1));
            hits[order[rank]].q = least;
        }
    });
    std::size_t total = 0;
    for (auto const& hits : found) total += hits.size();
    hit_list all{options};
    all.reserve(total);
    for (auto const& hits : found) all.insert(all.end(), hits.begin(), hits.end());
    return all;
}

/// Does the same with motifs in place of matrices. Throws error on a broken motif.
///
///     for (hit const& h : scan_motifs(jaspar, sequences)) std::cout << jaspar[h.motif].name << '\n';
inline hit_list scan_motifs(std::span<motif const> motifs, packed_sequences const& sequences,
                            scan_options const& options = {})
{
    return scan_motifs(score_matrices(motifs, options), sequences, options);
}

/// Finds the same hits by the definition: every window of every sequence with every motif. It is the slow
/// version of scan_motifs (without q-values).
inline hit_list scan_motifs_slowly(std::span<motif const> motifs, packed_sequences const& sequences,
                                   scan_options const& options = {})
{
    hit_list hits{options};
    std::vector<letter> letters;
    for (std::uint32_t m = 0; m < motifs.size(); ++m) {
        score_matrix const matrix{motifs[m], options.background, options.pseudocount, options.both_strands};
        for (std::uint32_t s = 0; s < sequences.size(); ++s) {
            letters.resize(sequences.length(s));
            sequences.unpack(s, letters);
            for (std::uint32_t at = 0; at + matrix.width() <= letters.size(); ++at)
                for (bool const reverse : {false, true}) {
                    if (reverse && !options.both_strands) continue;
                    letter const* const window = letters.data() + at;
                    auto const score =
                        reverse ? matrix.whole_score_reverse(window) : matrix.whole_score(window);
                    if (score && matrix.p_value(*score) <= options.p_value)
                        hits.push_back({m, s, at, reverse, matrix.bits(*score), matrix.p_value(*score), 1});
                }
        }
    }
    return hits;
}

} // namespace explainn::EXPLAINN_ABI
