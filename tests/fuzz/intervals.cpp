// libFuzzer target: intervals of BED, narrowPeak and GFF3, and names of contigs; what is read is in order.
#include "with_file.hpp"

#include <explainn/genome/contig_names.hpp>
#include <explainn/genome/interval_file.hpp>
#include <explainn/prepare/peaks.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    with_file(bytes, count, [](std::filesystem::path const& path) { explainn::read_contig_names(path); });
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::interval_file file{path};
        std::size_t line = 0;
        for (explainn::bed_interval each; file.next(each); line = each.line) {
            if (each.start >= each.end || each.line <= line || each.contig.empty()) __builtin_trap();
            auto const p = explainn::peak_of(each, 0, 0, explainn::peak_centre::summit, path);
            if (p.centre < p.start || p.centre >= p.end) __builtin_trap();
        }
    });
}
