// A layer of one's own, with a parameter: held to the laws of layers, then trained in a network.
#include <cstdio>
#include <string>
#include <vector>

#include <explainn/explainn.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/testing/layer_laws.hpp>

namespace ex = explainn;

/// y = factor x: how much the answers of a unit count, learned by every unit and 1 at first.
struct scale {
    static constexpr ex::phrase name() { return "scale"; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
    static constexpr ex::weight_rows weights(ex::shape) { return {ex::constant_weight("factor", 1, 1)}; }

    template <class B, class T>
    static void forward(B&, ex::layer_forward<T> const& a)
    {
        std::size_t const units = static_cast<std::size_t>(a.x.size(0)), each = a.x.count() / units;
        for (std::size_t i = 0; i < a.x.count(); ++i) a.y.data[i] = a.weights[0].data[i / each] * a.x.data[i];
    }
    template <class B, class T>
    static void backward(B&, ex::layer_backward<T> const& a)
    {
        std::size_t const units = static_cast<std::size_t>(a.x.size(0)), each = a.x.count() / units;
        for (std::size_t u = 0; u < units; ++u) a.dweights[0].data[u] = 0;
        for (std::size_t i = 0; i < a.x.count(); ++i) {
            a.dx.data[i] = a.weights[0].data[i / each] * a.dy.data[i];
            a.dweights[0].data[i / each] += a.x.data[i] * a.dy.data[i];
        }
    }
};

using unit = ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>, scale, ex::dense<1>>;
using network = ex::network<ex::dna<24>, ex::bank<3, unit>, ex::linear_head<2>>;

int main()
{
    // the shape equation, then both passes against differences in double
    ex::reference<double> b;
    for (std::string const& law : {ex::laws::broken<scale>(), ex::laws::broken<scale>(b, ex::shape{2, 7})})
        if (!law.empty()) return std::printf("scale breaks a law: %s\n", law.c_str()), 1;

    // one step on four sequences with two labels each; "linears.4" is the fifth layer of the unit
    ex::model<network, ex::cpu<float>> model{ex::seed{1}};
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::host_batch batch{std::vector<ex::letter>(4 * 24, ex::letter{2}), {1, 0, 0, 1, 1, 1, 0, 0}, 4, false};
    batch.letters[3] = 0;
    trainer.train_batch(batch);
    int moved = 0;
    for (float const factor : model.values("linears.4.factor")) moved += factor != 1;
    std::printf("%d of 3 factors moved\n", moved);
}
