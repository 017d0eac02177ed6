// Models and batches of random numbers for tests, with unusual values on purpose.
#pragma once
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <explainn/model/model.hpp>
#include <explainn/train/batches.hpp>
#include <explainn/train/trainer.hpp>

namespace random_model {

namespace ex = explainn;

/// Norms of both signs and running statistics that are not 0 and 1.
template <ex::backend B>
void stir(ex::basic_model<B>& m, std::uint32_t salt = 0)
{
    using T = typename B::scalar;
    ex::random_numbers draw{ex::seed{99}, ex::stream::parameters, 1000 + salt};
    for (auto const& p : m.parameters()) {
        if (p.fan_in > 0) continue;
        bool const variance = p.name().ends_with("running_var");
        std::vector<T> values(p.count);
        for (T& x : values) x = static_cast<T>(variance ? draw.uniform(0.3, 1.5) : draw.uniform(-1.2, 1.2));
        m.set_values(p.name(), values);
    }
}

/// Random letters, some N if wanted, and labels 0, 1 or missing.
inline ex::host_batch batch(ex::extent count, ex::extent length, ex::extent outputs, bool with_n,
                            std::uint32_t salt = 0)
{
    ex::random_numbers draw{ex::seed{7}, ex::stream::batches, 500 + salt};
    ex::host_batch b;
    b.count = count;
    b.has_n = with_n;
    for (ex::extent i = 0; i < count * length; ++i) {
        bool const n = with_n && draw.uniform(0, 1) < 0.08;
        b.letters.push_back(static_cast<ex::letter>(n ? 4 : static_cast<int>(draw.uniform(0, 4))));
    }
    for (ex::extent i = 0; i < count * outputs; ++i) {
        double const x = draw.uniform(0, 1);
        b.labels.push_back(x < 0.15 ? std::numeric_limits<float>::quiet_NaN() : x < 0.5 ? 1.f : 0.f);
    }
    return b;
}

/// Loss and gradients of one batch, and the logits before it.
template <class T>
struct step_result {
    std::vector<T> logits;
    double loss{};
    std::vector<T> gradients;
    std::vector<T> after;
};
template <ex::backend B>
step_result<typename B::scalar> step(ex::basic_model<B>& m, ex::host_batch const& b)
{
    step_result<typename B::scalar> r;
    r.logits = m.predict({b.letters.data(), b.count, m.length()});
    ex::trainer t{m, ex::sgd{.learning_rate = 0.01}, ex::bce_with_logits{}, ex::training{}};
    r.loss = t.train_batch(b).mean();
    r.gradients = t.gradients();
    r.after = m.snapshot();
    return r;
}

/// The largest difference over the largest magnitude.
template <class T>
double apart(std::vector<T> const& a, std::vector<T> const& b)
{
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double worst = 0, largest = 1e-30;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
        largest = std::max(largest, std::abs(static_cast<double>(b[i])));
        if (std::isnan(a[i]) || std::isnan(b[i])) return std::numeric_limits<double>::infinity();
    }
    return worst / largest;
}

} // namespace random_model
