// libFuzzer target: FASTA read by place, plain, bgzip and gzip, with the index that htslib makes of it.
#include "with_file.hpp"

#include "by_place.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::genome g{path};
        read_by_place(
            g); // refuses what is no base; its place is counted as a base by one reader and not by the other
        explainn::whole_fasta const whole{path};
        if (g.contigs().size() != whole.contigs().size()) __builtin_trap();
        for (std::size_t i = 0; i < whole.contigs().size(); ++i)
            if (g.contigs()[i].name != whole.contigs()[i].name ||
                (g.contigs()[i].length < 3000 && !(g.contigs()[i] == whole.contigs()[i])))
                __builtin_trap();
    });
}
