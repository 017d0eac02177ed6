// The terms of the logits: the linear term and those that add to it.
#pragma once
#include <tuple>

#include <explainn/model/terms/linear.hpp>
#include <explainn/model/terms/pair_products.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// All terms that a network may have, the linear one first; a term that a network does not have adds nothing.
/// A new term of the library is a file of model/terms/ and an entry here.
template <backend B>
class all_terms {
public:
    all_terms(B& b, network_rows const& rows)
        : terms_{linear_term<B>{b, rows}, pair_products_term<B>{b, rows}}
    {
    }
    /// Computes the logits of a batch from the outputs of all units.
    void forward(term_pass<B> const& p)
    {
        std::apply([&p](auto&... term) { (term.forward(p), ...); }, terms_);
    }
    /// Computes the gradients of the terms' parameters and of the unit outputs.
    void backward(term_pass<B> const& p)
    {
        std::apply([&p](auto&... term) { (term.backward(p), ...); }, terms_);
    }

private:
    std::tuple<linear_term<B>, pair_products_term<B>> terms_;
};

} // namespace explainn::EXPLAINN_ABI::detail
