// The loss of logits and the optimizers' steps, a vector at a time.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// The losses of up to one vector of logits, and their gradients times `inverse`.
struct bce_kernel {
    float const *logits{}, *labels{};
    std::size_t count{};
    float inverse{}; ///< 1 / divisor
    float* gradient{};
    double* loss{};

    template <int B>
    static EXPLAINN_INLINE void some(bce_kernel const& a, pack<float, B> const& x, pack<float, B> const& y,
                                     pack<float, B>& loss, pack<float, B>& gradient)
    {
        using F = pack<float, B>;
        pack<std::int32_t, B> const known{y.v == y.v};
        F const one = F::all(1.0f), size = choose(greater(x, F::zero()), x, -x);
        F const z = simd::exp(-size);
        F const positive = choose(greater(F::zero(), x), F::zero(), x);
        loss = choose(known, positive - x * y + log_one_plus(z), F::zero());
        F const sigmoid = choose(greater(F::zero(), x), z, one) / (one + z);
        gradient = choose(known, (sigmoid - y) * F::all(a.inverse), F::zero());
    }
    template <int B>
    static EXPLAINN_INLINE void run(bce_kernel const& a)
    {
        using F = pack<float, B>;
        double total[F::size] = {};
        for (std::size_t i = 0; i < a.count; i += F::size) {
            std::size_t const here = a.count - i < F::size ? a.count - i : F::size;
            bool const all = here == F::size;
            F loss, gradient;
            some<B>(a, all ? F::load(a.logits + i) : F::load(a.logits + i, here),
                    all ? F::load(a.labels + i) : F::load(a.labels + i, here), loss, gradient);
            if (a.gradient && all) gradient.store(a.gradient + i);
            else if (a.gradient) gradient.store(a.gradient + i, here);
            float losses[F::size];
            loss.store(losses);
            for (std::size_t j = 0; j < here; ++j) total[j] += double(losses[j]);
        }
        double sum = 0;
        for (double const t : total) sum += t;
        *a.loss = sum;
    }
};

/// op::bce_with_logits with the vectors of `level`; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void bce_with_logits(isa level, op::bce_with_logits<float> const& o, Spread&& spread)
{
    constexpr std::size_t block = 1024;
    std::size_t const count = o.logits.count();
    std::size_t missing = 0;
    for (std::size_t i = 0; i < count; ++i) missing += o.labels.data[i] != o.labels.data[i] ? 1u : 0u;
    auto const known = static_cast<double>(count - missing);
    double const divisor = o.divisor > 0 ? o.divisor : known;
    std::size_t const blocks = (count + block - 1) / block;
    double* const losses = scratch<double>(piece::partial, blocks);
    spread(count, block, [&o, level, divisor, losses](std::size_t first, std::size_t last) {
        bce_kernel k;
        k.logits = o.logits.data + first;
        k.labels = o.labels.data + first;
        k.count = last - first;
        k.inverse = static_cast<float>(1 / divisor);
        k.gradient = o.gradient ? o.gradient.data + first : nullptr;
        k.loss = losses + first / block;
        dispatch<bce_kernel>(level, k);
    });
    o.totals.data[0] = std::accumulate(losses, losses + blocks, 0.0);
    o.totals.data[1] = known;
}

/// A step of Adam over a vector of parameters.
struct adam_kernel {
    float *parameter{}, *first{}, *second{};
    float const* gradient{};
    std::size_t count{};
    float beta1{}, rest1{}, beta2{}, rest2{}, step{}, correction{}, epsilon{}, decay{};

    template <int B>
    static EXPLAINN_INLINE void run(adam_kernel const& argument)
    {
        using F = pack<float, B>;
        constexpr std::size_t S = F::size;
        adam_kernel const a = argument;
        F const beta1 = F::all(a.beta1), rest1 = F::all(a.rest1), beta2 = F::all(a.beta2),
                rest2 = F::all(a.rest2), step = F::all(a.step), correction = F::all(a.correction),
                epsilon = F::all(a.epsilon), decay = F::all(a.decay);
        std::size_t i = 0;
        for (; i + S <= a.count; i += S) {
            F const g = F::load(a.gradient + i);
            F const first = multiply_add(beta1, F::load(a.first + i), rest1 * g);
            F const second = multiply_add(beta2, F::load(a.second + i), rest2 * g * g);
            first.store(a.first + i);
            second.store(a.second + i);
            F const down = multiply_add(square_root(second), correction, epsilon);
            (F::load(a.parameter + i) * decay - step * first / down).store(a.parameter + i);
        }
        for (; i < a.count; ++i) {
            float const g = a.gradient[i];
            a.first[i] = a.beta1 * a.first[i] + a.rest1 * g;
            a.second[i] = a.beta2 * a.second[i] + a.rest2 * g * g;
            a.parameter[i] = a.parameter[i] * a.decay -
                             a.step * a.first[i] / (std::sqrt(a.second[i]) * a.correction + a.epsilon);
        }
    }
};

/// op::adam_step with the vectors of `level`.
inline void adam_step(isa level, op::adam_step<float> const& o)
{
    auto const steps = static_cast<double>(o.step);
    double const correction1 = 1 - std::pow(o.beta1, steps), correction2 = 1 - std::pow(o.beta2, steps);
    adam_kernel k{o.parameter.data, o.first.data, o.second.data, o.gradient.data, o.parameter.count()};
    k.beta1 = static_cast<float>(o.beta1);
    k.rest1 = static_cast<float>(1 - o.beta1);
    k.beta2 = static_cast<float>(o.beta2);
    k.rest2 = static_cast<float>(1 - o.beta2);
    k.step = static_cast<float>(o.learning_rate / correction1);
    k.correction = static_cast<float>(1 / std::sqrt(correction2));
    k.epsilon = static_cast<float>(o.epsilon);
    k.decay = static_cast<float>(1 - o.learning_rate * o.decoupled_decay);
    dispatch<adam_kernel>(level, k);
}

/// op::sgd_step, element by element over a vector.
struct sgd_kernel {
    float *parameter{}, *velocity{};
    float const* gradient{};
    std::size_t count{};
    float rate{}, momentum{};
    bool nesterov{};

    template <int B>
    static EXPLAINN_INLINE void run(sgd_kernel const& a)
    {
        using F = pack<float, B>;
        F const rate = F::all(a.rate), momentum = F::all(a.momentum);
        std::size_t i = 0;
        for (; i + F::size <= a.count; i += F::size) {
            F const g = F::load(a.gradient + i);
            F step = g;
            if (a.velocity) {
                F const v = multiply_add(momentum, F::load(a.velocity + i), g);
                v.store(a.velocity + i);
                step = a.nesterov ? multiply_add(momentum, v, g) : v;
            }
            (F::load(a.parameter + i) - rate * step).store(a.parameter + i);
        }
        for (; i < a.count; ++i) {
            float const g = a.gradient[i];
            float step = g;
            if (a.velocity) {
                a.velocity[i] = a.momentum * a.velocity[i] + g;
                step = a.nesterov ? a.momentum * a.velocity[i] + g : a.velocity[i];
            }
            a.parameter[i] -= a.rate * step;
        }
    }
};

/// op::sgd_step with the vectors of `level`.
inline void sgd_step(isa level, op::sgd_step<float> const& o)
{
    dispatch<sgd_kernel>(level,
                         sgd_kernel{o.parameter.data, o.momentum != 0 ? o.velocity.data : nullptr,
                                    o.gradient.data, o.parameter.count(), static_cast<float>(o.learning_rate),
                                    static_cast<float>(o.momentum), o.nesterov});
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
