// g++: loss<Loss, B>
// clang: Loss = lossless
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct lossless {};
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, lossless{}, training{}}; }
int main() {}
