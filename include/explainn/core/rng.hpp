// Counter-based random numbers: a number is a function of (seed, stream, counter), so that any thread may
// draw any of them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <explainn/core/cpp20.hpp>
#include <explainn/core/floating_point.hpp>

namespace explainn::EXPLAINN_ABI {

/// The number from which a run can be repeated.
struct seed {
    std::uint64_t value{};
};

/// Independent uses of one seed; a new use takes a new name, so that no two draw the same numbers.
enum class stream : std::uint32_t {
    parameters = 1,
    split,
    batches,
    dropout,
    tests,
    choice,
    self_test,
    embedding,
    backgrounds,
    variants,
    negatives,
    shuffles,
    subsamples
};

/// Philox4x32-10 (Salmon et al., SC 2011): four 32-bit numbers of a 128-bit counter and a 64-bit key.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key)
{
    for (int round = 0; round < 10; ++round) {
        std::uint64_t const a = std::uint64_t{0xD2511F53u} * counter[0];
        std::uint64_t const b = std::uint64_t{0xCD9E8D57u} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
        key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
    }
    return counter;
}

/// The four numbers at `counter` of one use of one seed; `block` separates the repetitions of that use
/// (epochs, layers).
constexpr std::array<std::uint32_t, 4> philox(seed s, stream use, std::uint32_t block, std::uint64_t counter)
{
    return philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                   static_cast<std::uint32_t>(use), block},
                  {static_cast<std::uint32_t>(s.value), static_cast<std::uint32_t>(s.value >> 32)});
}

/// Reads one stream in sequence, for uses whose order is fixed anyway (a shuffle, an initial value).
///
///     random_numbers draw{seed{1}, stream::split};
///     double const u = draw.uniform();
class random_numbers {
public:
    constexpr random_numbers(seed s, stream use, std::uint32_t block = 0) : seed_{s}, use_{use}, block_{block}
    {
    }

    /// 32 random bits.
    constexpr std::uint32_t bits()
    {
        if (left_ == 0) {
            four_ = philox(seed_, use_, block_, counter_++);
            left_ = 4;
        }
        return four_[static_cast<std::size_t>(4 - left_--)];
    }
    /// Uniform in [0, 1), a multiple of 2^-32.
    constexpr double uniform() { return bits() * 0x1p-32; }
    /// Uniform in [low, high).
    constexpr double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// A whole number in [0, n), without bias (Lemire 2019); n > 0.
    constexpr std::uint32_t below(std::uint32_t n)
    {
        std::uint64_t product = std::uint64_t{bits()} * n;
        if (static_cast<std::uint32_t>(product) < n)
            for (std::uint32_t const least = (0u - n) % n; static_cast<std::uint32_t>(product) < least;)
                product = std::uint64_t{bits()} * n;
        return static_cast<std::uint32_t>(product >> 32);
    }
    /// Fisher-Yates over a random-access range of fewer than 2^32 elements.
    template <class Range>
    constexpr void shuffle(Range& range)
    {
        for (auto i = range.size(); i > 1; --i) {
            using std::swap;
            swap(range[i - 1], range[below(static_cast<std::uint32_t>(i))]);
        }
    }

private:
    seed seed_;
    stream use_;
    std::uint32_t block_;
    std::uint64_t counter_{};
    std::array<std::uint32_t, 4> four_{};
    int left_{};
};

} // namespace explainn::EXPLAINN_ABI
