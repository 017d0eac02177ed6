// libFuzzer target: sequencing reads and probes of microarrays.
#include "with_file.hpp"

#include <explainn/prepare/arrays.hpp>
#include <explainn/prepare/reads.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    using namespace explainn;
    with_file(bytes, count, [](std::filesystem::path const& path) {
        read_counter counter{{.clip_left = 1, .right_flank = "", .least_quality = 3}};
        counter.add(path, "x");
        counter.finish();
    });
    with_file(bytes, count, [](std::filesystem::path const& path) {
        read_counter counter{{}};
        counter.add(path, "x");
        counter.finish();
        make_read_rows(counter, {.per_class = 3, .shuffled = 1, .from = seed{1}},
                       [](std::string const&, std::string_view bases, std::span<float const>, std::uint64_t) {
                           if (bases.empty()) __builtin_trap();
                       });
    });
    with_file(bytes, count, [](std::filesystem::path const& path) {
        read_pairs pairs{path, path, {.least_overlap = 3}};
        for (sequencing_read r; pairs.next(r);)
            if (!r.qualities.empty() && r.qualities.size() != r.bases.size()) __builtin_trap();
    });
    return with_file(bytes, count, [](std::filesystem::path const& path) {
        auto const array = read_microarray(path, {.scale = array_scale::quantiles});
        if (array.probes.size() != array.signals.size()) __builtin_trap();
        array_rows rows;
        rows.add(array, "x", "train");
    });
}
