// The numbers of a model as one: whether two models are the same.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>

#include <explainn/model/model.hpp>

#include "common/device.hpp"

namespace shared {

/// A number that almost certainly differs if any value of a model does (FNV-1a over its values).
inline std::string fingerprint_of(explainn::basic_model<device>& m)
{
    std::uint64_t sum = 14695981039346656037u;
    for (float const x : m.snapshot()) {
        std::uint32_t bits;
        std::memcpy(&bits, &x, sizeof bits);
        sum = (sum ^ bits) * 1099511628211u;
    }
    return std::to_string(sum);
}

} // namespace shared
