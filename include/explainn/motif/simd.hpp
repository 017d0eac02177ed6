// Short vectors of doubles and 16-bit numbers, and the choice between vector instructions at run time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <explainn/core/isa.hpp>

#if defined(__x86_64__)
#include <immintrin.h>

#include <explainn/core/floating_point.hpp>
#define EXPLAINN_MOTIF_X86 1
#define EXPLAINN_MOTIF_AVX2 __attribute__((target("avx2,fma")))
#endif
#define EXPLAINN_MOTIF_INLINE __attribute__((always_inline)) inline

namespace explainn::EXPLAINN_ABI::detail {

/// Four doubles; the compiler splits them where the processor's vectors are shorter.
typedef double doubles4 __attribute__((vector_size(32)));
/// Sixteen 16-bit numbers.
typedef std::int16_t shorts16 __attribute__((vector_size(32)));

// whether to call the functions for AVX2: the processor has it and EXPLAINN_ISA allows it
inline bool has_avx2() { return simd::isa_in_use() >= simd::isa::avx2; }

} // namespace explainn::EXPLAINN_ABI::detail
