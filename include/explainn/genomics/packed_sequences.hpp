// Many named sequences at 2 bits a base, with runs of N stored beside them.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
// the four codes that a byte holds
inline constexpr auto codes_of_byte = [] {
    std::array<std::array<letter, 4>, 256> all{};
    for (unsigned byte = 0; byte < 256; ++byte)
        for (unsigned i = 0; i < 4; ++i) all[byte][i] = static_cast<letter>(byte >> 2 * i & 3u);
    return all;
}();
} // namespace detail

/// Named DNA sequences of any lengths, 2 bits a base; a run of N costs 16 bytes, however long it is. Each
/// sequence starts on a byte, so that it is unpacked four bases at a time.
///
///     packed_sequences s;
///     s.append("peak1", "ACGTN");
///     std::vector<letter> codes(s.length(0));
///     s.unpack(0, codes);                        // 0 1 2 3 4
class packed_sequences {
public:
    /// How many sequences.
    std::size_t size() const { return lengths_.size(); }
    /// Whether there are none.
    bool empty() const { return lengths_.empty(); }
    /// Bases of sequence i.
    std::size_t length(std::size_t i) const { return lengths_[i]; }
    /// The name of sequence i; valid until sequences are added or dropped.
    std::string_view name(std::size_t i) const
    {
        auto const begin = i == 0 ? 0 : name_ends_[i - 1];
        return std::string_view{names_}.substr(begin, name_ends_[i] - begin);
    }
    /// The length that all sequences have; 0 if lengths differ or there are no sequences.
    std::size_t common_length() const
    {
        if (empty()) return 0;
        bool const same = std::all_of(lengths_.begin(), lengths_.end(),
                                      [this](std::uint32_t n) { return n == lengths_.front(); });
        return same ? lengths_.front() : 0;
    }

    /// Adds a sequence; throws error, naming the character and its place (from 1), if a letter is not IUPAC.
    void append(std::string_view name, std::string_view bases)
    {
        begin(name);
        if (std::size_t const good = extend(bases); good < bases.size()) {
            std::string const who{name};
            drop_last();
            throw error{"expected IUPAC nucleotides, found " + in_quotes(bases[good]) + " at base " +
                        std::to_string(good + 1) + " of " + who};
        }
    }
    /// Adds a sequence of codes (0..4); throws error, naming the code and its place (from 1), for another.
    void append(std::string_view name, std::span<letter const> codes)
    {
        begin(name);
        std::size_t const good = extend_codes(codes.data(), codes.size(), [](letter code) { return code; });
        if (good == codes.size()) return;
        std::string const who{name};
        drop_last();
        throw error{"expected letters 0 to 4 (A, C, G, T, N), found " + std::to_string(codes[good]) +
                    " at base " + std::to_string(good + 1) + " of " + who};
    }

    /// Begins a sequence without bases; extend() gives it some.
    void begin(std::string_view name)
    {
        if (size() % block == 0) block_starts_.push_back(packed_.size());
        last_start_ = packed_.size();
        lengths_.push_back(0);
        names_ += name;
        name_ends_.push_back(names_.size());
    }
    /// Adds bases to the last sequence, up to the first letter that is not IUPAC; returns how many were
    /// added. Throws error if the sequence would reach 2^32 bases.
    ///
    ///     packed_sequences s;
    ///     s.begin("peak2");
    ///     s.extend("ACGT") + s.extend("NN-A");       // 4 + 2
    std::size_t extend(std::string_view bases)
    {
        return extend_codes(bases.data(), bases.size(), [](char c) { return letter_of(c); });
    }
    /// Removes the last sequence.
    void drop_last()
    {
        packed_.resize(last_start_);
        while (!runs_.empty() && runs_.back().sequence == size() - 1) runs_.pop_back();
        lengths_.pop_back();
        if (size() % block == 0) block_starts_.pop_back();
        last_start_ = empty() ? 0 : start(size() - 1);
        name_ends_.pop_back();
        names_.resize(name_ends_.empty() ? 0 : name_ends_.back());
    }

