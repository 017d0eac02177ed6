// The dropout mask of one unit as a string of bits, sixteen counters of Philox at a time.
#pragma once
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <explainn/backend/dropout.hpp>
#include <explainn/cpu/isa.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Bit e of `bits` (least first) is mask.keeps(u, e), for e < count, in whole groups of 128: 16 bytes each.
struct dropout_bits {
    std::uint32_t unit{}, step{}, use{}, key0{}, key1{}, threshold{};
    std::size_t groups{};
    std::uint16_t* bits{};
    std::uint32_t counter{}; ///< of the first group
};

namespace detail {

inline void dropout_bits_base(dropout_bits const& a)
{
    for (std::size_t g = 0; g < a.groups; ++g) {
        unsigned kept[8] = {};
        for (unsigned lane = 0; lane < 16; ++lane) {
            auto const words =
                philox({a.counter + static_cast<std::uint32_t>(g * 16 + lane), a.unit, a.step, a.use},
                       {a.key0, a.key1});
            for (unsigned part = 0; part < 8; ++part)
                kept[part] |= ((words[part / 2] >> 16 * (part % 2) & 0xffffu) >= a.threshold ? 1u : 0u)
                              << lane;
        }
        for (unsigned part = 0; part < 8; ++part)
            a.bits[g * 8 + part] = static_cast<std::uint16_t>(kept[part]);
    }
}

#if defined(__x86_64__)
EXPLAINN_TARGET_AVX2 inline void dropout_bits_avx2(dropout_bits const& a)
{
    __m256i const m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    __m256i const limit = _mm256_set1_epi32(static_cast<int>(a.threshold) - 1);
    __m256i const low = _mm256_set1_epi32(0xffff);
    for (std::size_t g = 0; g < a.groups; ++g) {
        unsigned kept[8] = {};
        for (unsigned half = 0; half < 2; ++half) {
            // counters two apart in lanes of 64 bits, whose upper halves mean nothing: a product needs none
            __m256i words[2][4];
            EXPLAINN_UNROLL
            for (unsigned odd = 0; odd < 2; ++odd) {
                __m256i c0 = _mm256_add_epi64(
                    _mm256_set1_epi64x(static_cast<long long>(a.counter + g * 16 + half * 8 + odd)),
                    _mm256_setr_epi64x(0, 2, 4, 6));
                __m256i c1 = _mm256_set1_epi64x(a.unit), c2 = _mm256_set1_epi64x(a.step),
                        c3 = _mm256_set1_epi64x(a.use);
                std::uint32_t k0 = a.key0, k1 = a.key1;
                EXPLAINN_UNROLL
                for (int round = 0; round < 10; ++round) {
                    __m256i const p0 = _mm256_mul_epu32(c0, m0), p1 = _mm256_mul_epu32(c2, m1);
                    c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1),
                                          _mm256_set1_epi64x(k0));
                    c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3),
                                          _mm256_set1_epi64x(k1));
                    c1 = p1;
                    c3 = p0;
                    k0 += 0x9E3779B9u;
                    k1 += 0xBB67AE85u;
                }
                words[odd][0] = c0, words[odd][1] = c1, words[odd][2] = c2, words[odd][3] = c3;
            }
            EXPLAINN_UNROLL
            for (unsigned w = 0; w < 4; ++w) {
                __m256i const all = _mm256_blend_epi32(words[0][w], _mm256_slli_epi64(words[1][w], 32), 0xaa);
                __m256i const first = _mm256_cmpgt_epi32(_mm256_and_si256(all, low), limit);
                __m256i const second = _mm256_cmpgt_epi32(_mm256_srli_epi32(all, 16), limit);
                kept[2 * w] |= static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(first)))
                               << 8 * half;
                kept[2 * w + 1] |= static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(second)))
                                   << 8 * half;
            }
        }
        for (unsigned part = 0; part < 8; ++part)
            a.bits[g * 8 + part] = static_cast<std::uint16_t>(kept[part]);
    }
}

// Straight to memory: gcc 12 gathers masks in a vector of integers first.
EXPLAINN_TARGET_AVX512 EXPLAINN_INLINE void store_mask(std::uint16_t* to, __mmask16 mask)
{
    asm("kmovw %1, %0" : "=m"(*to) : "k"(mask));
}

