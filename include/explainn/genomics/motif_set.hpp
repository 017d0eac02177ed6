// A collection of motifs with what a motif file says about all of them.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/motif.hpp>

namespace explainn::EXPLAINN_ABI {

/// The strands that a motif file says its motifs came from.
enum class motif_strands { not_said, forward, both };

/// What a reader of motif files had to assume or to leave out: one sentence with its place.
struct motif_remark {
    std::filesystem::path file;
    std::size_t line = 0; ///< from 1; 0 where the remark is about the file
    std::string motif;    ///< its name; empty where the remark is about the file
    std::string says;     ///< "the sum of rows and of columns is 1; taken as a row for each position"
};

/// The remark as programs print it behind "warning: ".
///
///     remark_text({"a.pfm", 7, "GATA", "it has a column of zeros"})   // "a.pfm:7: motif 'GATA': it has ..."
inline std::string remark_text(motif_remark const& r)
{
    std::string const name = "motif " + in_quotes(r.motif);
    bool const named = r.motif.empty() || r.says.find(name) != std::string::npos;
    return input_error::place(r.file, r.line) + ": " + (named ? std::string{} : name + ": ") + r.says;
}

/// Motifs in file order. Names may repeat; code that needs unique ones calls require_unique_names.
struct motif_set {
    std::vector<motif> motifs;
    std::optional<background> letters{}; ///< the background the file gives
    motif_strands strands = motif_strands::not_said;
    bool rna =
        false; ///< the file's alphabet is RNA: U was read as T, and only the strand as given has a meaning
    std::vector<motif_remark> warnings{}; ///< what the reader assumed and what therefore may be wrong
    std::vector<motif_remark> skipped{};  ///< motifs left out because they cannot be read (skip_bad)

    /// Whether the motifs are the same; what the reader remarked about the file does not count.
    friend bool operator==(motif_set const& a, motif_set const& b)
    {
        return a.motifs == b.motifs && a.letters == b.letters && a.strands == b.strands && a.rna == b.rna;
    }
};

/// Throws error, naming the first name that two motifs share, if there is one.
///
///     require_unique_names(set);                  // before writing one file per motif
inline void require_unique_names(motif_set const& set)
{
    std::unordered_set<std::string> seen;
    for (motif const& m : set.motifs)
        if (!seen.insert(m.name).second)
            throw error{"expected motifs of different names, found two called " + in_quotes(m.name)};
}

/// Throws error, naming the first motif with a number that is not finite, if there is one: no reader would
/// accept such a file, so none is written.
inline void require_finite(motif_set const& set)
{
    auto const finite = [](std::vector<column> const& columns) {
        return std::ranges::all_of(columns, [](column const& c) {
            return std::ranges::all_of(c, [](double x) { return std::isfinite(x); });
        });
    };
    for (motif const& m : set.motifs)
        if (!finite(m.probabilities.columns) || (m.counts && !finite(m.counts->columns)) ||
            !std::isfinite(m.sites) || std::isnan(m.e_value))
            throw error{"expected finite numbers in a motif that is to be written, found others in " +
                        in_quotes(m.name)};
    if (set.letters && !finite({set.letters->frequencies}))
        throw error{"expected a background of finite numbers to be written, found another"};
}

} // namespace explainn::EXPLAINN_ABI
