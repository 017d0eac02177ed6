// both: an optimizer needs `static constexpr int states`, the number of its arrays beside the parameters
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct lazy {
    template <class B, class R>
    void operator()(B&, R const&) const {}
    double learning_rate = 1;
};
void f(basic_model<reference<float>>& m) { trainer t{m, lazy{}, bce_with_logits{}, training{}}; }
int main() {}
