// A user's program: a model whose numbers are all in its type, its logits, and a layer of the user's own that
// is checked by the installed laws.
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include <explainn/core/version.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>
#include <explainn/testing/layer_laws.hpp>
#include <explainn/testing/training_laws.hpp>

namespace ex = explainn;
using unit = ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>, ex::dense<1>>;
using network = ex::network<ex::dna<24>, ex::bank<3, unit>, ex::linear_head<2>>;
static_assert(network::is_static && network::rows.layers[3].out.positions == 5);

/// y = x x
struct square {
    static constexpr ex::phrase name() { return "square"; }
    static constexpr ex::outcome after(ex::shape in) { return in; }
    template <class B, class T>
    static void forward(B&, ex::layer_forward<T> const& a)
    {
        for (std::size_t i = 0; i < a.x.count(); ++i) a.y.data[i] = a.x.data[i] * a.x.data[i];
    }
    template <class B, class T>
    static void backward(B&, ex::layer_backward<T> const& a)
    {
        for (std::size_t i = 0; i < a.x.count(); ++i) a.dx.data[i] = 2 * a.x.data[i] * a.dy.data[i];
    }
};
// the version as numbers, as one number and as text
static_assert(EXPLAINN_VERSION ==
              EXPLAINN_VERSION_MAJOR * 10000 + EXPLAINN_VERSION_MINOR * 100 + EXPLAINN_VERSION_PATCH);
#ifdef PACKAGE_VERSION
static_assert(std::string_view{ex::library_version} == PACKAGE_VERSION);
#endif

int main()
{
    ex::reference<double> b;
    for (auto const& law : {ex::laws::broken<square>(), ex::laws::broken<square>(b, ex::shape{2, 7}),
                            ex::laws::broken(b, ex::adam{})})
        if (!law.empty()) {
            std::printf("broken: %s\n", law.c_str());
            return 1;
        }
    ex::model<network, ex::reference<float>> model{ex::seed{1}};
    std::vector<ex::letter> const letters(2 * 24, ex::letter{2});
    auto const logits = model.predict({letters.data(), 2, 24});
    for (float const x : logits)
        if (!std::isfinite(x)) return 1;
    std::printf("%zu logits\n", logits.size());
    return logits.size() == 4 ? 0 : 1;
}
