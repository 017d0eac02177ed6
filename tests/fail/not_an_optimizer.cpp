// both: the second argument of a trainer is an optimizer, such as adam{}; this type has no `operator()(B&, explainn::optimizer_run<typename B::scalar> const&) const`
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct lazy {
    double learning_rate = 1;
};
void f(basic_model<reference<float>>& m) { trainer t{m, lazy{}, bce_with_logits{}, training{}}; }
int main() {}
