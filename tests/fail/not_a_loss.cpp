// both: the third argument of a trainer is a loss, such as bce_with_logits{}; this type has no `operator()(B&, view<T const, 2> logits, view<float const, 2> labels, view<T, 2> gradient) const`
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct lossless {};
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, lossless{}, training{}}; }
int main() {}
