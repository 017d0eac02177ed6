// compiles: five banks, one of the longest dna a max pool takes, an optimizer of three states
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
using short_unit = unit<conv<8>, global_max_pool>;
using five = network<dna<65543>, bank<1, short_unit>, bank<2, short_unit>, bank<3, short_unit>, bank<4, short_unit>,
                     bank<5, short_unit>, linear_head<1>>;
static_assert(five::rows.features == 15);
struct three {
    double learning_rate = 1;
    static constexpr int states = 3;
    template <backend B>
    void operator()(B&, optimizer_run<typename B::scalar> const&) const
    {
    }
};
void f(basic_model<reference<float>>& m) { trainer t{m, three{}, bce_with_logits{}, training{}}; }
int main() {}
