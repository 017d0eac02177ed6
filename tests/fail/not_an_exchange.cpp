// both: the last argument of a trainer is an exchange: it has rank(), ranks() and add(B&, view) for views of B::scalar and of double
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/trainer.hpp>
using namespace explainn;
struct silent_rank {
    int rank() const { return 0; }
    int ranks() const { return 2; }
};
void f(basic_model<reference<float>>& m)
{
    trainer t{m, adam{}, bce_with_logits{}, training{}, constant_rate{}, silent_rank{}};
}
int main() {}
