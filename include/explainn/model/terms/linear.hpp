// The linear term: a weight for every output and unit, and a bias.
#pragma once
#include <explainn/model/terms/term.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// logits = final.weight x unit outputs + final.bias. Every network has it.
template <backend B>
class linear_term {
public:
    using T = typename B::scalar;
    linear_term(B&, network_rows const&) {}

    void forward(term_pass<B> const& p)
    {
        for (auto const& bank : p.banks)
            run(p.b, op::linear<T>{.x = bank.x,
                                   .weight = weight(p, p.values),
                                   .first = bank.first_feature,
                                   .bias = bias(p, p.values),
                                   .add = bank.first_feature != 0,
                                   .y = p.logits});
    }
    void backward(term_pass<B> const& p)
    {
        for (auto const& bank : p.banks)
            run(p.b, op::linear_gradient<T>{.x = bank.x,
                                            .weight = weight(p, p.values),
                                            .first = bank.first_feature,
                                            .dy = p.dlogits,
                                            .dx = bank.dx,
                                            .dweight = weight(p, p.gradients),
                                            .dbias = bank.first_feature == 0 ? bias(p, p.gradients)
                                                                             : view<T, 1>{}});
    }

private:
    static view<T, 2> weight(term_pass<B> const& p, T* flat)
    {
        return p.tensor(flat, "final.weight", p.rows.outputs, p.rows.features);
    }
    static view<T, 1> bias(term_pass<B> const& p, T* flat)
    {
        if (p.rows.bias == head_bias::none) return {};
        return p.tensor(flat, "final.bias", p.rows.outputs);
    }
};

} // namespace explainn::EXPLAINN_ABI::detail
