// The losses of the golden cases under one type.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <explainn/train/losses.hpp>

namespace golden {

namespace ex = explainn;

/// The library keeps labels as float; where a golden case in double has other labels, `exact` holds them for
/// the batch.
struct loss_by_name {
    std::string name;
    std::shared_ptr<std::vector<double>> exact{};

    template <ex::backend B>
    void operator()(B& b, ex::loss_call<typename B::scalar> const& a) const
    {
        if (name == "CE") return ex::cross_entropy{}(b, a);
        if (name == "MSE") return of(ex::mean_squared_error{}, b, a);
        if (name == "Poisson") return ex::poisson_loss{}(b, a);
        if (name == "Pearson") return of(ex::pearson_loss{}, b, a);
        if (name == "BCE" || name == "MaskedBCE") return ex::bce_with_logits{}(b, a);
        throw ex::error{"no loss is called " + name};
    }
    /// The number that PyTorch would print for the batch.
    double printed(ex::loss_sum const& s) const { return sums() ? s.sum : s.mean(); }
    /// Whether PyTorch takes the sum of the terms.
    bool sums() const { return name == "Pearson"; }

private:
    template <class Loss, ex::backend B>
    void of(Loss const& l, B& b, ex::loss_call<typename B::scalar> const& a) const
    {
        if constexpr (std::same_as<typename B::scalar, double>) {
            auto const n = a.logits.size(0), o = a.logits.size(1);
            std::vector<double> x(a.logits.count()), g(a.logits.count());
            ex::fetch(b, x.data(), a.logits.data, x.size());
            auto const total =
                l.rows(ex::view<double const, 2>{x.data(), n, o},
                       ex::view<double const, 2>{exact->data(), n, o}, ex::view<double, 2>{g.data(), n, o});
            double const totals[]{total.sum, total.count};
            b.upload(a.totals.data, totals, 2);
            b.upload(a.gradient.data, g.data(), g.size());
        } else {
            l(b, a);
        }
    }
};

} // namespace golden
