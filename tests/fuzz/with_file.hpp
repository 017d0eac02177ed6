// The bytes of a fuzzer as a file without a name.
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <explainn/core/error.hpp>

/// Calls read(path) on a file of these bytes. An explainn::error of one line is expected; everything else is
/// left for the fuzzer to report. Returns 0, as a fuzz target must.
template <class Read>
int with_file(std::uint8_t const* bytes, std::size_t count, Read&& read)
{
    int const file = ::memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0) return 0;
    for (std::size_t done = 0; done < count;) {
        auto const n = ::write(file, bytes + done, count - done);
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    try {
        read(std::filesystem::path{"/proc/self/fd/" + std::to_string(file)});
    } catch (explainn::error const& e) {
        if (std::string{e.what()}.find('\n') != std::string::npos) __builtin_trap();
    }
    ::close(file);
    return 0;
}
