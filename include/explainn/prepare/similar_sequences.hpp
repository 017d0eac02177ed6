// Sequences that share much of their words, found without comparing all pairs.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/packed_sequences.hpp>

namespace explainn::EXPLAINN_ABI {

/// When two sequences are near-duplicates: they share this part of the different words of the one that has
/// fewer. A word and its reverse complement are one; words with N are none.
struct similarity_rule {
    int word = 12;      ///< letters of a word, 4 to 16
    double share = 0.5; ///< above 0, at most 1
    /// Words that stand in more sequences than this are passed over when pairs are looked for (repeats); they
    /// count when a pair is compared.
    std::size_t common = 2000;
    /// As many words are kept at most; where there are more, every second, third, ... of them is looked for,
    /// and all of them count when a pair is compared.
    std::size_t most_words = 4'000'000;
    /// Is told now and then which share of a search is done; what it throws ends the search.
    std::function<void(double)> between{};
};

namespace detail {
/// The different words of a sequence, in order.
class word_reader {
public:
    explicit word_reader(int word) : word_{word} {}
    /// With a step above 1, one in so many of all possible words counts.
    std::vector<std::uint32_t> const& words_of(packed_sequences const& all, std::size_t i,
                                               std::uint32_t step = 1)
    {
        codes_.resize(all.length(i));
        all.unpack(i, codes_);
        words_.clear();
        std::uint64_t const mask = (std::uint64_t{1} << 2 * word_) - 1;
        std::uint64_t forward = 0, backward = 0;
        int known = 0;
        for (letter const code : codes_) {
            if (code > 3) {
                known = 0;
                continue;
            }
            forward = (forward << 2 | code) & mask;
            backward = backward >> 2 | std::uint64_t{3u - code} << 2 * (word_ - 1);
            if (++known < word_) continue;
            auto const word = static_cast<std::uint32_t>(std::min(forward, backward));
            if (step == 1 || mixed(word) % step == 0) words_.push_back(word);
        }
        std::sort(words_.begin(), words_.end());
        words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
        return words_;
    }

private:
    static std::uint32_t mixed(std::uint32_t x)
    {
        x = (x ^ x >> 16) * 0x7feb352du;
        x = (x ^ x >> 15) * 0x846ca68bu;
        return x ^ x >> 16;
    }
    int word_;
    std::vector<letter> codes_;
    std::vector<std::uint32_t> words_;
};
} // namespace detail

/// Finds near-duplicates among sequences. What it finds does not depend on chance or on threads. Throws error
/// for a rule of words or shares that are none.
///
///     similar_sequences const near{peaks, {.share = 0.5}};
///     std::vector<std::uint32_t> const group = near.groups();   // near-duplicates have one number
class similar_sequences {
public:
    /// The sequences must stay where they are while this is used.
    similar_sequences(packed_sequences const& all, similarity_rule rule) : all_{all}, rule_{std::move(rule)}
    {
        if (rule_.word < 4 || rule_.word > 16)
            throw error{"expected words of 4 to 16 letters, found " + std::to_string(rule_.word)};
        if (!(rule_.share > 0 && rule_.share <= 1))
            throw error{"expected a share of words above 0 and at most 1, found another"};
        std::size_t possible = 0;
        for (std::size_t i = 0; i < all.size(); ++i) possible += all.length(i);
        auto const step = static_cast<std::uint32_t>(std::max<std::size_t>(
            1, (possible + rule_.most_words - 1) / std::max<std::size_t>(1, rule_.most_words)));
        collect(step);
    }

