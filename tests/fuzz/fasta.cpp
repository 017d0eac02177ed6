// libFuzzer target: FASTA and FASTQ files; both readers agree.
#include "with_file.hpp"

#include <explainn/io/fasta.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        auto const packed = explainn::read_fasta(path);
        explainn::fasta_file file{path};
        std::size_t i = 0;
        for (std::string name, bases; file.next(name, bases); ++i)
            if (name != packed.name(i) || bases != packed.letters(i)) __builtin_trap();
        if (i != packed.size()) __builtin_trap();
    });
}
