// A loss whose gradient is that of the sum of its terms.
#pragma once
#include <vector>

#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// Wraps a loss that gives the gradient of the mean: the step then grows with the batch, as a
/// `reduction='sum'` does in PyTorch. What it reports stays sum and count.
///
///     trainer t{m, adam{}, summed{bce_with_logits{}}, training{}};
template <class Loss>
struct summed {
    Loss inner{};
    template <backend B>
    requires loss<Loss, B> loss_sum operator()(B& b, view<typename B::scalar const, 2> logits,
                                               view<float const, 2> labels,
                                               view<typename B::scalar, 2> gradient) const
    {
        loss_sum const total = inner(b, logits, labels, gradient);
        if (!gradient) return total;
        std::vector<typename B::scalar> host(gradient.count());
        b.download(host.data(), gradient.data, host.size());
        for (auto& x : host) x = static_cast<typename B::scalar>(static_cast<double>(x) * total.count);
        b.upload(gradient.data, host.data(), host.size());
        return total;
    }
};
template <class Loss>
summed(Loss) -> summed<Loss>;

} // namespace explainn::EXPLAINN_ABI