// Two groups at a time, four chains of rounds, for one waits for its products. The last may be the one more
// there is room for.
EXPLAINN_TARGET_AVX512 inline void dropout_bits_avx512(dropout_bits const& a)
{
    constexpr std::size_t chains = 4;
    __m512i const m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
    __m512i const limit = _mm512_set1_epi32(static_cast<int>(a.threshold));
    __m512i const low = _mm512_set1_epi32(0xffff);
    __m512i const lane = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    auto const upper = static_cast<__mmask16>(0xaaaa);
    // the forms with a mask: of those without, gcc 12 warns that they use something uninitialized
    auto const all = static_cast<__mmask8>(0xff);
    auto const every = static_cast<__mmask16>(0xffff);
    for (std::size_t g = 0; g < a.groups; g += chains / 2) {
        __m512i c0[chains], c1[chains], c2[chains], c3[chains];
        EXPLAINN_UNROLL
        for (std::size_t i = 0; i < chains; ++i) {
            auto const first = static_cast<long long>(a.counter + (g + i / 2) * 16 + i % 2);
            c0[i] = _mm512_add_epi64(_mm512_set1_epi64(first), lane);
            c1[i] = _mm512_set1_epi64(a.unit);
            c2[i] = _mm512_set1_epi64(a.step);
            c3[i] = _mm512_set1_epi64(a.use);
        }
        std::uint32_t k0 = a.key0, k1 = a.key1;
        EXPLAINN_UNROLL
        for (int round = 0; round < 10; ++round) {
            __m512i const key0 = _mm512_set1_epi64(k0), key1 = _mm512_set1_epi64(k1);
            EXPLAINN_UNROLL
            for (std::size_t i = 0; i < chains; ++i) {
                __m512i const p0 = _mm512_maskz_mul_epu32(all, c0[i], m0),
                              p1 = _mm512_maskz_mul_epu32(all, c2[i], m1);
                c0[i] = _mm512_ternarylogic_epi64(_mm512_maskz_srli_epi64(all, p1, 32), c1[i], key0, 0x96);
                c2[i] = _mm512_ternarylogic_epi64(_mm512_maskz_srli_epi64(all, p0, 32), c3[i], key1, 0x96);
                c1[i] = p1;
                c3[i] = p0;
            }
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        EXPLAINN_UNROLL
        for (std::size_t half = 0; half < chains; half += 2) {
            __m512i const even[4] = {c0[half], c1[half], c2[half], c3[half]},
                          odd[4] = {c0[half + 1], c1[half + 1], c2[half + 1], c3[half + 1]};
            std::uint16_t* const to = a.bits + (g + half / 2) * 8;
            EXPLAINN_UNROLL
            for (std::size_t w = 0; w < 4; ++w) {
                __m512i const both =
                    _mm512_mask_mov_epi32(even[w], upper, _mm512_maskz_slli_epi64(all, odd[w], 32));
                store_mask(to + 2 * w, _mm512_cmpge_epu32_mask(_mm512_and_si512(both, low), limit));
                store_mask(to + 2 * w + 1,
                           _mm512_cmpge_epu32_mask(_mm512_maskz_srli_epi32(every, both, 16), limit));
            }
        }
    }
}
#endif

inline void fill_dropout_bits(isa level, dropout_bits const& a)
{
#if defined(__x86_64__)
    if (level == isa::avx512) return dropout_bits_avx512(a);
    if (level == isa::avx2) return dropout_bits_avx2(a);
#endif
    (void)level;
    dropout_bits_base(a);
}
/// Moves `words` words, and the zeros behind them, by some bits to the front.
inline void shift_bits(std::uint16_t* bits, std::size_t words, std::size_t by)
{
    std::size_t const whole = by / 16, rest = by % 16;
    for (std::size_t i = 0; i + whole < words; ++i) {
        unsigned const low = bits[i + whole], high = bits[i + whole + 1];
        bits[i] = static_cast<std::uint16_t>((high << 16 | low) >> rest);
    }
}

} // namespace detail

/// uint16 words a unit of `count` elements needs, and one group more: bits are read a vector at a time.
/// Elements of other ranks before the first take up to one group more.
constexpr std::size_t dropout_words(std::size_t count) { return (count + 127) / 128 * 8 + 16; }

/// Writes the bits of the first `count` elements of unit u of the views `mask` is used with.
inline void keep_bits(isa level, dropout_mask const& mask, std::uint32_t u, std::size_t count,
                      std::uint16_t* bits)
{
    // elements of other ranks come first: whole groups of them are counted, the rest is shifted out
    std::size_t const skipped = static_cast<std::size_t>(mask.first % 128);
    dropout_bits const a{mask.unit + u,
                         mask.at_step(),
                         mask.layer << 8 | static_cast<std::uint32_t>(stream::dropout),
                         static_cast<std::uint32_t>(mask.from.value),
                         static_cast<std::uint32_t>(mask.from.value >> 32),
                         mask.threshold(),
                         (count + skipped + 127) / 128,
                         bits,
                         static_cast<std::uint32_t>(mask.first / 128 * 16)};
    for (std::size_t i = 0; i < 8; ++i) bits[a.groups * 8 + i] = 0;
    detail::fill_dropout_bits(level, a);
    if (skipped != 0) detail::shift_bits(bits, a.groups * 8, skipped);
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
