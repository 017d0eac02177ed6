#pragma once
#include <algorithm>
#include <cmath>
#include <explainn/backend/concept.hpp>
#include <limits>
#include <vector>
namespace explainn {
template <class T>
struct reference {
    using scalar = T;
    template <class X>
    std::vector<X> make(std::size_t n)
    {
        return std::vector<X>(n);
    }
    template <class X>
    void upload(X* a, X const* b, std::size_t n)
    {
        std::copy_n(b, n, a);
    }
    template <class X>
    void download(X* a, X const* b, std::size_t n)
    {
        std::copy_n(b, n, a);
    }
    template <class F>
    void for_units(extent u, F&& f)
    {
        f(extent{0}, u);
    }
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        f(std::size_t{0}, n);
    }
};
#define FOR(i, n) for (extent i = 0; i < (n); ++i)
template <class T>
void run(reference<T>&, op::window_statistics<T> const& a)
{
    extent const N = a.sequences.size(0), L = a.sequences.size(1), D = a.mean.size(0), W = D / 4,
                 S = L - W + 1;
    double const M = double(N) * S;
    std::fill_n(a.mean.data, D, 0.);
    std::fill_n(a.covariance.data, D * D, 0.);
    FOR(n, N) FOR(t, S) FOR(i, W)
    {
        auto x = a.sequences(n, t + i);
        if (x > 3) continue;
        a.mean(x * W + i) += 1 / M;
        FOR(j, W)
        {
            auto y = a.sequences(n, t + j);
            if (y > 3) continue;
            a.covariance(x * W + i, y * W + j) += 1 / M;
        }
    }
    FOR(i, D) FOR(j, D) a.covariance(i, j) -= a.mean(i) * a.mean(j);
}
template <class T>
void run(reference<T>&, op::conv_statistics<T> const& a)
{
    extent const U = a.weight.size(0), D = a.weight.size(1);
    FOR(u, U)
    {
        double m = a.bias(u), v = 0;
        FOR(i, D)
        {
            double c = 0;
            FOR(j, D) c += a.window_covariance(i, j) * a.weight(u, j);
            a.covariance_weight(u, i) = T(c);
            v += c * a.weight(u, i);
            m += a.window_mean(i) * a.weight(u, i);
        }
        a.mean(u) = T(m);
        a.variance(u) = T(std::max(v, 0.));
    }
}
template <class T>
void run(reference<T>&, op::fold_norm<T> const& a)
{
    FOR(u, a.scale.size(0))
    {
        if (!a.gamma) {
            a.scale(u) = 1;
            a.shift(u) = a.bias(u);
            a.inv_sd(u) = 1;
            continue;
        }
        T const s = T(1 / std::sqrt(double(a.variance(u)) + a.epsilon));
        a.inv_sd(u) = s;
        a.scale(u) = a.gamma(u) * s;
        a.shift(u) = a.beta(u) + a.scale(u) * (a.bias(u) - a.mean(u));
    }
}
template <class T>
void run(reference<T>&, op::motif_scan<T> const& a)
{
    FOR(u, a.y.size(0)) FOR(n, a.y.size(1)) FOR(p, a.y.size(2))
    {
        T best = 0;
        extent at = -1;
        FOR(k, a.pool)
        {
            extent const t = p * a.stride + k;
            T c = 0;
            FOR(j, a.weight.size(2))
            {
                auto x = a.sequences(n, t + j);
                if (x < 4) c += a.weight(u, x, j);
            }
            if (at < 0 || (a.scale(u) >= 0 ? c > best : c < best)) best = c, at = t;
        }
        a.y(u, n, p) = activated(a.act, a.scale(u) * best + a.shift(u));
        if (a.best) a.best(u, n, p) = best, a.at(u, n, p) = std::uint16_t(at);
    }
}
template <class T>
void run(reference<T>&, op::motif_scan_gradient<T> const& a)
{
    extent const W = a.dweight.size(2);
    FOR(u, a.dweight.size(0))
    {
        FOR(i, 4 * W) a.dweight.data[std::size_t(u) * 4 * W + i] = 0;
        double G = 0, A = 0;
        std::vector<double> dw(4 * W);
        FOR(n, a.y.size(1)) FOR(p, a.y.size(2))
        {
            T const x = a.scale(u) * a.best(u, n, p) + a.shift(u);
            double const g = a.dy(u, n, p) * activation_slope(a.act, x, a.y(u, n, p));
            G += g;
            if (a.mean) A += g * (a.best(u, n, p) + a.bias(u) - a.mean(u)) * a.inv_sd(u);
            FOR(j, W)
            {
                auto c = a.sequences(n, a.at(u, n, p) + j);
                if (c < 4) dw[c * W + j] += g;
            }
        }
        if (a.dbeta) {
            a.dbeta(u) = T(G);
            a.dgamma(u) = T(A);
        }
        if (a.batch_statistics)
            FOR(i, 4 * W) dw[i] -= G * a.window_mean(i) + A * a.inv_sd(u) * a.covariance_weight(u, i);
        FOR(i, 4 * W) a.dweight.data[std::size_t(u) * 4 * W + i] = T(dw[i] * a.scale(u));
        a.dbias(u) = a.batch_statistics ? T(0) : T(G * a.scale(u));
    }
}
template <class T>
void run(reference<T>&, op::dense_block<T> const& a)
{
    extent const U = a.y.size(0), N = a.y.size(1), H = a.y.size(2), F = a.x.size(2);
    FOR(u, U) FOR(h, H)
    {
        std::vector<T> v(N);
        FOR(n, N)
        {
            T s = a.bias(u, h);
            FOR(f, F) s += a.weight(u, h, f) * a.x(u, n, f);
            v[n] = s;
        }
        T g = 1, b = 0;
        if (a.gamma) {
            if (a.batch_statistics) {
                double m = 0, q = 0;
                for (T x : v) m += x;
                m /= N;
                for (T x : v) q += (x - m) * (x - m);
                a.mean(u, h) = T(m);
                a.variance(u, h) = T(q / N);
            }
            T const inv = T(1 / std::sqrt(double(a.variance(u, h)) + a.epsilon));
            for (T& x : v) x = (x - a.mean(u, h)) * inv;
            g = a.gamma(u, h);
            b = a.beta(u, h);
        }
        FOR(n, N)
        {
            if (a.normalized) a.normalized(u, n, h) = v[n];
            T y = activated(a.act, g * v[n] + b);
            if (a.dropout.rate > 0)
                y = a.dropout.keeps(u, std::size_t(n) * H + h) ? y * T(a.dropout.scale()) : T(0);
            a.y(u, n, h) = y;
        }
    }
}
template <class T>
void run(reference<T>&, op::dense_block_gradient<T> const& a)
{
    extent const U = a.y.size(0), N = a.y.size(1), H = a.y.size(2), F = a.x.size(2);
    FOR(u, U)
    {
        FOR(h, H)
        {
            T const g = a.gamma ? a.gamma(u, h) : T(1), b = a.gamma ? a.beta(u, h) : T(0);
            double G = 0, A = 0;
            FOR(n, N)
            {
                T d = a.dy(u, n, h);
                if (a.dropout.rate > 0)
                    d = a.dropout.keeps(u, std::size_t(n) * H + h) ? d * T(a.dropout.scale()) : T(0);
                T const x = g * a.normalized(u, n, h) + b;
                d *= activation_slope(a.act, x, activated(a.act, x));
                a.dy(u, n, h) = d;
                G += d;
                A += d * a.normalized(u, n, h);
            }
            T inv = 1;
            if (a.gamma) {
                a.dgamma(u, h) = T(A);
                a.dbeta(u, h) = T(G);
                inv = T(1 / std::sqrt(double(a.variance(u, h)) + a.epsilon));
            }
            double B = 0;
            FOR(n, N)
            {
                T d = a.dy(u, n, h);
                if (a.gamma)
                    d = a.batch_statistics ? T(g * inv * (d - G / N - a.normalized(u, n, h) * A / N))
                                           : d * g * inv;
                a.dy(u, n, h) = d;
                B += d;
            }
            a.dbias(u, h) = a.batch_statistics ? T(0) : T(B);
            FOR(f, F)
            {
                T s = 0;
                FOR(n, N) s += a.dy(u, n, h) * a.x(u, n, f);
                a.dweight(u, h, f) = s;
            }
        }
        if (a.dx) FOR(n, N) FOR(f, F)
            {
                T s = 0;
                FOR(h, H) s += a.dy(u, n, h) * a.weight(u, h, f);
                a.dx(u, n, f) = s;
            }
    }
}
template <class T>
void run(reference<T>&, op::linear<T> const& a)
{
    FOR(n, a.y.size(0)) FOR(o, a.y.size(1))
    {
        T s = a.add ? a.y(n, o) : a.bias ? a.bias(o) : T(0);
        FOR(u, a.x.size(0))
        FOR(k, a.x.size(2)) s += a.weight(o, a.first + u * a.x.size(2) + k) * a.x(u, n, k);
        a.y(n, o) = s;
    }
}
template <class T>
void run(reference<T>&, op::linear_gradient<T> const& a)
{
    FOR(u, a.x.size(0)) FOR(k, a.x.size(2))
    {
        extent const c = a.first + u * a.x.size(2) + k;
        FOR(n, a.dy.size(0))
        {
            T s = 0;
            FOR(o, a.dy.size(1)) s += a.weight(o, c) * a.dy(n, o);
            a.dx(u, n, k) = s;
        }
        FOR(o, a.dy.size(1))
        {
            T s = 0;
            FOR(n, a.dy.size(0)) s += a.dy(n, o) * a.x(u, n, k);
            a.dweight(o, c) = s;
        }
    }
    if (a.dbias) FOR(o, a.dy.size(1))
        {
            T s = 0;
            FOR(n, a.dy.size(0)) s += a.dy(n, o);
            a.dbias(o) = s;
        }
}
template <class T>
void run(reference<T>&, op::update_running<T> const& a)
{
    FOR(i, a.mean.size(0))
    {
        a.running_mean(i) = T((1 - a.momentum) * a.running_mean(i) + a.momentum * a.mean(i));
        a.running_variance(i) = T((1 - a.momentum) * a.running_variance(i) +
                                  a.momentum * a.variance(i) * a.count / (a.count - 1));
    }
}
template <class T>
void run(reference<T>&, op::bce_with_logits<T> const& a)
{
    double s = 0, c = 0;
    for (std::size_t i = 0; i < a.logits.count(); ++i) {
        double x = a.logits.data[i], y = a.labels.data[i];
        if (std::isnan(y)) continue;
        s += std::max(x, 0.) - x * y + std::log1p(std::exp(-std::abs(x)));
        c += 1;
    }
    a.totals(0) = s;
    a.totals(1) = c;
    double const d = a.divisor > 0 ? a.divisor : c;
    if (a.gradient)
        for (std::size_t i = 0; i < a.logits.count(); ++i) {
            double x = a.logits.data[i], y = a.labels.data[i];
            a.gradient.data[i] = std::isnan(y) ? T(0) : T((1 / (1 + std::exp(-x)) - y) / d);
        }
}
template <class T>
void run(reference<T>&, op::adam_step<T> const& a)
{
    double c1 = 1 - std::pow(a.beta1, double(a.step)), c2 = 1 - std::pow(a.beta2, double(a.step));
    FOR(i, a.parameter.size(0))
    {
        double g = a.gradient(i);
        double m = a.first(i) = T(a.beta1 * a.first(i) + (1 - a.beta1) * g);
        double v = a.second(i) = T(a.beta2 * a.second(i) + (1 - a.beta2) * g * g);
        a.parameter(i) = T(a.parameter(i) * (1 - a.learning_rate * a.decoupled_decay) -
                           a.learning_rate / c1 * m / (std::sqrt(v) / std::sqrt(c2) + a.epsilon));
    }
}
template <class T>
void run(reference<T>&, op::sgd_step<T> const& a)
{
    FOR(i, a.parameter.size(0)) a.parameter(i) -= T(a.learning_rate * a.gradient(i));
}
#define NOOP(X)                                                                                              \
    template <class T>                                                                                       \
    void run(reference<T>&, op::X<T> const&)                                                                 \
    {                                                                                                        \
        throw error{#X};                                                                                     \
    }
NOOP(one_hot)
NOOP(conv) NOOP(conv_gradient) NOOP(batch_norm) NOOP(batch_norm_gradient) NOOP(activate)
    NOOP(activate_gradient) NOOP(pool) NOOP(pool_gradient) NOOP(dense) NOOP(dense_gradient) NOOP(dropout)
        NOOP(layer_norm)
            NOOP(layer_norm_gradient) static_assert(std::same_as<missing_ops<reference<float>>, op_list<>>);
static_assert(backend<reference<float>>);
} // namespace explainn
