// Refuses to be compiled as anything older than C++20, in one sentence; every header includes this first.
#pragma once

// The include below names no file: it stops the compiler, which would otherwise print thousands of lines
// about what it does not know.
#if __cplusplus < 202002L
#error explainn is written in C++20: compile with -std=c++20 or a newer standard (in CMake, link an explainn target)
#include <stopped, because this compiler does not speak C++20>
#endif
