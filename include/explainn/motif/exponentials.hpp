// The exponentials of many numbers that are not above 0, by vectors.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numbers>

#include <explainn/core/cpp20.hpp>
#include <explainn/motif/simd.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// Vectors of 32 bytes, and what the exponential of their numbers needs.
template <class T>
struct exp_vector;
template <>
struct exp_vector<double> {
    typedef double type __attribute__((vector_size(32)));
    typedef std::int64_t whole __attribute__((vector_size(32)));
    static constexpr std::size_t lanes = 4;
    // ln 2 = high + low; whole numbers times high are exact
    static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
    static constexpr double lowest = -700; // 0 below
    static constexpr double to_whole =
        0x1.8p52; // adding it rounds; the whole number stands in the lowest bits
    static constexpr int mantissa_bits = 52;
    static constexpr int degree = 10;
};
template <>
struct exp_vector<float> {
    typedef float type __attribute__((vector_size(32)));
    typedef std::int32_t whole __attribute__((vector_size(32)));
    static constexpr std::size_t lanes = 8;
    static constexpr float ln2_high = 0x1.63p-1f, ln2_low = -0x1.bd0106p-13f;
    static constexpr float lowest = -87;
    static constexpr float to_whole = 0x1.8p23f;
    static constexpr int mantissa_bits = 23;
    static constexpr int degree = 6;
};

// e^x for x of 0 and below, by 2^k times Taylor's polynomial on +-ln 2 / 2: doubles within 2e-11 of the
// value, floats within 1e-6; 0 below exp_vector::lowest
template <class T>
EXPLAINN_MOTIF_INLINE void exponentials_of(typename exp_vector<T>::type& x)
{
    using how = exp_vector<T>;
    using vector = typename how::type;
    constexpr auto inverse_factorials = [] {
        std::array<T, how::degree + 1> all{};
        double one = 1;
        for (int n = 0; n <= how::degree; one /= ++n) all[static_cast<std::size_t>(n)] = static_cast<T>(one);
        return all;
    }();
    vector const lowest = vector{} + how::lowest;
    vector const kept = x > lowest ? x : lowest;
    vector const shifted = kept * std::numbers::log2e_v<T> + how::to_whole;
    vector const whole = shifted - how::to_whole;
    vector const r = kept - whole * how::ln2_high - whole * how::ln2_low;
    vector y = vector{} + inverse_factorials[how::degree];
    for (int n = how::degree; n-- > 0;) y = y * r + inverse_factorials[static_cast<std::size_t>(n)];
    typename how::whole bits, power;
    std::memcpy(&power, &shifted, sizeof power);
    std::memcpy(&bits, &y, sizeof bits);
    bits += power << how::mantissa_bits;
    std::memcpy(&y, &bits, sizeof y);
    x = x > lowest ? y : vector{};
}

// replaces `count` numbers (a multiple of the lanes) by exp(number - top), and returns their sum
template <class T>
EXPLAINN_MOTIF_INLINE double sum_of_exponentials_body(T* numbers, std::size_t count, T top)
{
    using how = exp_vector<T>;
    typename how::type sum{};
    for (std::size_t i = 0; i < count; i += how::lanes) {
        typename how::type x;
        std::memcpy(&x, numbers + i, sizeof x);
        x -= top;
        exponentials_of<T>(x);
        sum += x;
        std::memcpy(numbers + i, &x, sizeof x);
    }
    double all = 0;
    for (std::size_t i = 0; i < how::lanes; ++i) all += static_cast<double>(sum[i]);
    return all;
}
#ifdef EXPLAINN_MOTIF_X86
template <class T>
EXPLAINN_MOTIF_AVX2 double sum_of_exponentials_avx2(T* numbers, std::size_t count, T top)
{
    return sum_of_exponentials_body(numbers, count, top);
}
#endif
template <class T>
double sum_of_exponentials(T* numbers, std::size_t count, T top)
{
#ifdef EXPLAINN_MOTIF_X86
    if (has_avx2()) return sum_of_exponentials_avx2(numbers, count, top);
#endif
    return sum_of_exponentials_body(numbers, count, top);
}

} // namespace explainn::EXPLAINN_ABI::detail
