// A made-up genome and its variants, and simple ways to write them and to cut windows out of them.
#pragma once
#include <htslib/bgzf.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/genome/variant.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace made_up {

namespace ex = explainn;

struct contig_text {
    std::string name, bases;
};
using genome_text = std::vector<contig_text>;

/// Contigs of random bases with runs of N and of lower case.
inline genome_text genome(std::uint32_t salt,
                          std::vector<std::size_t> const& lengths = {700, 61, 2500, 60, 1, 1200})
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests, salt};
    // not in the order of their names
    char const* const names[]{"chr2", "chr10", "chr1", "scaffold_3", "tiny", "chrX"};
    genome_text all;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        std::string s;
        for (std::size_t k = 0; k < lengths[i]; ++k) s += "ACGT"[draw.below(4)];
        for (int run = 0; run < 3 && lengths[i] > 50; ++run) {
            std::size_t const at = draw.below(static_cast<std::uint32_t>(lengths[i] - 20));
            for (std::size_t k = at; k < at + 20; ++k) s[k] = run == 0 ? 'N' : static_cast<char>(s[k] | 0x20);
        }
        all.push_back({i < 6 ? names[i] : "more" + std::to_string(i), s});
    }
    return all;
}

/// FASTA with lines of `width` bases.
inline std::string fasta(genome_text const& all, std::size_t width = 60, std::string_view end = "\n")
{
    std::string s;
    for (auto const& each : all) {
        s += ">" + each.name + " a description" + std::string{end};
        for (std::size_t at = 0; at < each.bases.size(); at += width)
            s += each.bases.substr(at, width) + std::string{end};
    }
    return s;
}

inline void write_bgzip(std::filesystem::path const& path, std::string_view text, std::size_t block = 1000)
{
    BGZF* const file = bgzf_open(path.c_str(), "w");
    for (std::size_t at = 0; at < text.size(); at += block) {
        std::string_view const some = text.substr(at, block);
        if (bgzf_write(file, some.data(), some.size()) < 0 || bgzf_flush(file) != 0) std::abort();
    }
    if (bgzf_close(file) != 0) std::abort();
}

/// UCSC's format, in a loop that follows its description line by line.
inline std::string two_bit(genome_text const& all, bool other_order = false)
{
    auto const word = [other_order](std::size_t x) {
        auto n = static_cast<std::uint32_t>(x);
        if (other_order) n = __builtin_bswap32(n);
        return std::string{reinterpret_cast<char const*>(&n), 4};
    };
    auto const runs = [&](std::string const& s, auto in) {
        std::string starts, sizes;
        std::size_t count = 0;
        for (std::size_t i = 0; i < s.size();) {
            std::size_t k = i;
            while (k < s.size() && in(s[k])) ++k;
            if (k > i) {
                starts += word(i);
                sizes += word(k - i);
                ++count;
            }
            i = k + 1;
        }
        return word(count) + starts + sizes;
    };
    std::string index, records;
    std::size_t offset = 16;
    for (auto const& each : all) offset += 1 + each.name.size() + 4;
    for (auto const& each : all) {
        index += static_cast<char>(each.name.size()) + each.name + word(offset + records.size());
        records += word(each.bases.size());
        records += runs(each.bases, [](char c) { return c == 'N' || c == 'n'; });
        records += runs(each.bases, [](char c) { return c >= 'a'; });
        records += word(0);
        for (std::size_t at = 0; at < each.bases.size(); at += 4) {
            unsigned byte = 0;
            for (std::size_t k = 0; k < 4; ++k) {
                auto const c = at + k < each.bases.size() ? each.bases[at + k] & ~0x20 : 'T';
                byte = byte << 2 | static_cast<unsigned>(c == 'C' ? 1 : c == 'A' ? 2 : c == 'G' ? 3 : 0);
            }
            records += static_cast<char>(byte);
        }
    }
    return word(0x1A412743) + word(0) + word(all.size()) + word(0) + index + records;
}

inline ex::letter letter_at(std::string const& bases, std::int64_t at)
{
    if (at < 0 || at >= static_cast<std::int64_t>(bases.size())) return ex::letter_n;
    return ex::letter_of(bases[static_cast<std::size_t>(at)]);
}

/// The window of an allele: the whole contig with the allele in its place, base by base.
inline std::vector<ex::letter> window(std::string const& bases, std::uint64_t position, std::size_t reference,
                                      std::string const& allele, std::size_t length)
{
    std::string const changed =
        bases.substr(0, position - 1) + allele + bases.substr(position - 1 + reference);
    std::vector<ex::letter> codes;
    for (std::size_t i = 0; i < length; ++i)
        codes.push_back(letter_at(changed, static_cast<std::int64_t>(position - 1 + i) -
                                               static_cast<std::int64_t>(length / 2)));
    return codes;
}

/// SNVs, insertions, deletions and longer changes anywhere, several alternatives each, REF as in the genome.
inline std::vector<ex::variant> variants(genome_text const& all, std::size_t count, std::uint32_t salt)
{
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests, salt};
    auto const random_bases = [&](std::uint32_t most) {
        std::string s;
        for (std::uint32_t n = 1 + draw.below(most); n > 0; --n) s += "ACGTacgN"[draw.below(8)];
        return s;
    };
    std::vector<ex::variant> out;
    while (out.size() < count) {
        auto const& c = all[draw.below(static_cast<std::uint32_t>(all.size()))];
        std::size_t const at = draw.below(static_cast<std::uint32_t>(c.bases.size()));
        ex::variant v{c.name,
                      at + 1,
                      "id" + std::to_string(out.size()),
                      c.bases.substr(at, draw.below(3) == 0 ? 1 + draw.below(60) : 1),
                      {},
                      0};
        for (std::uint32_t n = 1 + draw.below(3); n > 0; --n)
            v.alternatives.push_back(random_bases(draw.below(4) == 0 ? 50 : draw.below(2) == 0 ? 1 : 5));
        out.push_back(std::move(v));
    }
    return out;
}

inline std::string vcf(std::vector<ex::variant> const& all, std::string const& head = "")
{
    std::string s = "##fileformat=VCFv4.2\n" + head + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    for (auto const& v : all) {
        std::string alternatives;
        for (auto const& each : v.alternatives) alternatives += (alternatives.empty() ? "" : ",") + each;
        s += v.contig + "\t" + std::to_string(v.position) + "\t" + v.id + "\t" + v.reference + "\t" +
             (alternatives.empty() ? "." : alternatives) + "\t.\tPASS\t.\n";
    }
    return s;
}

} // namespace made_up
