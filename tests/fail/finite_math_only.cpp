// flags: -O2 -ffinite-math-only
// g++: explainn needs NaN, which marks a missing label
// clang: explainn needs NaN, which marks a missing label
#include <explainn/train/losses.hpp>
int main() {}
