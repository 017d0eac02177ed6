// flags: -ffast-math
// g++: explainn needs NaN, which marks a missing label: do not compile with -ffast-math
// clang: explainn needs NaN, which marks a missing label: do not compile with -ffast-math
#include <explainn/core/rng.hpp>
int main() {}
