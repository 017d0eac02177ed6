// libFuzzer target: intervals (BED), line by line and as regions of a made-up genome.
#include "with_file.hpp"

#include <explainn/genome/bed_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    using namespace explainn;
    static contig_list const genome{"genome.fa", {{"chr1", 100000}, {"chr2", 5000}, {"chrX", 1}}};
    with_file(bytes, count, [](std::filesystem::path const& path) {
        bed_file file{path};
        for (bed_interval each; file.next(each);)
            if (each.contig.empty() || each.start >= each.end || each.line == 0) __builtin_trap();
    });
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        auto const all = read_regions(path, genome);
        std::uint64_t bases = 0, covered = 0;
        for (region const& each : all) {
            if (each.end > genome[each.contig].length) __builtin_trap();
            bases += each.end - each.start;
        }
        for (region const& each : merged(all, genome)) covered += each.end - each.start;
        if (covered == 0 || covered > bases) __builtin_trap();
    });
}
