// A user's own penalty, which training adds to the gradients of some tensors.
#pragma once
#include <functional>
#include <span>

#include <explainn/model/parameters.hpp>

namespace explainn::EXPLAINN_ABI {

/// A term that depends on the parameters alone, beside the loss of the data, such as a ridge or a term that
/// makes filters smooth. After every batch, before gradients are clipped, add() receives the values of a
/// tensor that it applies to, flat in the order of parameter::sizes (units first), and adds the slope of the
/// penalty to the gradient. A penalty sees one tensor at a time, and the losses that training reports do not
/// contain it. It is computed on the host by one thread, so that the same seed gives the same bits for any
/// number of threads.
///
///     penalty const ridge{[](parameter const& p) { return p.name() == "final.weight"; },
///                         [](parameter const&, std::span<double const> w, std::span<double> gradient) {
///                             for (std::size_t i = 0; i < w.size(); ++i) gradient[i] += 2 * 0.001 * w[i];
///                         }};
///     trainer t{m, adam{}, bce_with_logits{}, {.epochs = 10, .penalties = {ridge}}};
struct penalty {
    /// Called once for every tensor that is trained; returns whether the penalty applies to it.
    std::function<bool(parameter const&)> applies;
    std::function<void(parameter const&, std::span<double const> values, std::span<double> gradient)> add;
};

} // namespace explainn::EXPLAINN_ABI
