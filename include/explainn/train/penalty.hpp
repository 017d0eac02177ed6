// A penalty of a user's own: what training adds to the gradients of some tensors.
#pragma once
#include <functional>
#include <span>

#include <explainn/model/parameters.hpp>

namespace explainn::EXPLAINN_ABI {

/// A term of the parameters alone, such as a ridge or a wish for smooth filters, beside the loss of the data.
/// After every batch, before gradients are clipped, add() receives the values of a tensor it applies to,
/// flat in the order of parameter::sizes (units first), and adds the slope of the penalty to the gradient. A
/// penalty sees one tensor at a time, and the losses that training reports do not contain it. It runs on the
/// host on one thread, so the same seed gives the same bits for any number of threads.
///
///     penalty const ridge{[](parameter const& p) { return p.name() == "final.weight"; },
///                         [](parameter const&, std::span<double const> w, std::span<double> gradient) {
///                             for (std::size_t i = 0; i < w.size(); ++i) gradient[i] += 2 * 0.001 * w[i];
///                         }};
///     trainer t{m, adam{}, bce_with_logits{}, {.epochs = 10, .penalties = {ridge}}};
struct penalty {
    /// Asked once for every tensor that is trained.
    std::function<bool(parameter const&)> applies;
    std::function<void(parameter const&, std::span<double const> values, std::span<double> gradient)> add;
};

} // namespace explainn::EXPLAINN_ABI
