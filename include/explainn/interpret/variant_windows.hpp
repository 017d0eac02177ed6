// The two sequences by which a variant is judged: the genome around it, and the same with the other allele.
#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genome/contigs.hpp>
#include <explainn/genome/variant.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace explainn::EXPLAINN_ABI {

/// A genome whose letters are read by place, as in class genome: contigs() is a contig_list, and
/// letters(contig, start, to) writes the bases from `start` on, with N beyond the ends of the contig.
template <class G>
concept genome_source = requires(G& g, std::size_t contig, std::int64_t start, std::span<letter> to) {
    {
        g.contigs()
    } -> std::convertible_to<contig_list const&>;
    g.letters(contig, start, to);
};

/// Whether an alternative of a variant can be judged, and why not.
enum class variant_verdict : unsigned char {
    good,
    no_alternative,  ///< ALT is "."
    not_bases,       ///< ALT is not a sequence: <DEL>, *, a breakend; or REF holds other characters
    unknown_contig,  ///< the genome has no contig of this name, nor of a similar one
    beyond_contig,   ///< POS is 0, or REF reaches beyond the end of the contig
    other_reference, ///< the genome has other bases than REF
};
inline constexpr std::size_t variant_verdicts = 6;

/// A verdict as a word for tables: "ref_mismatch".
inline std::string_view word_of(variant_verdict v)
{
    constexpr std::string_view words[]{"scored",         "no_alternative", "not_bases",
                                       "unknown_contig", "beyond_contig",  "ref_mismatch"};
    return words[static_cast<std::size_t>(v)];
}

/// How variants find their contigs.
struct variant_places {
    std::filesystem::path file{};  ///< the file of the variants, for errors
    contig_renames contig_names{}; ///< from names in the variants' file to names of the genome
};

/// Makes the windows of variants, of `length` bases. The first base of REF stands at index length / 2
/// (rounded down). Where the alternative is longer or shorter than REF, the window has fewer or more bases of
/// the genome at its right end. Beyond the ends of a contig it holds N.
///
///     variant_windows<genome> windows{hg38, 200};
///     std::vector<letter> before(200), after(200);
///     variant const v{"chr1", 1000, ".", "A", {"C"}, 0};
///     if (windows.look_at(v) == variant_verdict::good) {
///         windows.reference(before);
///         if (windows.alternative(0, after) == variant_verdict::good) use(before, after);
///     }
template <genome_source G>
class variant_windows {
public:
    variant_windows(G& g, std::size_t length, variant_places how = {})
        : genome_{g}, how_{std::move(how)}, length_{length}
    {
    }

    std::size_t length() const { return length_; }
    /// The index of the first base of REF.
    std::size_t middle() const { return length_ / 2; }

    /// Looks the variant up in the genome; a verdict that is not good holds for all alternatives. Throws
    /// input_error for a contig that the genome has under a similar name, which the error suggests.
    variant_verdict look_at(variant const& v)
    {
        variant_ = &v;
        reference_in_genome_.clear();
        if (!codes_of(v.reference, reference_)) return variant_verdict::not_bases;
        auto const renamed = how_.contig_names.find(v.contig);
        std::string const& name = renamed == how_.contig_names.end() ? v.contig : renamed->second;
        contig_list const& contigs = genome_.contigs();
        auto const at = contigs.find(name);
        if (!at) {
            if (!contigs.alike(name).empty()) contigs.require(name, how_.file, v.line);
            return variant_verdict::unknown_contig;
        }
        contig_ = *at;
        std::uint64_t const bases = contigs[contig_].length;
        if (v.position < 1 || v.position > bases || v.reference.size() > bases - (v.position - 1))
            return variant_verdict::beyond_contig;
        around_.resize(length_ + reference_.size());
        genome_.letters(contig_,
                        static_cast<std::int64_t>(v.position - 1) - static_cast<std::int64_t>(middle()),
                        around_);
        std::span const there = std::span{around_}.subspan(middle(), reference_.size());
        if (std::equal(reference_.begin(), reference_.end(), there.begin())) return variant_verdict::good;
        for (letter const code : there) reference_in_genome_ += char_of(code);
        return variant_verdict::other_reference;
    }
    /// The number of the contig in the genome.
    std::size_t contig() const { return contig_; }
    /// The bases of the genome at the place of a REF that differs.
    std::string const& reference_in_genome() const { return reference_in_genome_; }

    /// The window of the unchanged genome; only after a good look_at().
    void reference(std::span<letter> to) const { std::copy_n(around_.begin(), length_, to.begin()); }
    /// The window with an alternative in place of REF.
    variant_verdict alternative(std::size_t i, std::span<letter> to)
    {
        if (!codes_of(variant_->alternatives[i], alternative_)) return variant_verdict::not_bases;
        std::size_t const from = middle(), room = length_ - from,
                          inside = std::min(room, alternative_.size());
        std::copy_n(around_.begin(), from, to.begin());
        std::copy_n(alternative_.begin(), inside, to.begin() + static_cast<std::ptrdiff_t>(from));
        std::copy_n(around_.begin() + static_cast<std::ptrdiff_t>(from + reference_.size()), room - inside,
                    to.begin() + static_cast<std::ptrdiff_t>(from + inside));
        return variant_verdict::good;
    }

private:
    static bool codes_of(std::string_view bases, std::vector<letter>& codes)
    {
        codes.clear();
        for (char const c : bases) {
            letter const code = letter_of(c);
            if (code == no_letter) return false;
            codes.push_back(code);
        }
        return !codes.empty();
    }

    G& genome_;
    variant_places how_;
    std::size_t length_, contig_{};
    variant const* variant_{};
    std::vector<letter> reference_, alternative_, around_;
    std::string reference_in_genome_;
};

} // namespace explainn::EXPLAINN_ABI
