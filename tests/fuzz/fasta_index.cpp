// libFuzzer target: the index (.fai) beside a FASTA file that stays as it is. What an index leads to must be
// what the file holds, or be refused.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "by_place.hpp"

namespace {

namespace fs = std::filesystem;

void write(fs::path const& path, std::string_view text)
{
    std::ofstream{path, std::ios::binary}.write(text.data(), static_cast<std::streamsize>(text.size()));
}

/// A folder of this process that goes with it.
struct folder {
    fs::path path = fs::temp_directory_path() / ("explainn_fuzz_index_" + std::to_string(::getpid()));
    folder()
    {
        fs::create_directories(path);
        write(path / "genome.fa", ">chr1 of two\nACGTACGTAC\nGTNNACGTAC\nGGT\n>chr2\nacgtacgtac\ngg\n");
    }
    ~folder()
    {
        std::error_code code;
        fs::remove_all(path, code);
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    using namespace explainn;
    static folder const here;
    write(here.path / "genome.fa.fai", {reinterpret_cast<char const*>(bytes), count});
    try {
        genome g{here.path / "genome.fa"};
        read_by_place(g);
        whole_fasta whole{here.path / "genome.fa"};
        // an index says where contigs begin and how long they are; it can only be right or refused
        for (contig const& each : g.contigs())
            if (std::find(whole.contigs().begin(), whole.contigs().end(), each) == whole.contigs().end())
                __builtin_trap();
        std::string letters;
        for (std::size_t i = 0; i < g.contigs().size(); ++i) {
            auto const at = std::find(whole.contigs().begin(), whole.contigs().end(), g.contigs()[i]);
            letters.resize(static_cast<std::size_t>(at->length));
            whole.read(static_cast<std::size_t>(at - whole.contigs().begin()), 0, letters);
            if (g.characters(i, 0, at->length) != letters) __builtin_trap();
        }
    } catch (error const& e) {
        if (std::string_view{e.what()}.find('\n') != std::string_view::npos) __builtin_trap();
    }
    return 0;
}
