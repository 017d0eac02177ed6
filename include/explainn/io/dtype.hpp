// The number types that tensor files hold.
#pragma once
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// Types of tensor elements; float16 and bfloat16 are only converted from and to, never computed with.
enum class dtype : std::uint8_t { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

namespace detail {
struct dtype_facts {
    std::string_view name;
    std::size_t size;
};
inline constexpr std::array<dtype_facts, 10> dtypes{{{"F64", 8},
                                                     {"F32", 4},
                                                     {"F16", 2},
                                                     {"BF16", 2},
                                                     {"I64", 8},
                                                     {"I32", 4},
                                                     {"I16", 2},
                                                     {"I8", 1},
                                                     {"U8", 1},
                                                     {"BOOL", 1}}};
template <class T>
T unaligned(std::byte const* from)
{
    T x;
    std::memcpy(&x, from, sizeof x);
    return x;
}
} // namespace detail

/// Bytes of one element.
constexpr std::size_t size_of(dtype type) { return detail::dtypes[static_cast<std::size_t>(type)].size; }
/// Whether it is a type of floating-point numbers.
constexpr bool is_floating(dtype type) { return type <= dtype::bf16; }
/// The name safetensors gives it: "F32", "BF16", ...
constexpr std::string_view name_of(dtype type) { return detail::dtypes[static_cast<std::size_t>(type)].name; }
/// The type of that name, or nothing.
constexpr std::optional<dtype> dtype_of(std::string_view name)
{
    for (std::size_t i = 0; i < detail::dtypes.size(); ++i)
        if (detail::dtypes[i].name == name) return static_cast<dtype>(i);
    return std::nullopt;
}

/// The dtype that holds T exactly: float, double, the signed integers, std::uint8_t, bool.
template <class T>
inline constexpr dtype dtype_for = [] {
    if constexpr (std::is_same_v<T, double>) return dtype::f64;
    else if constexpr (std::is_same_v<T, float>) return dtype::f32;
    else if constexpr (std::is_same_v<T, std::int64_t>) return dtype::i64;
    else if constexpr (std::is_same_v<T, std::int32_t>) return dtype::i32;
    else if constexpr (std::is_same_v<T, std::int16_t>) return dtype::i16;
    else if constexpr (std::is_same_v<T, std::int8_t>) return dtype::i8;
    else if constexpr (std::is_same_v<T, bool>) return dtype::boolean;
    else {
        static_assert(std::is_same_v<T, std::uint8_t>, "expected a number type that tensor files hold");
        return dtype::u8;
    }
}();

/// An IEEE 754 half as a float, exactly.
inline float float_of_half(std::uint16_t bits)
{
    int const exponent = bits >> 10 & 31;
    int const fraction = bits & 1023;
    float const size = exponent == 0    ? std::ldexp(static_cast<float>(fraction), -24)
                       : exponent == 31 ? (fraction == 0 ? std::numeric_limits<float>::infinity()
                                                         : std::numeric_limits<float>::quiet_NaN())
                                        : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
    return (bits & 0x8000) != 0 ? -size : size;
}
/// A bfloat16 as a float, exactly.
inline float float_of_bfloat16(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

} // namespace explainn::EXPLAINN_ABI
