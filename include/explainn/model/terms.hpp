// The terms of the logits: the linear one and those that add to it.
#pragma once
#include <tuple>

#include <explainn/model/terms/linear.hpp>
#include <explainn/model/terms/pair_products.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// All terms that a network may have, the linear one first; one that a network does not have adds nothing. A
/// term that is new to the library is a file of model/terms/ and an entry here.
template <backend B>
class all_terms {
public:
    all_terms(B& b, network_rows const& rows)
        : terms_{linear_term<B>{b, rows}, pair_products_term<B>{b, rows}}
    {
    }
    /// The logits of a batch, from the outputs of all units.
    void forward(term_pass<B> const& p)
    {
        std::apply([&p](auto&... term) { (term.forward(p), ...); }, terms_);
    }
    /// The gradients of the terms' parameters and of unit outputs.
    void backward(term_pass<B> const& p)
    {
        std::apply([&p](auto&... term) { (term.backward(p), ...); }, terms_);
    }

private:
    std::tuple<linear_term<B>, pair_products_term<B>> terms_;
};

} // namespace explainn::EXPLAINN_ABI::detail
