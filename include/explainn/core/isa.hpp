// Sets of vector instructions: which ones this processor has, and which of them the environment variable
// EXPLAINN_ISA allows. All code of the library that chooses among sets at run time asks here.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI::simd {

/// `base` is what every processor of the architecture has (SSE2, NEON); each set holds those before it.
enum class isa : unsigned char { base, avx2, avx512 };

/// The name of a set as EXPLAINN_ISA spells it.
constexpr std::string_view name_of(isa level)
{
    return level == isa::base ? "base" : level == isa::avx2 ? "avx2" : "avx512";
}

/// The widest set this processor has.
inline isa processor_isa()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return isa::avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return isa::avx2;
#endif
    return isa::base;
}

/// The widest set that the variable EXPLAINN_ISA (base, avx2, avx512) allows, whether the processor has it or
/// not. Where the variable is empty or not set, every set is allowed. Throws error for any other value.
inline isa allowed_isa()
{
    char const* const asked = std::getenv("EXPLAINN_ISA");
    if (asked == nullptr || *asked == '\0') return isa::avx512;
    for (isa const level : {isa::base, isa::avx2, isa::avx512})
        if (name_of(level) == asked) return level;
    throw error{"EXPLAINN_ISA: expected base, avx2 or avx512, found \"" + std::string{asked} + "\""};
}

/// The set that motif/ works with: the widest that this processor has and EXPLAINN_ISA allows at the first
/// call. The cpu backend has its own answer, cpu<T>::level(), because a build may lack some kernels. Throws
/// error as allowed_isa() does.
///
///     std::cerr << "vectors: " << simd::name_of(simd::isa_in_use()) << '\n';       // vectors: avx2
inline isa isa_in_use()
{
    static isa const level = std::min(processor_isa(), allowed_isa());
    return level;
}

} // namespace explainn::EXPLAINN_ABI::simd
