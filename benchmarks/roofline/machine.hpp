// The best rates of one core of this machine: products, table look-ups, memory.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include <explainn/cpu/aligned_array.hpp>
#include <explainn/cpu/simd.hpp>

namespace bench {

namespace simd = explainn::simd;

/// Seconds of one f(): the shortest of some repeats of at least a millisecond each, because everything else
/// that runs on the machine only adds to the time.
template <class F>
double shortest(F f, int repeats = 25)
{
    using clock = std::chrono::steady_clock;
    auto const seconds = [&](int times) {
        auto const begin = clock::now();
        for (int i = 0; i < times; ++i) f();
        return std::chrono::duration<double>(clock::now() - begin).count();
    };
    f();
    int times = 1;
    while (seconds(times) < 1e-3) times *= 2;
    double best = 1e9;
    for (int r = 0; r < repeats; ++r) best = std::min(best, seconds(times) / times);
    return best;
}

/// `rounds` times twelve independent multiply-adds.
struct many_products {
    std::size_t rounds{};
    float* sums{}; ///< 12 vectors
    template <int Bytes>
    static EXPLAINN_INLINE void run(many_products const& a)
    {
        using F = simd::pack<float, Bytes>;
        F s[12];
        F x = F::load(a.sums), y = F::load(a.sums + F::size);
        for (std::size_t j = 0; j < 12; ++j) s[j] = F::load(a.sums + j * F::size);
        for (std::size_t i = 0; i < a.rounds; ++i) {
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < 12; ++j) s[j] = multiply_add(s[j], x, y);
        }
        for (std::size_t j = 0; j < 12; ++j) s[j].store(a.sums + j * F::size);
    }
};

/// The largest sum of five entries of sixteen floats, to which five offsets in turn point, in the way in
/// which a scan looks them up.
struct look_ups {
    float const* table{};
    std::uint16_t const* offsets{};
    std::size_t count{};
    float* largest{};
    template <int Bytes>
    static EXPLAINN_INLINE void run(look_ups const& argument)
    {
        look_ups const a = argument;
        using F = simd::pack<float, Bytes>;
        constexpr std::size_t M = 16 / F::size;
        F most[M];
        EXPLAINN_UNROLL
        for (std::size_t m = 0; m < M; ++m) most[m] = F::zero();
        for (std::size_t i = 0; i + 5 <= a.count; i += 5) {
            F s[M];
            EXPLAINN_UNROLL
            for (std::size_t m = 0; m < M; ++m) s[m] = F::load(a.table + a.offsets[i] + m * F::size);
            EXPLAINN_UNROLL
            for (std::size_t j = 1; j < 5; ++j) {
                EXPLAINN_UNROLL
                for (std::size_t m = 0; m < M; ++m)
                    s[m] = s[m] + F::load(a.table + a.offsets[i + j] + m * F::size);
            }
            EXPLAINN_UNROLL
            for (std::size_t m = 0; m < M; ++m) most[m] = max(s[m], most[m]);
        }
        EXPLAINN_UNROLL
        for (std::size_t m = 0; m < M; ++m) most[m].store(a.largest + m * F::size);
    }
};

/// x += y: two reads and a write of each number.
struct update {
    float* x{};
    float const* y{};
    std::size_t count{};
    template <int Bytes>
    static EXPLAINN_INLINE void run(update const& a)
    {
        using F = simd::pack<float, Bytes>;
        for (std::size_t i = 0; i < a.count; i += 4 * F::size) {
            EXPLAINN_UNROLL
            for (std::size_t j = 0; j < 4; ++j)
                (F::load(a.x + i + j * F::size) + F::load(a.y + i + j * F::size))
                    .store(a.x + i + j * F::size);
        }
    }
};

/// One core's rates.
struct machine {
    simd::isa level = simd::chosen_isa();
    double multiply_adds{};         ///< of floats, a second; other vector operations count as one each
    double entries{}, entries_l2{}; ///< table entries of 16 floats loaded and added a second,
                                    ///< from 16 KB and from as much as a scan's tables have
    struct memory {
        char const* name;
        double bytes; ///< what an array may measure to be there
        double rate;  ///< bytes read and written a second by x += y
    };
    std::vector<memory> levels{};

    machine()
    {
        explainn::aligned_array<float> sums(2048);
        std::size_t const lane = simd::lanes<float>(level);
        multiply_adds = 12.0 * 1000 * double(lane) / shortest([&] {
                            simd::dispatch<many_products>(level, many_products{1000, sums.data()});
                        });
        entries = table_rate(256, sums.data());
        entries_l2 = table_rate(5 * 256, sums.data());
        for (auto const& [name, kilobytes] :
             {std::pair{"L1", 24}, {"L2", 512}, {"L3", 8192}, {"memory", 262144}}) {
            std::size_t const count = std::size_t(kilobytes) * 1024 / 8;
            explainn::aligned_array<float> x(count), y(count);
            double const once = shortest(
                [&] {
                    simd::dispatch<update>(level, update{x.data(), y.data(), count});
                },
                5);
            levels.push_back({name, kilobytes * 1024 * 1.5, 12 * double(count) / once});
        }
    }
    memory const& level_of(double bytes) const
    {
        for (auto const& m : levels)
            if (bytes <= m.bytes) return m;
        return levels.back();
    }

private:
    double table_rate(std::uint32_t size, float* sums) const
    {
        explainn::aligned_array<float> table(size * 16);
        std::vector<std::uint16_t> offsets(5000);
        std::uint32_t x = 1;
        for (auto& o : offsets)
            o = static_cast<std::uint16_t>((x = x * 1664525 + 1013904223) / 65536 % size * 16);
        double const once = shortest([&] {
            simd::dispatch<look_ups>(level, look_ups{table.data(), offsets.data(), offsets.size(), sums});
        });
        return double(offsets.size()) / once;
    }
};

} // namespace bench
