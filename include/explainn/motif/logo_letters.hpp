// The letters A, C, G, T as outlines, so that a logo needs no font.
#pragma once
#include <array>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// SVG paths that fill the box from (0, 0) to (100, 100), y downwards; drawn with the even-odd rule.
inline constexpr std::array<std::string_view, 4> logo_letters{
    "M0 100L38 0H62L100 100H78L71 78H29L22 100ZM35 60H65L50 16Z",
    "M100 33C96 12 79 0 54 0C21 0 0 20 0 50C0 80 21 100 54 100C79 100 96 88 100 67H77C74 77 66 83 54 83C35 "
    "83 23 71 "
    "23 50C23 29 35 17 54 17C66 17 74 23 77 33Z",
    "M98 33C94 12 77 0 53 0C20 0 0 20 0 50C0 80 20 100 53 100C75 100 91 92 100 80V46H54V63H78V74C72 80 64 83 "
    "54 83C35 "
    "83 23 71 23 50C23 29 35 17 54 17C65 17 72 23 75 33Z",
    "M0 0H100V18H61V100H39V18H0Z"};

} // namespace explainn::EXPLAINN_ABI::detail
