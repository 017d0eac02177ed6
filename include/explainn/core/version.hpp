// The library's version.
#pragma once
#include <explainn/core/cpp20.hpp>

namespace explainn {

/// As CMake's project version; model files carry it.
inline constexpr char const* library_version = "0.1.0";

} // namespace explainn
