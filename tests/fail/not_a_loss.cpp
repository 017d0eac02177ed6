// both: the third argument of a trainer is a loss, such as bce_with_logits{}; this type has no `void operator()(B&, explainn::loss_call<typename B::scalar> const&) const`
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct lossless {};
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, lossless{}, training{}}; }
int main() {}
