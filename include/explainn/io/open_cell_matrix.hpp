// A matrix of peaks by cells, whatever its format.
#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/cell_hdf5.hpp>
#include <explainn/io/cell_matrix.hpp>

namespace explainn::EXPLAINN_ABI {

/// Opens a matrix of peaks by cells: a Matrix Market folder or file, or HDF5 of 10x Genomics or AnnData where
/// libhdf5 is installed. Throws input_error for what is none.
///
///     auto const m = open_cell_matrix("filtered_peak_bc_matrix");
inline std::unique_ptr<cell_matrix> open_cell_matrix(std::filesystem::path const& path)
{
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) return std::make_unique<market_matrix>(path);
    binary_file const file{path};
    auto const head = file.size() >= 8 ? file.read(0, 8) : std::vector<std::byte>{};
    if (std::string_view{reinterpret_cast<char const*>(head.data()), head.size()} == "\x89HDF\r\n\x1a\n") {
#if __has_include(<hdf5.h>)
        return std::make_unique<hdf5_matrix>(path);
#else
        throw input_error{path, 0,
                          "a matrix in Matrix Market format, since this program was built without "
                          "libhdf5",
                          "an HDF5 file"};
#endif
    }
    return std::make_unique<market_matrix>(path);
}

} // namespace explainn::EXPLAINN_ABI
