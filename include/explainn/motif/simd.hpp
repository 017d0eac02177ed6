// Short vectors of doubles and 16-bit numbers, and the choice among processor levels at run time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <explainn/core/cpp20.hpp>

#if defined(__x86_64__) && !defined(EXPLAINN_PORTABLE_MOTIF)
#include <immintrin.h>
#define EXPLAINN_MOTIF_X86 1
#define EXPLAINN_MOTIF_AVX2 __attribute__((target("avx2,fma")))
#endif
#define EXPLAINN_MOTIF_INLINE __attribute__((always_inline)) inline

namespace explainn::detail {

/// Four doubles; the compiler splits them where the processor has less.
typedef double doubles4 __attribute__((vector_size(32)));
/// Sixteen 16-bit numbers.
typedef std::int16_t shorts16 __attribute__((vector_size(32)));

inline bool has_avx2()
{
#ifdef EXPLAINN_MOTIF_X86
    static bool const yes = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return yes;
#else
    return false;
#endif
}

} // namespace explainn::detail
