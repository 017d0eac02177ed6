// libFuzzer target: variants (VCF plain, gzip and bgzip, and BCF), with and without whole records.
#include "with_file.hpp"

#include <explainn/genome/variant_file.hpp>

// A torn BCF record may claim 4 GiB, which htslib asks the system for before it reads: here it gets none.
extern "C" char const* __asan_default_options();
extern "C" char const* __asan_default_options()
{
    return "allocator_may_return_null=1:max_allocation_size_mb=200";
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t count)
{
    using namespace explainn;
    for (bool const records : {false, true})
        with_file(bytes, count, [records](std::filesystem::path const& path) {
            variant_file file{path, {.records = records}};
            for (variant v; file.next(v);) {
                if (v.contig.empty() || v.reference.empty()) __builtin_trap();
                for (auto const& each : v.alternatives)
                    if (each.empty()) __builtin_trap();
                if (records) file.record();
            }
        });
    return 0;
}
