// lstm and its gradient, one sequence and one position after the other.
#pragma once
#include <cmath>
#include <vector>

#include <explainn/backend/ops.hpp>
#include <explainn/reference/device.hpp>
#include <explainn/reference/loops.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// What an lstm made of one sequence of one unit, as `reference` keeps it: 6 H numbers of every position, in
/// the order of time.
template <class T>
struct lstm_states {
    T* data{};
    extent hidden{};
    T& gate(extent step, extent which, extent h) const { return at(step, which, h); } ///< i, f, g, o
    T& cell(extent step, extent h) const { return at(step, 4, h); }
    T& output(extent step, extent h) const { return at(step, 5, h); }

private:
    T& at(extent step, extent part, extent h) const
    {
        return data[(static_cast<std::size_t>(step) * 6 + static_cast<std::size_t>(part)) *
                        static_cast<std::size_t>(hidden) +
                    static_cast<std::size_t>(h)];
    }
};
inline double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

} // namespace detail

/// op::lstm
template <class T>
void run(reference<T>&, op::lstm<T> const& a)
{
    extent const hidden = a.hidden_weight.size(2), channels = a.x.size(2), length = a.x.size(3);
    std::vector<T> memory(static_cast<std::size_t>(length) * 6 * static_cast<std::size_t>(hidden));
    detail::each({a.x.size(0), a.x.size(1)}, [&](extent u, extent n) {
        T* const kept = a.kept.template of_unit<T>(u);
        detail::lstm_states<T> const s{
            kept ? kept + static_cast<std::size_t>(n) * memory.size() : memory.data(), hidden};
        for (extent step = 0; step < length; ++step) {
            extent const l = a.reverse ? length - 1 - step : step;
            detail::each({4, hidden}, [&](extent which, extent h) {
                extent const row = which * hidden + h;
                double sum = double(a.input_bias(u, row)) + a.hidden_bias(u, row);
                for (extent c = 0; c < channels; ++c)
                    sum += double(a.input_weight(u, row, c)) * a.x(u, n, c, l);
                for (extent k = 0; k < hidden && step > 0; ++k)
                    sum += double(a.hidden_weight(u, row, k)) * s.output(step - 1, k);
                s.gate(step, which, h) =
                    static_cast<T>(which == 2 ? std::tanh(sum) : detail::sigmoid_of(sum));
            });
            for (extent h = 0; h < hidden; ++h) {
                double const before = step > 0 ? s.cell(step - 1, h) : T(0);
                double const cell =
                    s.gate(step, 1, h) * before + double(s.gate(step, 0, h)) * s.gate(step, 2, h);
                s.cell(step, h) = static_cast<T>(cell);
                s.output(step, h) = static_cast<T>(s.gate(step, 3, h) * std::tanh(cell));
                a.y(u, n, a.first + h, l) = s.output(step, h);
            }
        }
    });
}

/// op::lstm_gradient: from the last step to the first, through time.
template <class T>
void run(reference<T>&, op::lstm_gradient<T> const& a)
{
    extent const units = a.x.size(0), n_all = a.x.size(1), hidden = a.hidden_weight.size(2),
                 channels = a.x.size(2), length = a.x.size(3);
    auto const numbers = static_cast<std::size_t>(length) * 6 * static_cast<std::size_t>(hidden);
    for (extent u = 0; u < units; ++u) {
        detail::temporary<double, 2> input{4 * hidden, channels}, recurrent{4 * hidden, hidden};
        detail::temporary<double, 1> bias{4 * hidden};
        for (extent n = 0; n < n_all; ++n) {
            detail::lstm_states<T> const s{
                a.kept.template of_unit<T>(u) + static_cast<std::size_t>(n) * numbers, hidden};
            // what comes back from the step behind: of h and of c
            detail::temporary<double, 1> dh{hidden}, dc{hidden}, da{4 * hidden};
            for (extent step = length - 1; step >= 0; --step) {
                extent const l = a.reverse ? length - 1 - step : step;
                for (extent h = 0; h < hidden; ++h) {
                    double const i = s.gate(step, 0, h), f = s.gate(step, 1, h), g = s.gate(step, 2, h),
                                 o = s.gate(step, 3, h), bent = std::tanh(double(s.cell(step, h))),
                                 before = step > 0 ? s.cell(step - 1, h) : T(0);
                    double const slope = dh.all(h) + a.dy(u, n, a.first + h, l);
                    double const cell = dc.all(h) + slope * o * (1 - bent * bent);
                    da.all(h) = cell * g * i * (1 - i);
                    da.all(hidden + h) = cell * before * f * (1 - f);
                    da.all(2 * hidden + h) = cell * i * (1 - g * g);
                    da.all(3 * hidden + h) = slope * bent * o * (1 - o);
                    dc.all(h) = cell * f;
                }
                for (extent row = 0; row < 4 * hidden; ++row) {
                    bias.all(row) += da.all(row);
                    for (extent c = 0; c < channels; ++c) input.all(row, c) += da.all(row) * a.x(u, n, c, l);
                    for (extent k = 0; k < hidden && step > 0; ++k)
                        recurrent.all(row, k) += da.all(row) * s.output(step - 1, k);
                }
                for (extent k = 0; k < hidden; ++k) {
                    double sum = 0;
                    for (extent row = 0; row < 4 * hidden; ++row)
                        sum += double(a.hidden_weight(u, row, k)) * da.all(row);
                    dh.all(k) = sum;
                }
                for (extent c = 0; a.dx && c < channels; ++c) {
                    double sum = a.add ? a.dx(u, n, c, l) : T(0);
                    for (extent row = 0; row < 4 * hidden; ++row)
                        sum += double(a.input_weight(u, row, c)) * da.all(row);
                    a.dx(u, n, c, l) = static_cast<T>(sum);
                }
            }
        }
        for (extent row = 0; row < 4 * hidden; ++row) {
            a.dinput_bias(u, row) = a.dhidden_bias(u, row) = static_cast<T>(bias.all(row));
            for (extent c = 0; c < channels; ++c)
                a.dinput_weight(u, row, c) = static_cast<T>(input.all(row, c));
            for (extent k = 0; k < hidden; ++k)
                a.dhidden_weight(u, row, k) = static_cast<T>(recurrent.all(row, k));
        }
    }
}

} // namespace explainn::EXPLAINN_ABI
