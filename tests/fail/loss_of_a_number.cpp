// both: a loss returns nothing: it writes the sum of its terms and their number to loss_call::totals
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct bare {
    template <class B, class T>
    double operator()(B&, loss_call<T> const&) const { return 0; }
};
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, bare{}, training{}}; }
int main() {}
