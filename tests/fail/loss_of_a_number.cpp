// both: a loss returns explainn::loss_sum, the sum of its terms and their number
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct bare {
    template <class B, class T>
    double operator()(B&, view<T const, 2>, view<float const, 2>, view<T, 2>) const { return 0; }
};
void f(basic_model<reference<float>>& m) { trainer t{m, adam{}, bare{}, training{}}; }
int main() {}
