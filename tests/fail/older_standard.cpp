// both: explainn is written in C++20: compile with -std=c++20 or a newer standard
// standard: c++17
// lines: 20
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
int main() {}
