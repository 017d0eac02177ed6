// How hits of motifs were found, as a comment line that every format of hits takes.
#pragma once
#include <cstddef>
#include <string>

#include <explainn/core/number_text.hpp>
#include <explainn/motif/scan.hpp>

namespace shared {

/// The options of a scan as a comment. It is the first line of BED (bedtools reads comments before the hits
/// alone), and the last one of GFF3 and of a table, as FIMO writes it.
inline std::string scan_line(explainn::scan_options const& o)
{
    using explainn::number_text;
    std::string line = "# hits of p-values up to " + number_text(o.p_value, 6) + " on " +
                       (o.both_strands ? "both strands" : "the forward strand alone") + "; background";
    for (std::size_t base = 0; base < 4; ++base)
        line += std::string{" "} + "ACGT"[base] + ' ' + number_text(o.background.frequencies[base], 6);
    return line + "; pseudocount " + number_text(o.pseudocount, 6) + '\n';
}

} // namespace shared
