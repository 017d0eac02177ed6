// Many named sequences at 2 bits a base; runs of N beside them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn {

/// Named DNA sequences of any lengths, 2 bits a base; a run of N costs 16 bytes wherever it is.
/// Each sequence starts on a byte, so that it is unpacked four bases at a time.
///
///     packed_sequences s;
///     s.append("peak1", "ACGTN");
///     std::vector<letter> codes(s.length(0));
///     s.unpack(0, codes);                        // 0 1 2 3 4
class packed_sequences {
public:
    std::size_t size() const { return lengths_.size(); }
    bool empty() const { return lengths_.empty(); }
    /// Bases of sequence i.
    std::size_t length(std::size_t i) const { return lengths_[i]; }
    std::string_view name(std::size_t i) const
    {
        auto const begin = i == 0 ? 0 : name_ends_[i - 1];
        return std::string_view{names_}.substr(begin, name_ends_[i] - begin);
    }
    /// The one length of all sequences; 0 if they differ or there are none.
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
        for (std::size_t i = 0; i < bases.size(); ++i)
            if (letter_of(bases[i]) == no_letter)
                throw error{"expected IUPAC nucleotides, found " + quoted(bases[i]) + " at base " +
                            std::to_string(i + 1) + " of " + std::string{name}};
        begin_sequence(name, bases.size());
        for (std::size_t i = 0; i < bases.size(); ++i) put(i, letter_of(bases[i]));
    }
    /// Adds a sequence of codes (0..4).
    void append(std::string_view name, std::span<letter const> codes)
    {
        begin_sequence(name, codes.size());
        for (std::size_t i = 0; i < codes.size(); ++i) put(i, codes[i]);
    }

    /// Writes the codes of sequence i (0..3, 4 = N) to `codes`, which holds length(i) letters.
    void unpack(std::size_t i, std::span<letter> codes) const
    {
        std::size_t const n = lengths_[i];
        std::uint8_t const* from = packed_.data() + starts_[i];
        std::size_t at = 0;
        for (; at + 4 <= n; at += 4, ++from) {
            unsigned const four = *from;
            codes[at] = static_cast<letter>(four & 3u);
            codes[at + 1] = static_cast<letter>(four >> 2 & 3u);
            codes[at + 2] = static_cast<letter>(four >> 4 & 3u);
            codes[at + 3] = static_cast<letter>(four >> 6);
        }
        for (unsigned rest = at < n ? *from : 0u; at < n; ++at, rest >>= 2)
            codes[at] = static_cast<letter>(rest & 3u);
        for (auto run = first_run(i); run != runs_.end() && run->sequence == i; ++run)
            std::fill_n(codes.begin() + run->begin, run->count, letter_n);
    }
    /// The reverse complement's codes of sequence i.
    void unpack_reverse_complement(std::size_t i, std::span<letter> codes) const
    {
        unpack(i, codes);
        std::reverse(codes.begin(), codes.end());
        for (letter& code : codes) code = complement(code);
    }
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

    /// Bytes held for bases and N runs (names apart).
    std::size_t bytes() const
    {
        return packed_.size() + runs_.size() * sizeof(run_of_n) +
               size() * (sizeof(std::uint64_t) + sizeof(std::uint32_t));
    }
    /// Gives back what growing left over.
    void shrink_to_fit()
    {
        packed_.shrink_to_fit();
        starts_.shrink_to_fit();
        lengths_.shrink_to_fit();
        runs_.shrink_to_fit();
        names_.shrink_to_fit();
        name_ends_.shrink_to_fit();
    }

private:
    struct run_of_n {
        std::uint64_t sequence;
        std::uint32_t begin, count;
    };

    static std::string quoted(char c)
    {
        if (c >= ' ' && c <= '~') return std::string{"'"} + c + "'";
        return "byte " + std::to_string(static_cast<unsigned char>(c));
    }
    std::vector<run_of_n>::const_iterator first_run(std::size_t i) const
    {
        return std::partition_point(runs_.begin(), runs_.end(),
                                    [i](run_of_n const& r) { return r.sequence < i; });
    }
    void begin_sequence(std::string_view name, std::size_t bases)
    {
        if (bases > std::numeric_limits<std::uint32_t>::max())
            throw error{"expected a sequence shorter than 2^32 bases, found " + std::to_string(bases) +
                        " in " + std::string{name}};
        starts_.push_back(packed_.size());
        lengths_.push_back(static_cast<std::uint32_t>(bases));
        packed_.resize(packed_.size() + (bases + 3) / 4);
        names_ += name;
        name_ends_.push_back(names_.size());
    }
    void put(std::size_t at, letter code)
    {
        if (code < 4) {
            auto& byte = packed_[starts_.back() + at / 4];
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
    std::vector<std::uint64_t> starts_;
    std::vector<std::uint32_t> lengths_;
    std::vector<run_of_n> runs_;
    std::string names_;
    std::vector<std::uint64_t> name_ends_;
};

} // namespace explainn
