// A program of someone else's: a model whose every number is in its type, and its logits.
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include <explainn/core/version.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>

namespace ex = explainn;
using unit = ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>, ex::dense<1>>;
using network = ex::network<ex::dna<24>, ex::bank<3, unit>, ex::linear_head<2>>;
static_assert(network::is_static && network::rows.layers[3].out.positions == 5);

// the version as numbers, as one number and as text
static_assert(EXPLAINN_VERSION ==
              EXPLAINN_VERSION_MAJOR * 10000 + EXPLAINN_VERSION_MINOR * 100 + EXPLAINN_VERSION_PATCH);
#ifdef PACKAGE_VERSION
static_assert(std::string_view{ex::library_version} == PACKAGE_VERSION);
#endif

int main()
{
    ex::model<network, ex::reference<float>> model{ex::seed{1}};
    std::vector<ex::letter> const letters(2 * 24, ex::letter{2});
    auto const logits = model.predict({letters.data(), 2, 24});
    for (float const x : logits)
        if (!std::isfinite(x)) return 1;
    std::printf("%zu logits\n", logits.size());
    return logits.size() == 4 ? 0 : 1;
}
