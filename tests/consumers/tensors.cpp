// Logits and contributions as arrays of xtensor, and listeners of different types side by side.
#include <explainn/interpret/tensors.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/listeners.hpp>

namespace ex = explainn;
using network = ex::network<ex::dna<24>, ex::bank<3, ex::unit<ex::conv<5>, ex::relu, ex::global_max_pool>>,
                            ex::linear_head<2>>;

int main()
{
    ex::model<network, ex::reference<float>> model{ex::seed{1}};
    xt::xtensor<ex::letter, 2> const letters = xt::zeros<ex::letter>({4, 24});
    int heard = 0;
    ex::listeners both{[&](ex::batch_done const&) { ++heard; }, [&](ex::epoch_done const&) { heard += 10; }};
    both(ex::batch_done{});
    auto const added = ex::contributions_tensor(ex::explain(model, letters));
    return ex::predict(model, letters).shape(0) == 4 && added.shape(1) == 3 && heard == 1 ? 0 : 1;
}
