// The letters of a genome by place, from FASTA or 2bit (CMake: explainn::hts).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<htslib/faidx.h>)
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <explainn/genome/contigs.hpp>
#include <explainn/genome/indexed_fasta.hpp>
#include <explainn/genome/two_bit.hpp>
#include <explainn/genome/whole_fasta.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI {

/// A genome whose letters are read by place. FASTA, plain or bgzip, and UCSC's 2bit are read directly from
/// the file, so that memory does not grow with the genome. FASTA in plain gzip, or with lines that differ in
/// length within a sequence, cannot be read in this way and is kept in memory, a byte a base (`bgzip` and
/// `samtools faidx` turn it into one that can). Places count from 0. One thread at a time may use a genome.
///
/// Throws input_error for a file that is not a genome, and says what it is; see indexed_fasta for indices.
///
///     genome hg38{"hg38.fa.gz"};
///     std::vector<letter> window(200);
///     hg38.letters(hg38.contigs().require("chr1", "peaks.bed"), 10000, window);
class genome {
public:
    explicit genome(std::filesystem::path const& path)
        : source_{source_of(path)},
          contigs_{path, std::visit([](auto const& s) { return s.contigs(); }, source_)}
    {
    }

    std::filesystem::path const& path() const { return contigs_.file(); }
    contig_list const& contigs() const { return contigs_; }

    /// The letters of contig i from `start` on, which may be negative; places beyond the ends of the contig
    /// are N. Throws input_error for a character that is not IUPAC, with its place.
    void letters(std::size_t i, std::int64_t start, std::span<letter> to)
    {
        auto const length = static_cast<std::int64_t>(contigs_[i].length);
        auto const size = static_cast<std::int64_t>(to.size());
        std::int64_t const first = std::clamp<std::int64_t>(start, 0, length),
                           last = std::clamp<std::int64_t>(start + size, first, length);
        std::fill(to.begin(), to.end(), letter_n);
        if (first == last) return;
        char const* const from = at(i, static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(last));
        letter* const out = to.data() + (first - start);
        for (std::int64_t k = 0; k < last - first; ++k) {
            letter const code = letter_of(from[k]);
            if (code == no_letter) refuse_letter(i, first + k, from[k]);
            out[k] = code;
        }
    }
    /// The characters of bases [start, end) of contig i as they stand in the file, where lower case means
    /// masked. Throws error where the contig ends before `end`.
    std::string characters(std::size_t i, std::uint64_t start, std::uint64_t end)
    {
        if (start > end || end > contigs_[i].length)
            throw error{path().string() + ": expected bases within the " +
                        std::to_string(contigs_[i].length) + " of " + in_quotes(contigs_[i].name) +
                        ", found " + std::to_string(start) + " to " + std::to_string(end)};
        if (start == end) return {};
        return {at(i, start, end), static_cast<std::size_t>(end - start)};
    }

private:
    using source = std::variant<indexed_fasta, whole_fasta, two_bit>;
    static source source_of(std::filesystem::path const& path)
    {
        {
            binary_file const file{path};
            if (file.size() >= 4) {
                auto const head = file.read(0, 4);
                std::string_view const magic{reinterpret_cast<char const*>(head.data()), 4};
                if (magic == "\x43\x27\x41\x1a" || magic == "\x1a\x41\x27\x43") return two_bit{path};
            }
        }
        if (auto indexed = indexed_fasta::open(path)) return std::move(*indexed);
        return whole_fasta{path};
    }
    // The letters [first, last) of a contig, which must exist. It reads beyond `last`, because the next place
    // is mostly near. The longer places are asked for in order, the more is read at once.
    char const* at(std::size_t i, std::uint64_t first, std::uint64_t last)
    {
        if (i != kept_contig_ || first < kept_first_ || last > kept_first_ + kept_.size()) {
            bool const near =
                i == kept_contig_ && first >= kept_first_ && first <= kept_first_ + kept_.size() + ahead_;
            ahead_ = near ? std::min(2 * ahead_, most_ahead) : least_ahead;
            std::uint64_t const end = std::min(contigs_[i].length, std::max(last, first + ahead_));
            kept_contig_ = contigs_.size(); // nothing counts as kept if reading throws
            kept_.resize(static_cast<std::size_t>(end - first));
            std::visit([&](auto& s) { s.read(i, first, kept_); }, source_);
            kept_contig_ = i;
            kept_first_ = first;
        }
        return kept_.data() + (first - kept_first_);
    }
    [[noreturn]] void refuse_letter(std::size_t i, std::int64_t base, char c) const
    {
        throw input_error{path(), 0, "IUPAC nucleotides",
                          in_quotes(c) + " at base " + std::to_string(base + 1) + " of " +
                              in_quotes(contigs_[i].name)};
    }

    static constexpr std::uint64_t least_ahead = 1 << 12, most_ahead = 1 << 18;
    source source_;
    contig_list contigs_;
    std::vector<char> kept_;
    std::size_t kept_contig_ = static_cast<std::size_t>(-1);
    std::uint64_t kept_first_ = 0, ahead_ = least_ahead;
};

} // namespace explainn::EXPLAINN_ABI
#endif
