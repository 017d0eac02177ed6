// g++: an optimizer keeps from 0 to 8 arrays of state beside the parameters
// clang: an optimizer keeps from 0 to 8 arrays of state beside the parameters
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct nine {
    double learning_rate = 1;
    static constexpr int states = 9;
    template <backend B>
    void operator()(B&, optimizer_run<typename B::scalar> const&) const
    {
    }
};
void f(basic_model<reference<float>>& m) { trainer t{m, nine{}, bce_with_logits{}, training{}}; }
int main() {}
