// The library's version, as macros and as text; CMake reads the version from here.
#pragma once

#include <explainn/core/cpp20.hpp>

#define EXPLAINN_VERSION_MAJOR 0
#define EXPLAINN_VERSION_MINOR 2
#define EXPLAINN_VERSION_PATCH 0

/// One number that grows with the version, for the preprocessor.
///
///     static_assert(EXPLAINN_VERSION >= 10000 * 0 + 100 * 2 + 0);       // 0.2.0 or newer; for #if as well
#define EXPLAINN_VERSION                                                                                     \
    (EXPLAINN_VERSION_MAJOR * 10000 + EXPLAINN_VERSION_MINOR * 100 + EXPLAINN_VERSION_PATCH)

#define EXPLAINN_TEXT_OF(x) #x
#define EXPLAINN_VERSION_TEXT(a, b, c) EXPLAINN_TEXT_OF(a) "." EXPLAINN_TEXT_OF(b) "." EXPLAINN_TEXT_OF(c)

namespace explainn::EXPLAINN_ABI {

/// The version as text, "0.2.0"; model files carry it.
inline constexpr char const* library_version =
    EXPLAINN_VERSION_TEXT(EXPLAINN_VERSION_MAJOR, EXPLAINN_VERSION_MINOR, EXPLAINN_VERSION_PATCH);

} // namespace explainn::EXPLAINN_ABI
