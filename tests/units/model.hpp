// What the two source files of one program share: a model that one makes and the other uses.
#pragma once
#include <cmath>
#include <cstdio>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/model/model.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/motif/scan.hpp>

namespace ex = explainn;
using network =
    ex::paper_network<ex::paper{.length = 60, .units = 20, .outputs = 3, .width = 7, .hidden = 9}>;
using fast_model = ex::model<network, ex::cpu<float>>;

inline std::vector<ex::letter> some_letters()
{
    std::vector<ex::letter> letters;
    for (int i = 0; i < 50 * 60; ++i) letters.push_back(static_cast<ex::letter>((i * 7 + i / 5 + i % 3) % 4));
    return letters;
}

/// Whether the logits of the fast backend are those of the plain loops.
inline bool right(fast_model& fast)
{
    ex::model<network, ex::reference<double>> plain{ex::seed{1}};
    auto const letters = some_letters();
    auto const a = fast.predict({letters.data(), 50, 60});
    auto const b = plain.predict({letters.data(), 50, 60});
    bool same = a.size() == b.size();
    for (std::size_t i = 0; i < a.size(); ++i)
        same = same && std::abs(a[i] - static_cast<float>(b[i])) < 1e-4f;
    return same;
}
