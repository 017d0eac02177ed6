// Kernels from the compiled library give the same logits as plain loops.
#include <cmath>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>

#if !defined(EXPLAINN_COMPILED_KERNELS)
#error "expected explainn::cpu_compiled to say that kernels are compiled elsewhere"
#endif

namespace ex = explainn;
using network = ex::paper_network<ex::paper{.length = 40, .units = 3, .outputs = 2, .width = 7, .hidden = 5}>;

int main()
{
    ex::model<network, ex::cpu<float>> fast{ex::seed{1}};
    ex::model<network, ex::reference<float>> plain{ex::seed{1}};
    std::vector<ex::letter> letters;
    for (int i = 0; i < 3 * 40; ++i) letters.push_back(static_cast<ex::letter>((i * 7 + i / 5) % 4));
    auto const a = fast.predict({letters.data(), 3, 40}), b = plain.predict({letters.data(), 3, 40});
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(std::abs(a[i] - b[i]) < 1e-5f)) return 1;
    return a.size() == 6 ? 0 : 1;
}
