// The backends that every op's test runs on, and how each is made.
#pragma once
#include <vector>

#include <explainn/reference.hpp>

#if __has_include(<explainn/cpu.hpp>)
#include <explainn/cpu.hpp>
#define EXPLAINN_TEST_BACKENDS                                                                               \
    explainn::reference<float>, explainn::reference<double>, explainn::cpu<float>, explainn::cpu<double>
#else
#define EXPLAINN_TEST_BACKENDS explainn::reference<float>, explainn::reference<double>
#endif

namespace test {

/// The backends of type B whose results must be the same bits: one for each number of threads it can be told.
template <class B>
struct same_bits {
    static std::vector<B*> backends()
    {
        static B only;
        return {&only};
    }
};
#if __has_include(<explainn/cpu.hpp>)
template <class T>
struct same_bits<explainn::cpu<T>> {
    static std::vector<explainn::cpu<T>*> backends()
    {
        static explainn::cpu<T> one{explainn::threads{1}}, two{explainn::threads{2}},
            three{explainn::threads{3}};
        return {&one, &two, &three};
    }
};
#endif

/// Largest error of an op, as a part of the largest magnitude of the array: docs/ops.md.
template <class T>
inline constexpr double tolerance = sizeof(T) == 4 ? 2e-5 : 1e-11;

} // namespace test
