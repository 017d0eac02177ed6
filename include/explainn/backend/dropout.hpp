// Which elements dropout keeps: a function of counters alone, so nothing is stored and every thread agrees.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <explainn/backend/step_values.hpp>
#include <explainn/core/rng.hpp>

namespace explainn::EXPLAINN_ABI {

/// One dropout layer at one training step; rate 0 keeps everything.
struct dropout_mask {
    double rate{}; ///< probability of a zero, in steps of 2^-16
    seed from{};
    std::uint32_t layer{};    ///< tells apart the dropout layers of a network
    std::uint32_t step{};     ///< of training
    std::uint32_t unit{};     ///< the first unit of the views it is used with
    std::uint64_t first{};    ///< elements of a unit that other ranks hold before those of the views
    step_values const* now{}; ///< on the device; where it is given, the step is its `step` less one

    /// The step whose elements are kept; called on the device.
    std::uint32_t at_step() const { return now ? static_cast<std::uint32_t>(now->step - 1) : step; }

    /// Elements whose 16 random bits are at least this are kept.
    std::uint32_t threshold() const { return static_cast<std::uint32_t>(std::lround(rate * 65536)); }
    /// What kept elements are multiplied with: 1 / (1 - rate).
    double scale() const { return 1 / (1 - threshold() / 65536.0); }

    /// The four random words of one counter: 128 elements of a unit share 16 counters, element e of them
    /// takes half (e / 16) % 2 of word (e / 16) / 2 of counter e % 16, so that 16 lanes make 16 neighbours.
    std::array<std::uint32_t, 4> words(std::uint32_t u, std::uint32_t counter) const
    {
        return philox(
            {counter, unit + u, at_step(), layer << 8 | static_cast<std::uint32_t>(stream::dropout)},
            {static_cast<std::uint32_t>(from.value), static_cast<std::uint32_t>(from.value >> 32)});
    }
    /// Whether element e (n * features + f) of unit u of the view is kept.
    bool keeps(std::uint32_t u, std::size_t e) const
    {
        e += first;
        auto const part = static_cast<std::uint32_t>(e % 128 / 16);
        auto const counter = static_cast<std::uint32_t>(e / 128 * 16 + e % 16);
        return (words(u, counter)[part / 2] >> 16 * (part % 2) & 0xffffu) >= threshold();
    }
};

} // namespace explainn::EXPLAINN_ABI
