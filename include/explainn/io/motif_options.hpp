// What a caller may decide about a motif file instead of leaving it to the reader.
#pragma once
#include <optional>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// The formats that are read and written. Files of ">name" and rows of numbers are `jaspar` where a row holds
/// one base and `homer` where a row holds one position.
enum class motif_format { meme, jaspar, transfac, homer, cisbp, uniprobe };

/// What one row of numbers after a ">name" line holds: one of A, C, G, T at every position (four rows), or
/// the four bases at one position (as many rows as the motif is wide).
enum class motif_layout { bases, positions };

/// How motif files are read. Without a choice the reader decides format and layout from the whole file, and
/// lists what it had to assume in motif_set::warnings.
///
///     motif_set const set = read_motifs("mixed.pfm", {.layout = motif_layout::positions, .skip_bad = true});
struct motif_options {
    std::optional<motif_format> format{};
    std::optional<motif_layout> layout{}; ///< for files of ">name" and rows of numbers
    bool skip_bad = false; ///< a motif that cannot be read is left out and named in motif_set::skipped
};

/// The format of this name (meme, jaspar, transfac, homer, cisbp or uniprobe), or nothing.
constexpr std::optional<motif_format> motif_format_named(std::string_view name)
{
    if (name == "meme") return motif_format::meme;
    if (name == "jaspar") return motif_format::jaspar;
    if (name == "transfac") return motif_format::transfac;
    if (name == "homer") return motif_format::homer;
    if (name == "cisbp") return motif_format::cisbp;
    if (name == "uniprobe") return motif_format::uniprobe;
    return std::nullopt;
}

} // namespace explainn::EXPLAINN_ABI
