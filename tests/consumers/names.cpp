// A program that opens both namespaces and uses names of each: none may be ambiguous.
#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <math.h>
#include <vector>

#include <explainn/explainn.hpp>
#include <explainn/layers/layers.hpp>

using namespace std;
using namespace explainn;

using my_unit = unit<conv<5>, batch_norm, tanh_activation, max_pool<4>, identity_activation, dense<1>>;
using same_unit =
    unit<conv<5>, batch_norm, explainn::layers::tanh, max_pool<4>, explainn::layers::identity, dense<1>>;
using my_network = network<dna<24>, bank<3, my_unit>, linear_head<2>>;
static_assert(is_same_v<my_unit, same_unit>);

// the names in files and messages are PyTorch's
static_assert(tanh_activation::name({}) == phrase{"tanh"} &&
              identity_activation::name({}) == phrase{"identity"});

int main()
{
    vector<double> values{2, 1, 3}, sorted, doubled;
    copy(values.begin(), values.end(), back_inserter(sorted));
    sort(sorted.begin(), sorted.end(), less<>{});
    transform(sorted.begin(), sorted.end(), sorted.begin(), back_inserter(doubled), plus<>{});
    double const x = identity{}(tanh(exp(log(max(sorted.front(), 0.5)))));
    model<my_network, reference<float>> m{seed{1}};
    vector<letter> const letters(2 * 24, letter{2});
    auto const logits = m.predict({letters.data(), 2, 24});
    return x > 0 && doubled.back() == 6 && logits.size() == 4 &&
                   all_of(logits.begin(), logits.end(), [](float y) { return isfinite(y); })
               ? 0
               : 1;
}
