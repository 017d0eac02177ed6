// both: the second argument of a trainer is an optimizer, such as adam{}
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
void f(basic_model<reference<float>>& m) { trainer t{m, bce_with_logits{}, adam{}, training{}}; }
int main() {}
