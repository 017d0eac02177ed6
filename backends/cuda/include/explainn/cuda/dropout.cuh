// Dropout on the device: the numbers of dropout_mask, from the same counters.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI::cuda_detail {

/// A dropout_mask as kernels read it.
struct device_mask {
    std::uint32_t threshold{}, key0{}, key1{}, layer{}, unit{}, step{};
    std::uint64_t first{};
    step_values const* now{};
    float scale = 1;

    device_mask() = default;
    device_mask(dropout_mask const& m)
        : threshold{m.threshold()}, key0{static_cast<std::uint32_t>(m.from.value)},
          key1{static_cast<std::uint32_t>(m.from.value >> 32)},
          layer{m.layer << 8 | static_cast<std::uint32_t>(stream::dropout)}, unit{m.unit}, step{m.step},
          first{m.first}, now{m.now}, scale{static_cast<float>(m.scale())}
    {
    }
    /// What element e (n * features + f) of unit u of the view is multiplied with: 0 or 1 / (1 - rate).
    EXPLAINN_KERNEL float factor(std::size_t u, std::size_t e) const
    {
        if (threshold == 0) return scale;
        std::uint64_t const at = e + first;
        auto const part = static_cast<std::uint32_t>(at % 128 / 16);
        auto const counter = static_cast<std::uint32_t>(at / 128 * 16 + at % 16);
        std::uint32_t const of = now ? static_cast<std::uint32_t>(now->step - 1) : step;
        auto const four = philox({counter, unit + static_cast<std::uint32_t>(u), of, layer}, {key0, key1});
        std::uint32_t const word = part < 2 ? four[0] : part < 4 ? four[1] : part < 6 ? four[2] : four[3];
        return (word >> (16 * (part % 2)) & 0xffffu) >= threshold ? scale : 0.f;
    }
};

} // namespace explainn::EXPLAINN_ABI::cuda_detail