    /// For every sequence a number that it shares with its near-duplicates, and with theirs: that of the
    /// first of them.
    std::vector<std::uint32_t> groups() const
    {
        std::vector<std::uint32_t> parent(all_.size());
        std::iota(parent.begin(), parent.end(), 0u);
        auto const root = [&](std::uint32_t i) {
            while (parent[i] != i) i = parent[i] = parent[parent[i]];
            return i;
        };
        finder find{*this};
        for (std::uint32_t i = 0; i < parent.size(); ++i) {
            tell(i, parent.size());
            find.each_near(
                i, [&](std::uint32_t j) { return j < i && root(i) != root(j); },
                [&](std::uint32_t j) {
                    std::uint32_t const a = root(i), b = root(j);
                    parent[std::max(a, b)] = std::min(a, b);
                    return true;
                });
        }
        for (std::uint32_t i = 0; i < parent.size(); ++i) parent[i] = root(i);
        return parent;
    }
    /// How many of the sequences `of` have a near-duplicate among `in`.
    std::size_t count_near(std::span<std::uint32_t const> of, std::span<std::uint32_t const> in) const
    {
        std::vector<char> there(all_.size());
        for (std::uint32_t const j : in) there[j] = 1;
        finder find{*this};
        std::size_t count = 0, done = 0;
        for (std::uint32_t const i : of) {
            tell(done++, of.size());
            bool found = false;
            find.each_near(
                i, [&](std::uint32_t j) { return !found && j != i && there[j] != 0; },
                [&](std::uint32_t) {
                    found = true;
                    return false;
                });
            count += found ? 1 : 0;
        }
        return count;
    }

private:
    void tell(std::size_t done, std::size_t all) const
    {
        if (done % 4096 == 0 && rule_.between)
            rule_.between(static_cast<double>(done) / static_cast<double>(all));
    }
    // words into buckets: of each word, the sequences that hold it
    void collect(std::uint32_t step)
    {
        detail::word_reader reader{rule_.word};
        std::vector<std::uint64_t> pairs;
        for (std::size_t i = 0; i < all_.size(); ++i)
            for (std::uint32_t const word : reader.words_of(all_, i, step))
                pairs.push_back(std::uint64_t{word} << 32 | i);
        std::sort(pairs.begin(), pairs.end());
        std::vector<std::uint32_t> sizes(all_.size() + 1);
        auto const each_bucket = [&](auto f) {
            for (std::size_t first = 0, last = 0; first < pairs.size(); first = last) {
                while (last < pairs.size() && pairs[last] >> 32 == pairs[first] >> 32) ++last;
                if (last - first > 1 && last - first <= rule_.common) f(first, last);
            }
        };
        bucket_starts_ = {0};
        each_bucket([&](std::size_t first, std::size_t last) {
            for (std::size_t k = first; k < last; ++k) {
                members_.push_back(static_cast<std::uint32_t>(pairs[k]));
                ++sizes[members_.back() + 1];
            }
            bucket_starts_.push_back(static_cast<std::uint32_t>(members_.size()));
        });
        pairs = {};
        // and of each sequence, the buckets it is in
        for (std::size_t i = 1; i < sizes.size(); ++i) sizes[i] += sizes[i - 1];
        own_starts_ = sizes;
        own_.resize(members_.size());
        for (std::uint32_t b = 0; b + 1 < bucket_starts_.size(); ++b)
            for (std::uint32_t k = bucket_starts_[b]; k < bucket_starts_[b + 1]; ++k)
                own_[sizes[members_[k]]++] = b;
    }
    std::uint32_t buckets_of(std::uint32_t i) const { return own_starts_[i + 1] - own_starts_[i]; }

    // Counts how many buckets others share with a sequence, and compares those that share enough.
    class finder {
    public:
        explicit finder(similar_sequences const& of)
            : of_{of}, shared_(of.all_.size()), mine_{of.rule_.word}, theirs_{of.rule_.word}
        {
        }
        // f(j) for every near-duplicate j of i that may be one by `may`, until it says false
        template <class May, class F>
        void each_near(std::uint32_t i, May may, F f)
        {
            for (std::uint32_t k = of_.own_starts_[i]; k < of_.own_starts_[i + 1]; ++k)
                for (std::uint32_t m = of_.bucket_starts_[of_.own_[k]];
                     m < of_.bucket_starts_[of_.own_[k] + 1]; ++m) {
                    std::uint32_t const j = of_.members_[m];
                    if (j == i) continue;
                    if (shared_[j]++ == 0) seen_.push_back(j);
                }
            bool read = false, going = true;
            std::vector<std::uint32_t> const* words = nullptr;
            for (std::uint32_t const j : seen_) {
                double const least = std::min(of_.buckets_of(i), of_.buckets_of(j));
                bool const enough = shared_[j] >= of_.rule_.share * least / 2;
                shared_[j] = 0;
                if (!going || !enough || !may(j)) continue;
                if (!std::exchange(read, true)) words = &mine_.words_of(of_.all_, i);
                if (are_near(*words, theirs_.words_of(of_.all_, j))) going = f(j);
            }
            seen_.clear();
        }

    private:
        bool are_near(std::vector<std::uint32_t> const& a, std::vector<std::uint32_t> const& b) const
        {
            std::size_t common = 0;
            for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
                common += a[i] == b[j] ? 1 : 0;
                bool const step_a = a[i] <= b[j], step_b = b[j] <= a[i];
                i += step_a ? 1 : 0;
                j += step_b ? 1 : 0;
            }
            return common > 0 && static_cast<double>(common) >=
                                     of_.rule_.share * static_cast<double>(std::min(a.size(), b.size()));
        }
        similar_sequences const& of_;
        std::vector<std::uint32_t> shared_, seen_;
        detail::word_reader mine_, theirs_;
    };

    packed_sequences const& all_;
    similarity_rule rule_;
    std::vector<std::uint32_t> members_, bucket_starts_; // sequences by word
    std::vector<std::uint32_t> own_, own_starts_;        // words by sequence
};

} // namespace explainn::EXPLAINN_ABI
