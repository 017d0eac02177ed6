// A loss written as a plain function on the host: what most losses, and those of users, are.
#pragma once
#include <cmath>
#include <vector>

#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// What the gradient is that of: the mean of a loss's terms, or their sum (the step then grows with the
/// batch).
enum class reduction { mean, sum };

/// Makes a loss of a class with `loss_sum rows(logits, labels, gradient) const`: logits and labels (N, O) in
/// double, NaN = missing; gradient (N, O) of the sum of terms, zeros before. The number of labels is small,
/// so this is never the slow part.
///
///     struct absolute : host_loss<absolute> {
///         loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const;
///     };
template <class Derived>
struct host_loss {
    reduction reduce = reduction::mean;

    template <backend B>
    loss_sum operator()(B& b, view<typename B::scalar const, 2> logits, view<float const, 2> labels,
                        view<typename B::scalar, 2> gradient) const
    {
        using T = typename B::scalar;
        // kept from step to step, so that none of them allocates
        thread_local std::vector<T> x;
        thread_local std::vector<float> y;
        thread_local std::vector<double> wide_x, wide_y, wide_g;
        std::size_t const count = logits.count();
        x.resize(count);
        y.resize(count);
        b.download(x.data(), logits.data, count);
        b.download(y.data(), labels.data, count);
        wide_x.assign(x.begin(), x.end());
        wide_y.assign(y.begin(), y.end());
        wide_g.assign(count, 0);
        extent const n = logits.size(0), o = logits.size(1);
        loss_sum const total = static_cast<Derived const&>(*this).rows(
            view<double const, 2>{wide_x.data(), n, o}, view<double const, 2>{wide_y.data(), n, o},
            view<double, 2>{wide_g.data(), n, o});
        if (gradient) {
            double const divisor = reduce == reduction::mean && total.count > 0 ? total.count : 1;
            for (std::size_t i = 0; i < count; ++i) x[i] = static_cast<T>(wide_g[i] / divisor);
            b.upload(gradient.data, x.data(), count);
        }
        return total;
    }
};

} // namespace explainn::EXPLAINN_ABI
