// Motif files of every format, which is recognised by the content.
#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/io/cisbp_file.hpp>
#include <explainn/io/homer_file.hpp>
#include <explainn/io/jaspar_file.hpp>
#include <explainn/io/matrix_layout.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/motif_lines.hpp>
#include <explainn/io/motif_options.hpp>
#include <explainn/io/transfac_file.hpp>
#include <explainn/io/uniprobe_file.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

inline motif_format format_of(motif_lines& in)
{
    in.skip_blank();
    if (in.done()) throw input_error{in.path(), 0, "a motif file", "an empty one"};
    std::string_view const first = trimmed(in.peek());
    if (is_matrix_head(first)) {
        motif_format const found = file_layout{in}.positions() ? motif_format::homer : motif_format::jaspar;
        return found;
    }
    if (first.starts_with('<'))
        in.refuse_next("text, not XML or HTML (MEME's programs write their motifs as .txt or .meme too)");
    bool const transfac = is_transfac_line(first) || first.starts_with("//");
    if (transfac && is_stamp(in)) return motif_format::transfac;
    for (; !in.done(); in.take()) {
        std::string_view const line = trimmed(in.peek());
        if (is_meme_line(line)) return motif_format::meme;
        if (transfac && (line.starts_with("P0") || line.starts_with("PO") ||
                         (line.starts_with("//") && !first.starts_with("//"))))
            return motif_format::transfac;
        if (is_cisbp_head(line)) return motif_format::cisbp;
        if (begins_uniprobe_rows(line)) return motif_format::uniprobe;
    }
    in.rewind();
    in.skip_blank();
    in.refuse_next("a motif file (MEME, JASPAR, TRANSFAC, HOMER, cis-BP or UniPROBE)");
}

inline motif_set parse_as(motif_lines& in, motif_format format)
{
    switch (format) {
    case motif_format::meme:
        return parse_meme(in);
    case motif_format::jaspar:
    case motif_format::homer:
        return parse_matrices(in);
    case motif_format::transfac:
        return parse_transfac(in);
    case motif_format::cisbp:
        return parse_cisbp(in);
    case motif_format::uniprobe:
        return parse_uniprobe(in);
    }
    return {};
}

inline motif_set parse_motifs(motif_lines& in)
{
    motif_format const format = in.options.format ? *in.options.format : format_of(in);
    in.rewind();
    in.skip_blank();
    if (in.done()) throw input_error{in.path(), 0, "a motif file", "an empty one"};
    in.rewind();
    motif_set set = parse_as(in, format);
    if (in.rna_line != 0 && in.dna_line != 0) {
        in.motif.clear();
        in.refuse_at(std::max(in.rna_line, in.dna_line), "motifs of DNA alone or of RNA alone",
                     "U in line " + std::to_string(in.rna_line) + " and T in line " +
                         std::to_string(in.dna_line));
    }
    if (in.rna_line != 0) {
        set.rna = true;
        set.strands = motif_strands::forward;
        in.motif.clear();
        in.warn(in.rna_line, "the alphabet is RNA; U is read as T, and only the given strand counts");
    }
    set.warnings = std::move(in.warnings);
    return set;
}

} // namespace detail

/// Reads a motif file. The format is found from the content unless the options name it; gzip is recognised;
/// `-` is standard input. Every motif has at least one and at most widest_motif columns, and every column
/// adds up to 1 (those of a file may be off by less than column_tolerance). Names may repeat. The set has at
/// least one motif; with skip_bad it may have none, and those left out are in its `skipped`. What the reader
/// had to assume is in its `warnings`. Throws input_error with file, line and motif.
///
///     motif_set const jaspar = read_motifs("JASPAR2020_CORE_vertebrates_non-redundant.meme");
///     for (motif_remark const& w : jaspar.warnings) std::cerr << "warning: " << remark_text(w) << '\n';
inline motif_set read_motifs(std::filesystem::path const& path, motif_options const& options = {})
{
    detail::motif_lines in{path};
    in.options = options;
    return detail::parse_motifs(in);
}

