// The losses of the golden cases under one type.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <explainn/train/losses.hpp>

namespace golden {

namespace ex = explainn;

/// The library holds labels in float; where a golden case in double has others, `exact` holds them for the
/// batch.
struct loss_by_name {
    std::string name;
    std::shared_ptr<std::vector<double>> exact{};

    template <ex::backend B>
    ex::loss_sum operator()(B& b, ex::view<typename B::scalar const, 2> logits,
                            ex::view<float const, 2> labels, ex::view<typename B::scalar, 2> gradient) const
    {
        if (name == "CE") return ex::cross_entropy{}(b, logits, labels, gradient);
        if (name == "MSE") return of(ex::mean_squared_error{}, b, logits, labels, gradient);
        if (name == "Poisson") return ex::poisson_loss{}(b, logits, labels, gradient);
        if (name == "Pearson") return of(ex::pearson_loss{{ex::reduction::sum}}, b, logits, labels, gradient);
        if (name == "BCE" || name == "MaskedBCE") return ex::bce_with_logits{}(b, logits, labels, gradient);
        throw ex::error{"no loss is called " + name};
    }
    /// The number PyTorch would print for the batch.
    double printed(ex::loss_sum const& s) const { return name == "Pearson" ? s.sum : s.mean(); }

private:
    template <class Loss, ex::backend B>
    ex::loss_sum of(Loss const& l, B& b, ex::view<typename B::scalar const, 2> logits,
                    ex::view<float const, 2> labels, ex::view<typename B::scalar, 2> gradient) const
    {
        if constexpr (std::same_as<typename B::scalar, double>) {
            auto const n = logits.size(0), o = logits.size(1);
            std::vector<double> x(logits.count()), g(logits.count());
            b.download(x.data(), logits.data, x.size());
            auto const total =
                l.rows(ex::view<double const, 2>{x.data(), n, o},
                       ex::view<double const, 2>{exact->data(), n, o}, ex::view<double, 2>{g.data(), n, o});
            double const divisor = l.reduce == ex::reduction::mean ? total.count : 1;
            for (double& each : g) each /= divisor;
            b.upload(gradient.data, g.data(), g.size());
            return total;
        } else {
            return l(b, logits, labels, gradient);
        }
    }
};

} // namespace golden
