// libFuzzer target: HDF5 files. libhdf5 crashes on some, which must happen only in the child process that
// reads first.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include <explainn/io/hdf5_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    // libhdf5 cannot open a file without a name
    static std::string const path =
        (std::filesystem::temp_directory_path() / ("explainn_fuzz_" + std::to_string(::getpid()) + ".h5"))
            .string();
    std::ofstream{path, std::ios::binary}.write(reinterpret_cast<char const*>(bytes),
                                                static_cast<std::streamsize>(count));
    // in another process, because memory that libhdf5 leaks is not leaked by this library
    bool const ended = explainn::detail::comes_to_an_end(
        [&] {
            try {
                explainn::read_hdf5(path);
            } catch (explainn::error const& e) {
                if (std::string{e.what()}.find('\n') != std::string::npos) std::abort();
            }
        },
        25);
    std::filesystem::remove(path);
    if (!ended) __builtin_trap();
    return 0;
}
