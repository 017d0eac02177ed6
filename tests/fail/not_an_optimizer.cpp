// g++: optimizer<Optimizer, B>
// clang: Optimizer = lazy
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct lazy {
    double learning_rate = 1;
};
void f(basic_model<reference<float>>& m) { trainer t{m, lazy{}, bce_with_logits{}, training{}}; }
int main() {}
