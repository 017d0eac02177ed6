// The two reads of one molecule as one sequence.
#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/io/reads_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// When two reads of a pair are taken for one molecule: where the second one, complemented and turned round,
/// lies over the first with at least `least_overlap` bases, of which at most `most_differences` (a share)
/// differ.
struct pair_rules {
    std::size_t least_overlap = 12;
    double most_differences = 0.1;
};

namespace detail {
inline void reverse_complement_text(std::string& bases)
{
    std::reverse(bases.begin(), bases.end());
    for (char& c : bases) c = char_of(complement(letter_of(c)));
}
/// Where `second` begins, seen from the first base of `first`, so that they agree best; false if nowhere.
inline bool overlap_of(std::string_view first, std::string_view second, pair_rules const& rules,
                       std::ptrdiff_t& place)
{
    auto const a = static_cast<std::ptrdiff_t>(first.size()), b = static_cast<std::ptrdiff_t>(second.size()),
               least = static_cast<std::ptrdiff_t>(std::max<std::size_t>(rules.least_overlap, 1));
    double best = -1;
    for (std::ptrdiff_t at = least - b; at <= a - least; ++at) {
        std::ptrdiff_t const begin = std::max<std::ptrdiff_t>(at, 0), end = std::min(a, at + b);
        if (end - begin < least) continue;
        auto const most =
            static_cast<std::ptrdiff_t>(rules.most_differences * static_cast<double>(end - begin));
        std::ptrdiff_t differ = 0;
        for (std::ptrdiff_t i = begin; i < end && differ <= most; ++i)
            differ += first[static_cast<std::size_t>(i)] != second[static_cast<std::size_t>(i - at)];
        if (differ > most) continue;
        // as many agreeing bases as can be, each difference taking two away
        double const score = static_cast<double>(end - begin - 3 * differ);
        if (score > best) {
            best = score;
            place = at;
        }
    }
    return best >= 0;
}
} // namespace detail

/// Reads two files of pairs side by side and joins the reads of each pair into the sequence of the molecule,
/// on the strand of the first file: from the first base of the first read to the first base of the second
/// one, so that what a read saw beyond the end of a short molecule is gone. Where the two differ, the base of
/// higher quality stands. Throws input_error as reads_file does, where the names of a pair differ, and where
/// one file ends before the other.
///
///     read_pairs pairs{"r1.fastq.gz", "r2.fastq.gz"};
///     for (sequencing_read r; pairs.next(r);) use(r.bases);
///     pairs.apart();                                   // how many pairs did not overlap
class read_pairs {
public:
    read_pairs(std::filesystem::path first, std::filesystem::path second, pair_rules rules = {})
        : first_{std::move(first)}, second_{std::move(second)}, rules_{rules}
    {
    }

    reads_file const& file() const { return first_; }
    /// Pairs so far whose reads did not overlap; they are passed over.
    std::size_t apart() const { return apart_; }

    /// The next molecule; false at the end.
    bool next(sequencing_read& to)
    {
        for (sequencing_read a, b;; ++apart_) {
            bool const one = first_.next(a), two = second_.next(b);
            if (one != two) {
                auto const& longer = one ? first_ : second_;
                longer.refuse(one ? a : b,
                              "as many reads as in " + (one ? second_ : first_).path().string() +
                                  ", whose last pair came before",
                              "one more");
            }
            if (!one) return false;
            if (without_number(a.name) != without_number(b.name))
                second_.refuse(b,
                               "the read " + in_quotes(a.name) + " as in " + first_.path().string() + ":" +
                                   std::to_string(a.line),
                               in_quotes(b.name));
            if (!join(a, b)) continue;
            to = a;
            to.bases = bases_;
            to.qualities = qualities_;
            to.counts = {};
            return true;
        }
    }

private:
    // names of pairs end in /1 and /2, or have the number behind a blank
    static std::string_view without_number(std::string_view name)
    {
        if (name.ends_with("/1") || name.ends_with("/2")) name.remove_suffix(2);
        return name;
    }
    bool join(sequencing_read const& a, sequencing_read const& b)
    {
        turned_ = b.bases;
        detail::reverse_complement_text(turned_);
        turned_qualities_.assign(b.qualities.rbegin(), b.qualities.rend());
        std::ptrdiff_t at = 0;
        if (!detail::overlap_of(a.bases, turned_, rules_, at)) return false;
        bool const told = !a.qualities.empty() && !b.qualities.empty();
        auto const end = at + static_cast<std::ptrdiff_t>(turned_.size()),
                   first_end = static_cast<std::ptrdiff_t>(a.bases.size());
        bases_.clear();
        qualities_.clear();
        for (std::ptrdiff_t i = 0; i < end; ++i) {
            auto const k = static_cast<std::size_t>(i), m = static_cast<std::size_t>(i - at);
            bool const in_first = i < first_end, in_second = i >= at;
            bool const second_wins =
                !in_first ||
                (in_second && (a.bases[k] == 'N' || (told && turned_qualities_[m] > a.qualities[k])) &&
                 turned_[m] != 'N');
            bases_ += second_wins ? turned_[m] : a.bases[k];
            if (told) qualities_ += second_wins ? turned_qualities_[m] : a.qualities[k];
        }
        return true;
    }

    reads_file first_, second_;
    pair_rules rules_;
    std::size_t apart_{};
    std::string bases_, qualities_, turned_, turned_qualities_;
};

} // namespace explainn::EXPLAINN_ABI
