// Refuses to be compiled as anything older than C++20, in one sentence; every header includes this first.
#pragma once

// The include below names a file that does not exist: it stops the compiler, which would otherwise print
// thousands of lines about constructs that it does not know.
#if __cplusplus < 202002L
#error explainn is written in C++20: compile with -std=c++20 or a newer standard (in CMake, link an explainn target)
#include <stopped, because this compiler does not speak C++20>
#endif

// The inline namespace of every name of the library. It keeps functions of two versions apart in one program;
// where an object of one version is handed to a function of the other, the linker reports it and names both
// versions.
#ifndef EXPLAINN_ABI
#define EXPLAINN_ABI inline v0_2
#endif
