// The backends on which every op is tested, and how each is made.
#pragma once
#include <concepts>
#include <vector>

#include <doctest/doctest.h>

#include <explainn/core/pool.hpp>
#include <explainn/reference.hpp>

// tests/blas and tests/cuda_on_host compile the same tests once more, each for its backend alone
#if defined(EXPLAINN_TESTS_BLAS)
#include <explainn/blas.hpp>
#define EXPLAINN_TEST_BACKENDS explainn::blas<float>, explainn::blas<double>
#elif defined(EXPLAINN_TESTS_CUDA)
#include <explainn/cuda.hpp>
#define EXPLAINN_TEST_BACKENDS explainn::cuda<float>
#elif __has_include(<explainn/cpu.hpp>)
#define EXPLAINN_TESTS_CPU
#include <explainn/cpu.hpp>

#include "support/skip.hpp"
#if defined(EXPLAINN_TESTS_VECTORS) // on an emulated processor: `reference` has no vectors
#define EXPLAINN_TEST_BACKENDS explainn::cpu<float>, explainn::cpu<double>
#else
#define EXPLAINN_TEST_BACKENDS                                                                               \
    explainn::reference<float>, explainn::reference<double>, explainn::cpu<float>, explainn::cpu<double>
#endif
#else
#define EXPLAINN_TEST_BACKENDS explainn::reference<float>, explainn::reference<double>
#endif

namespace test {

/// The backends of type B whose results must have the same bits: one for each number of threads that it can
/// be given.
template <class B>
struct same_bits {
    static std::vector<B*> backends()
    {
        static B only;
        return {&only};
    }
};
template <class B>
    requires std::constructible_from<B, explainn::threads>
struct same_bits<B> {
    static std::vector<B*> backends()
    {
        static B one{explainn::threads{1}}, two{explainn::threads{2}}, three{explainn::threads{3}};
        return {&one, &two, &three};
    }
};
#if defined(EXPLAINN_TESTS_CPU)

/// The cpu backend whose dense layers are multiplied in bfloat16.
struct in_bfloat16 : explainn::cpu<float> {
    explicit in_bfloat16(int n) : cpu<float>{explainn::threads{n}, explainn::dense_products::bfloat16} {}

    /// Says so where this processor cannot.
    static bool is_here()
    {
        bool const here = explainn::simd::has_bfloat16(explainn::simd::chosen_isa());
        if (!here) test::skip("this processor, EXPLAINN_ISA or build has no products in bfloat16");
        return here;
    }
};
template <>
struct same_bits<in_bfloat16> {
    static std::vector<in_bfloat16*> backends()
    {
        static in_bfloat16 one{1}, two{2}, three{3};
        return {&one, &two, &three};
    }
};
#endif

/// The largest error of an op, relative to the largest magnitude of the array: docs/ops.md.
template <class T>
inline constexpr double tolerance = sizeof(T) == 4 ? 2e-5 : 1e-11;

/// The same where factors have the 8 bits of bfloat16.
inline constexpr double bfloat16_tolerance = 2e-2;

} // namespace test
