// libFuzzer target: genomes in UCSC's 2bit format.
#include "with_file.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include <explainn/genome/two_bit.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        explainn::two_bit file{path};
        explainn::contig_list const contigs{path, file.contigs()};
        std::vector<char> some, one(1);
        for (std::size_t i = 0; i < contigs.size(); ++i) {
            some.resize(static_cast<std::size_t>(std::min<std::uint64_t>(contigs[i].length, 2000)));
            std::uint64_t const first = contigs[i].length - some.size(); // the last bases
            file.read(i, first, some);
            for (std::size_t k = 0; k < some.size(); k += 37) {
                file.read(i, first + k, one);
                if (one[0] != some[k] || std::strchr("ACGTNacgtn", one[0]) == nullptr) __builtin_trap();
            }
        }
    });
}
