// Dropout: zeros at random while training, nothing else.
#pragma once
#include <explainn/layers/row.hpp>

namespace explainn {

/// Each element is zero with probability P while training and the rest is scaled by 1 / (1 - P).
template <percent P>
struct dropout {
    static constexpr kind what = kind::dropout;
    static constexpr numbers given{P.value, 0, 0};
    static constexpr phrase name(numbers n) { return spell("dropout", n.a); }
    static constexpr outcome after(shape in, numbers n)
    {
        if (surely_less(n.a, 0)) return wants(at_least, 0, percent_of_rate, n.a);
        if (surely_less(99, n.a)) return wants(at_most, 99, percent_of_rate, n.a);
        return in;
    }
};

} // namespace explainn
