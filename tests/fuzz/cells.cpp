// libFuzzer target: matrices of peaks by cells in Matrix Market format, and tables of clusters.
#include "with_file.hpp"

#include <explainn/prepare/cell_clusters.hpp>
#include <explainn/prepare/cells.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    using namespace explainn;
    with_file(bytes, count, [](std::filesystem::path const& path) {
        detail::market_file file{path};
        std::uint32_t row{}, column_at{};
        for (double value{}; file.next(row, column_at, value);)
            if (row >= file.rows || column_at >= file.columns || !(value >= 0)) __builtin_trap();
    });
    with_file(bytes, count, [](std::filesystem::path const& path) {
        auto const peaks = detail::read_features(path);
        if (peaks.names.size() > peaks.place_of.size()) __builtin_trap();
    });
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        auto const clusters = read_clusters(path, {"AA-1", "CC-1", "GG-1"});
        for (auto const size : clusters.sizes())
            if (size == 0) __builtin_trap();
    });
}
