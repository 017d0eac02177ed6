// The loss of logits and the optimizers' steps, a vector at a time.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/vector_math.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Losses and gradients of some rows, of `width` logits in a row each; rows begin `stride` apart.
struct bce_kernel {
    float const *logits{}, *labels{};
    std::size_t rows{}, width{}, stride{};
    float weight{};
    float* gradient{};
    double* totals{}; ///< (2): sum of losses, labels there are, both without the weight

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
        gradient = choose(known, (sigmoid - y) * F::all(a.weight), F::zero());
    }
    template <int B>
    static EXPLAINN_INLINE void run(bce_kernel const& a)
    {
        using F = pack<float, B>;
        double total[F::size] = {};
        std::size_t missing = 0;
        for (std::size_t row = 0; row < a.rows; ++row) {
            float const *const x = a.logits + row * a.stride, *const y = a.labels + row * a.stride;
            float* const g = a.gradient ? a.gradient + row * a.stride : nullptr;
            for (std::size_t i = 0; i < a.width; i += F::size) {
                std::size_t const here = a.width - i < F::size ? a.width - i : F::size;
                bool const all = here == F::size;
                F loss, gradient;
                some<B>(a, all ? F::load(x + i) : F::load(x + i, here),
                        all ? F::load(y + i) : F::load(y + i, here), loss, gradient);
                if (g && all) gradient.store(g + i);
                else if (g) gradient.store(g + i, here);
                float losses[F::size];
                loss.store(losses);
                for (std::size_t j = 0; j < here; ++j) total[j] += double(losses[j]);
            }
            std::uint32_t here = 0;
            for (std::size_t i = 0; i < a.width; ++i) here += y[i] != y[i] ? 1u : 0u;
            missing += here;
        }
        double sum = 0;
        for (double const t : total) sum += t;
        a.totals[0] = sum;
        a.totals[1] = double(a.rows * a.width - missing);
    }
};

/// op::bce_with_logits with the vectors of `level`; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void bce_with_logits(isa level, op::bce_with_logits<float> const& o, Spread&& spread)
{
    auto const stride = static_cast<std::size_t>(o.logits.size(1));
    bool const whole = o.count == 0;
    std::size_t const width = whole ? stride : static_cast<std::size_t>(o.count);
    // a table of all columns is one row
    std::size_t const items = whole ? o.logits.count() : static_cast<std::size_t>(o.logits.size(0));
    std::size_t const block = whole ? 1024 : std::max<std::size_t>(1024 / width, 1);
    std::size_t const blocks = (items + block - 1) / block;
    double* const totals = scratch<double>(piece::partial, 2 * blocks);
    spread(items, block,
           [&o, level, whole, width, stride, block, totals](std::size_t first, std::size_t last) {
               bce_kernel k;
               std::size_t const at = whole ? first : first * stride + static_cast<std::size_t>(o.first);
               k.logits = o.logits.data + at;
               k.labels = o.labels.data + at;
               k.rows = whole ? 1 : last - first;
               k.width = whole ? last - first : width;
               k.stride = stride;
               k.weight = static_cast<float>(o.weight);
               k.gradient = o.gradient ? o.gradient.data + at : nullptr;
               k.totals = totals + 2 * (first / block);
               dispatch<bce_kernel>(level, k);
           });
    for (std::size_t part = 0; part < 2; ++part) {
        double sum = 0;
        for (std::size_t i = 0; i < blocks; ++i) sum += totals[2 * i + part];
        double& total = o.totals.data[part];
        total = (o.add ? total : 0) + o.weight * sum;
    }
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

/// op::adam_step with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void adam_step(isa level, op::adam_step<float> const& o, Spread&& spread)
{
    auto const steps = static_cast<double>(o.now(0).step);
    double const correction1 = 1 - std::pow(o.beta1, steps), correction2 = 1 - std::pow(o.beta2, steps);
    spread(o.runs.count(), [&o, level, correction1, correction2](std::size_t begin, std::size_t end) {
        adam_kernel k;
        k.beta1 = static_cast<float>(o.beta1);
        k.rest1 = static_cast<float>(1 - o.beta1);
        k.beta2 = static_cast<float>(o.beta2);
        k.rest2 = static_cast<float>(1 - o.beta2);
        k.correction = static_cast<float>(1 / std::sqrt(correction2));
        k.epsilon = static_cast<float>(o.epsilon);
        for (std::size_t i = begin; i < end; ++i) {
            parameter_run const r = o.runs.data[i];
            double const rate = o.now(0).learning_rate * r.rate;
            k.parameter = o.parameter.data + r.first;
            k.first = o.first.data + r.first;
            k.second = o.second.data + r.first;
            k.gradient = o.gradient.data + r.first;
            k.count = r.count;
            k.step = static_cast<float>(rate / correction1);
            k.decay = static_cast<float>(1 - rate * (r.decays ? o.decoupled_decay : 0));
            dispatch<adam_kernel>(level, k);
        }
    });
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

/// op::sgd_step with the vectors of `level`; `spread(n, f)` shares out f(first, last).
template <class Spread>
void sgd_step(isa level, op::sgd_step<float> const& o, Spread&& spread)
{
    spread(o.runs.count(), [&o, level](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            parameter_run const r = o.runs.data[i];
            dispatch<sgd_kernel>(level, sgd_kernel{o.parameter.data + r.first,
                                                   o.momentum != 0 ? o.velocity.data + r.first : nullptr,
                                                   o.gradient.data + r.first, r.count,
                                                   static_cast<float>(o.now(0).learning_rate * r.rate),
                                                   static_cast<float>(o.momentum), o.nesterov});
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
