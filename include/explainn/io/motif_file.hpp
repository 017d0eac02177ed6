// Motif files of every format, told apart by what stands in them.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/cisbp_file.hpp>
#include <explainn/io/homer_file.hpp>
#include <explainn/io/jaspar_file.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/transfac_file.hpp>
#include <explainn/io/uniprobe_file.hpp>

namespace explainn {

/// The formats that are read and written.
enum class motif_format { meme, jaspar, transfac, homer, cisbp, uniprobe };

namespace detail {

// After ">": HOMER if a threshold is the third field between tabs, or if the rows are not four but all of
// four numbers; JASPAR else (so also four plain rows of four).
inline motif_format format_after_name(motif_lines& in)
{
    auto const fields = tab_fields(in.take());
    if (fields.size() > 2 && motif_number(fields[2])) return motif_format::homer;
    std::size_t rows = 0;
    for (in.skip_blank(); !in.done() && !in.peek().starts_with('>'); in.skip_blank(), ++rows) {
        auto const parts = words(in.take());
        if (parts.size() != 4 || !motif_number(parts[0])) return motif_format::jaspar;
    }
    return rows == 0 || rows == 4 ? motif_format::jaspar : motif_format::homer;
}

inline motif_format format_of(motif_lines& in)
{
    in.skip_blank();
    if (in.done()) throw input_error{in.path(), 0, "a motif file", "an empty one"};
    std::string_view const first = trimmed(in.peek());
    if (first.starts_with('>')) return format_after_name(in);
    if (first.starts_with("<?xml") || first.starts_with("<!")) in.refuse_next("text, not XML or HTML");
    bool const transfac = is_transfac_line(first);
    for (; !in.done(); in.take()) {
        std::string_view const line = trimmed(in.peek());
        if (line.starts_with("MEME version") || line.starts_with("letter-probability matrix:"))
            return motif_format::meme;
        if (transfac && (line.starts_with("P0") || line.starts_with("PO") || line.starts_with("//")))
            return motif_format::transfac;
        if (is_cisbp_head(line)) return motif_format::cisbp;
        if (is_uniprobe_row(line)) return motif_format::uniprobe;
    }
    in.rewind();
    in.skip_blank();
    in.refuse_next("a motif file (MEME, JASPAR, TRANSFAC, HOMER, cis-BP or UniPROBE)");
}

inline motif_set parse_motifs(motif_lines& in)
{
    motif_format const format = format_of(in);
    in.rewind();
    switch (format) {
    case motif_format::meme:
        return parse_meme(in);
    case motif_format::jaspar:
        return parse_jaspar(in);
    case motif_format::transfac:
        return parse_transfac(in);
    case motif_format::homer:
        return parse_homer(in);
    case motif_format::cisbp:
        return parse_cisbp(in);
    case motif_format::uniprobe:
        return parse_uniprobe(in);
    }
    return {};
}

} // namespace detail

/// Reads a motif file; the format is found from its content, gzip is recognised, `-` is standard input. Every
/// set has at least one motif, every motif at least one and at most widest_motif columns, every column adds
/// up to 1 (those of a file may be off by column_tolerance). Names may repeat. Throws input_error with file
/// and line.
///
///     motif_set const jaspar = read_motifs("JASPAR2020_CORE_vertebrates_non-redundant.meme");
inline motif_set read_motifs(std::filesystem::path const& path)
{
    detail::motif_lines in{path};
    return detail::parse_motifs(in);
}

/// The same from text in memory; errors call it `name`.
inline motif_set parse_motifs(std::string_view content, std::filesystem::path const& name = "motifs")
{
    detail::motif_lines in{content, name};
    return detail::parse_motifs(in);
}

/// The format a text in memory is in; throws as read_motifs does if it is in none.
inline motif_format motif_format_of(std::string_view content, std::filesystem::path const& name = "motifs")
{
    detail::motif_lines in{content, name};
    return detail::format_of(in);
}

/// The motifs as text of any format.
///
///     std::string const text = motif_text(set, motif_format::jaspar);
inline std::string motif_text(motif_set const& set, motif_format format)
{
    switch (format) {
    case motif_format::meme:
        return meme_text(set);
    case motif_format::jaspar:
        return jaspar_text(set);
    case motif_format::transfac:
        return transfac_text(set);
    case motif_format::homer:
        return homer_text(set);
    case motif_format::cisbp:
        return cisbp_text(set);
    case motif_format::uniprobe:
        return uniprobe_text(set);
    }
    return {};
}

} // namespace explainn
