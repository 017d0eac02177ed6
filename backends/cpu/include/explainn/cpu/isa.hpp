// Which vector instructions a kernel is compiled for, and the choice among them at run time.
#pragma once
#include <algorithm>
#include <cstddef>

#include <explainn/core/isa.hpp>
#include <explainn/cpu/kernel_names.hpp>

#if defined(__x86_64__)
#define EXPLAINN_TARGET_AVX2 __attribute__((target("avx2,fma,bmi,bmi2,popcnt")))
#define EXPLAINN_TARGET_AVX512                                                                               \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,bmi,bmi2,popcnt")))
#endif
#define EXPLAINN_INLINE __attribute__((always_inline)) inline
#if defined(__clang__)
#define EXPLAINN_UNROLL _Pragma("unroll")
#define EXPLAINN_NO_UNROLL _Pragma("nounroll")
#else
#define EXPLAINN_UNROLL _Pragma("GCC unroll 16")
#define EXPLAINN_NO_UNROLL _Pragma("GCC unroll 1")
#endif
// The compiler may assume nothing of x, which stays as it is: what it computed from x before, it forgets.
#define EXPLAINN_FORGET(x) asm("" : "+r"(x))

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The widest this processor has and this build has kernels for.
inline isa widest_isa() { return EXPLAINN_HAS_WIDE_KERNELS ? processor_isa() : isa::base; }

/// The widest this processor and build have and the variable EXPLAINN_ISA (base, avx2, avx512) allows. Throws
/// error where it holds another word.
inline isa chosen_isa() { return std::min(widest_isa(), allowed_isa()); }

// A kernel is a struct with `template <int Bytes> static EXPLAINN_INLINE void run(Arguments const&)`: its
// body takes on the target of the function it is inlined into. No lambdas inside, they would not.
template <class Kernel, class Arguments>
void on_base(Arguments const& a)
{
    Kernel::template run<16>(a);
}
#if EXPLAINN_HAS_WIDE_KERNELS
template <class Kernel, class Arguments>
EXPLAINN_TARGET_AVX2 void on_avx2(Arguments const& a)
{
    Kernel::template run<32>(a);
}
template <class Kernel, class Arguments>
EXPLAINN_TARGET_AVX512 void on_avx512(Arguments const& a)
{
    Kernel::template run<64>(a);
}
#endif

/// Runs a kernel with the vectors of `level`.
template <class Kernel, class Arguments>
void dispatch(isa level, Arguments const& a)
{
#if EXPLAINN_HAS_WIDE_KERNELS
    if (level == isa::avx512) return on_avx512<Kernel>(a);
    if (level == isa::avx2) return on_avx2<Kernel>(a);
#endif
    (void)level;
    on_base<Kernel>(a);
}

/// Elements of T in a vector of `level`.
template <class T>
constexpr std::size_t lanes(isa level)
{
    return (level == isa::avx512 ? 64u : level == isa::avx2 ? 32u : 16u) / sizeof(T);
}
/// n rounded up to a multiple of m.
constexpr std::size_t round_up(std::size_t n, std::size_t m) { return (n + m - 1) / m * m; }

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
