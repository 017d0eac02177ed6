// A loss written as a plain function on the host, as most losses and those of users are.
#pragma once
#include <vector>

#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// Makes a loss from a class with `loss_sum rows(logits, labels, gradient) const`: logits and labels (N, O)
/// are double, NaN = missing; the gradient (N, O) is that of the sum of terms and is zero before the call.
/// The loss waits for the logits of every batch. The number of labels is small, so that on a backend on the
/// host this is never the slow step.
///
///     struct absolute : host_loss<absolute> {
///         loss_sum rows(view<double const, 2> x, view<double const, 2> y, view<double, 2> gradient) const;
///     };
template <class Derived>
struct host_loss {
    static constexpr bool takes_columns = true;

    template <backend B>
    void operator()(B& b, loss_call<typename B::scalar> const& a) const
    {
        using T = typename B::scalar;
        // kept from step to step, so that no step allocates
        thread_local std::vector<T> x;
        thread_local std::vector<float> y;
        thread_local std::vector<double> wide_x, wide_y, wide_g;
        extent const n = a.logits.size(0), o = a.columns();
        std::size_t const all = a.logits.count();
        x.resize(all);
        y.resize(all);
        double totals[2]{};
        b.download(x.data(), a.logits.data, all);
        b.download(y.data(), a.labels.data, all);
        if (a.add) b.download(totals, a.totals.data, 2);
        b.wait();
        // calls f(i, at) for every number of the loss's own columns: its index among them, its index among
        // all
        auto const each = [&a, n, o](auto f) {
            std::size_t i = 0;
            for (extent r = 0; r < n; ++r)
                for (extent c = 0; c < o; ++c, ++i)
                    f(i, static_cast<std::size_t>(r * a.logits.size(1) + a.first + c));
        };
        std::size_t const count = static_cast<std::size_t>(n) * static_cast<std::size_t>(o);
        wide_x.resize(count);
        wide_y.resize(count);
        wide_g.assign(count, 0);
        each([&](std::size_t i, std::size_t at) {
            wide_x[i] = static_cast<double>(x[at]);
            wide_y[i] = static_cast<double>(y[at]);
        });
        loss_sum const total = static_cast<Derived const&>(*this).rows(
            view<double const, 2>{wide_x.data(), n, o}, view<double const, 2>{wide_y.data(), n, o},
            view<double, 2>{wide_g.data(), n, o});
        totals[0] += a.weight * total.sum;
        totals[1] += a.weight * total.count;
        b.upload(a.totals.data, totals, 2);
        if (!a.gradient) return;
        if (o != a.logits.size(1)) fetch(b, x.data(), static_cast<T const*>(a.gradient.data), all);
        each([&](std::size_t i, std::size_t at) { x[at] = static_cast<T>(a.weight * wide_g[i]); });
        b.upload(a.gradient.data, x.data(), all);
    }
};

} // namespace explainn::EXPLAINN_ABI
