// A term of the logits: the arguments of its two passes.
#pragma once
#include <span>
#include <vector>

#include <explainn/backend/concept.hpp>
#include <explainn/model/parameters.hpp>
#include <explainn/model/rows.hpp>

namespace explainn::EXPLAINN_ABI {

/// The outputs of a bank's units for a batch, and where their gradient goes.
template <class T>
struct bank_outputs {
    extent first_feature{}; ///< number of its first feature, a column of final.weight
    view<T const, 3> x{};   ///< (U, N, K)
    view<T, 3> dx{};        ///< backward only; absent for a bank that does not learn

    extent features() const { return x.size(0) * x.size(2); }
};

/// One batch as a term sees it: the outputs of all units, and the logits (forward) or their gradient
/// (backward). A term adds its share to the logits and to the gradients of unit outputs, and assigns the
/// gradients of its own parameters. The linear term comes first and assigns all of these, so that nothing has
/// to be cleared before.
template <backend B>
struct term_pass {
    using T = typename B::scalar;
    B& b;
    network_rows const& rows;
    parameter_list const& parameters;
    std::span<bank_outputs<T> const> banks;
    T* values;
    T* gradients;               ///< backward only
    view<T, 2> logits{};        ///< (N, O), forward only
    view<T const, 2> dlogits{}; ///< (N, O), backward only

    /// A parameter within the array of values or of gradients.
    template <class... E>
    view<T, static_cast<int>(sizeof...(E))> tensor(T* flat, std::string_view name, E... sizes) const
    {
        return {flat + parameters[name].offset, sizes...};
    }
};

} // namespace explainn::EXPLAINN_ABI
