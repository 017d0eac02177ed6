// Refuses compiler flags under which the library would silently compute wrong numbers.
#pragma once
#include <explainn/core/cpp20.hpp>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0)
#error                                                                                                       \
    "explainn needs NaN, which marks a missing label: do not compile with -ffast-math, -Ofast or -ffinite-math-only"
#endif