    /// Writes the codes of sequence i (0..3, 4 = N) to `codes`, which holds length(i) letters.
    void unpack(std::size_t i, std::span<letter> codes) const
    {
        std::size_t const n = lengths_[i];
        std::uint8_t const* from = packed_.data() + start(i);
        std::size_t at = 0;
        for (; at + 4 <= n; at += 4, ++from)
            std::memcpy(codes.data() + at, detail::codes_of_byte[*from].data(), 4);
        for (unsigned rest = at < n ? *from : 0u; at < n; ++at, rest >>= 2)
            codes[at] = static_cast<letter>(rest & 3u);
        for (auto run = first_run(i); run != runs_.end() && run->sequence == i; ++run)
            std::fill_n(codes.begin() + run->begin, run->count, letter_n);
    }
    /// Writes the codes of the reverse complement of sequence i to `codes`.
    void unpack_reverse_complement(std::size_t i, std::span<letter> codes) const
    {
        unpack(i, codes);
        std::reverse(codes.begin(), codes.end());
        for (letter& code : codes) code = complement(code);
    }
    /// Whether sequence i holds an N.
    bool has_n(std::size_t i) const
    {
        auto const run = first_run(i);
        return run != runs_.end() && run->sequence == i;
    }
    /// Sequence i as characters ACGTN.
    std::string letters(std::size_t i) const
    {
        std::vector<letter> codes(length(i));
        unpack(i, codes);
        std::string s(codes.size(), 'N');
        std::transform(codes.begin(), codes.end(), s.begin(), char_of);
        return s;
    }

    /// How many bytes the bases and runs of N take, names not counted.
    std::size_t bytes() const
    {
        return packed_.size() + runs_.size() * sizeof(run_of_n) +
               block_starts_.size() * sizeof(std::uint64_t) + size() * sizeof(std::uint32_t);
    }
    /// Gives back memory that was reserved for more sequences.
    void shrink_to_fit()
    {
        packed_.shrink_to_fit();
        block_starts_.shrink_to_fit();
        lengths_.shrink_to_fit();
        runs_.shrink_to_fit();
        names_.shrink_to_fit();
        name_ends_.shrink_to_fit();
    }

private:
    static constexpr std::size_t block = 16;
    struct run_of_n {
        std::uint64_t sequence;
        std::uint32_t begin, count;
    };

    // where sequence i begins; stored for the first sequence of each block only, because 8 bytes each would
    // be much
    std::uint64_t start(std::size_t i) const
    {
        std::uint64_t at = block_starts_[i / block];
        for (std::size_t j = i - i % block; j < i; ++j) at += (std::uint64_t{lengths_[j]} + 3) / 4;
        return at;
    }
    std::vector<run_of_n>::const_iterator first_run(std::size_t i) const
    {
        return std::partition_point(runs_.begin(), runs_.end(),
                                    [i](run_of_n const& r) { return r.sequence < i; });
    }
    template <class Char, class CodeOf>
    std::size_t extend_codes(Char const* from, std::size_t count, CodeOf code_of)
    {
        std::size_t at = lengths_.back();
        if (count > std::numeric_limits<std::uint32_t>::max() - at)
            throw error{"expected a sequence shorter than 2^32 bases, found a longer one: " +
                        std::string{name(size() - 1)}};
        packed_.resize(last_start_ + (at + count + 3) / 4);
        std::size_t done = 0;
        auto const one_by_one = [&](std::size_t stop) {
            for (; done < stop; ++done, ++at) {
                letter const code = code_of(from[done]);
                if (code > letter_n) return false;
                put(at, code);
            }
            return true;
        };
        bool good = one_by_one(std::min(count, (4 - at % 4) % 4));
        std::uint8_t* to = packed_.data() + (last_start_ + at / 4);
        for (; good && done + 4 <= count; ++to) {
            letter const a = code_of(from[done]), b = code_of(from[done + 1]), c = code_of(from[done + 2]),
                         d = code_of(from[done + 3]);
            if ((a | b | c | d) < 4) {
                *to = static_cast<std::uint8_t>(a | b << 2 | c << 4 | d << 6);
                done += 4;
                at += 4;
            } else good = one_by_one(done + 4);
        }
        if (good) one_by_one(count);
        lengths_.back() = static_cast<std::uint32_t>(at);
        packed_.resize(last_start_ + (at + 3) / 4);
        return done;
    }
    void put(std::size_t at, letter code)
    {
        if (code < 4) {
            auto& byte = packed_[last_start_ + at / 4];
            byte = static_cast<std::uint8_t>(byte | code << 2 * (at % 4));
            return;
        }
        std::size_t const sequence = size() - 1;
        if (!runs_.empty() && runs_.back().sequence == sequence &&
            runs_.back().begin + runs_.back().count == at)
            ++runs_.back().count;
        else runs_.push_back({sequence, static_cast<std::uint32_t>(at), 1});
    }

    std::vector<std::uint8_t> packed_;
    std::vector<std::uint64_t> block_starts_;
    std::uint64_t last_start_{};
    std::vector<std::uint32_t> lengths_;
    std::vector<run_of_n> runs_;
    std::string names_;
    std::vector<std::uint64_t> name_ends_;
};

} // namespace explainn::EXPLAINN_ABI