/// Does the same for text in memory; errors call it `name`.
inline motif_set parse_motifs(std::string_view content, std::filesystem::path const& name = "motifs",
                              motif_options const& options = {})
{
    detail::motif_lines in{content, name};
    in.options = options;
    return detail::parse_motifs(in);
}

/// The format of a text in memory; throws as read_motifs does if it has none.
inline motif_format motif_format_of(std::string_view content, std::filesystem::path const& name = "motifs")
{
    detail::motif_lines in{content, name};
    return detail::format_of(in);
}

/// Reads the motifs of several files and folders, in order; of a folder every file but hidden ones, in the
/// order of their names. Background and strands are those of the first file that gives them; there is a
/// warning for a file with another background. Files of DNA and of RNA cannot be mixed. With skip_bad, a file
/// of a folder that is not a motif file, or is of the other kind, is left out and named in `skipped`. Throws
/// input_error as read_motifs does, and error if there is no motif at all.
///
///     motif_set const all = read_motif_files({"pwms_all_motifs"}, {.skip_bad = true});   // cis-BP's folder
inline motif_set read_motif_files(std::vector<std::filesystem::path> const& paths,
                                  motif_options const& options = {})
{
    motif_set all;
    std::filesystem::path first, with_letters; // the first files that give DNA or RNA, and the background
    bool another_background = false;
    auto const add = [&](motif_set set, std::filesystem::path const& file) {
        if (!all.motifs.empty() && !set.motifs.empty() && set.rna != all.rna)
            throw input_error{
                file, 0, std::string{"motifs of "} + (all.rna ? "RNA" : "DNA") + " as in " + first.string(),
                std::string{set.rna ? "RNA" : "DNA"} + " (motif " + in_quotes(set.motifs.front().name) + ")"};
        if (all.motifs.empty()) first = file;
        if (!all.letters && set.letters) with_letters = file;
        if (all.letters && set.letters && *all.letters != *set.letters && !another_background) {
            another_background = true;
            all.warnings.push_back({file, 0, "",
                                    "its background differs from that of " + with_letters.string() +
                                        ", which is taken for the motifs of all files"});
        }
        if (!all.letters) all.letters = set.letters;
        if (all.strands == motif_strands::not_said) all.strands = set.strands;
        all.rna = all.rna || set.rna;
        std::move(set.motifs.begin(), set.motifs.end(), std::back_inserter(all.motifs));
        std::move(set.warnings.begin(), set.warnings.end(), std::back_inserter(all.warnings));
        std::move(set.skipped.begin(), set.skipped.end(), std::back_inserter(all.skipped));
    };
    for (std::filesystem::path const& path : paths) {
        std::error_code code;
        if (path == "-" || !std::filesystem::is_directory(path, code)) {
            add(read_motifs(path, options), path);
            continue;
        }
        std::vector<std::filesystem::path> files;
        for (auto const& entry : std::filesystem::directory_iterator{path, code})
            if (entry.is_regular_file(code) && !entry.path().filename().string().starts_with('.'))
                files.push_back(entry.path());
        if (code) throw input_error{path, 0, "a folder that can be read", code.message()};
        if (files.empty()) throw error{path.string() + ": expected motif files, found an empty folder"};
        std::sort(files.begin(), files.end());
        for (std::filesystem::path const& file : files) {
            try {
                add(read_motifs(file, options), file);
            } catch (input_error const& e) {
                if (!options.skip_bad) throw;
                all.skipped.push_back(detail::refusal_remark(file, "", e));
            }
        }
    }
    if (!all.motifs.empty()) return all;
    std::string const where = paths.empty() ? "no file" : paths.front().string();
    throw error{where + ": expected at least one motif, found none" +
                (all.skipped.empty()
                     ? std::string{}
                     : " that can be read; the first that cannot: " + remark_text(all.skipped.front()))};
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

} // namespace explainn::EXPLAINN_ABI
