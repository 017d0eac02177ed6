// lstm and its gradient. What does not depend on the step before is one product over all positions; a step is
// a product with the hidden weights and a kernel over its gates.
#pragma once
#include <explainn/cuda/product.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// The sizes of an lstm. Its arrays by step are (U, L, N, numbers), in the order of time.
struct lstm_sizes {
    std::size_t units, n, channels, length, hidden;
    bool reverse;

    template <template <class> class Op, class T>
    explicit lstm_sizes(Op<T> const& a)
        : units{size_of(a.x.size(0))}, n{size_of(a.x.size(1))}, channels{size_of(a.x.size(2))},
          length{size_of(a.x.size(3))}, hidden{size_of(a.hidden_weight.size(2))}, reverse{a.reverse}
    {
    }
    std::size_t states() const { return units * n * hidden; }
    /// Where the number `j` of sequence i of `numbers` lies at a step.
    EXPLAINN_KERNEL std::size_t at(std::size_t u, std::size_t step, std::size_t i, std::size_t j,
                                   std::size_t numbers) const
    {
        return ((u * length + step) * n + i) * numbers + j;
    }
    EXPLAINN_KERNEL std::size_t position(std::size_t step) const
    {
        return reverse ? length - 1 - step : step;
    }
    /// The matrices (N, numbers) of a step.
    template <class X>
    matrices<X> of_step(X* data, std::size_t step, std::size_t numbers) const
    {
        return {data + step * n * numbers, length * n * numbers, numbers, 1};
    }
    /// The matrices (L N, numbers) of all steps.
    template <class X>
    matrices<X> of_all(X* data, std::size_t numbers) const
    {
        return {data, length * n * numbers, numbers, 1};
    }
};

/// Where an lstm keeps what it made of sequence i at a step: 6 H numbers, which are gates i, f, g, o, the
/// cell and h.
template <class T>
struct lstm_kept {
    std::byte* data{};
    std::size_t each{}, length{}, hidden{};

    explicit lstm_kept(own_bytes_by_unit kept, lstm_sizes const& s)
        : data{kept.data}, each{kept.each}, length{s.length}, hidden{s.hidden}
    {
    }
    EXPLAINN_KERNEL T* at(std::size_t u, std::size_t i, std::size_t step) const
    {
        return reinterpret_cast<T*>(data + u * each) + (i * length + step) * 6 * hidden;
    }
};

/// x as (U, L, N, C).
template <class T>
float* inputs_by_step(cuda<T>& b, view<T const, 4> x, lstm_sizes const& s, float* to)
{
    for_each(b, x.count(), [=] EXPLAINN_KERNEL(std::size_t at) {
        std::size_t const c = at % s.channels, i = at / s.channels % s.n,
                          step = at / s.channels / s.n % s.length, u = at / s.channels / s.n / s.length;
        to[at] = x.data[((u * s.n + i) * s.channels + c) * s.length + s.position(step)];
    });
    return to;
}

} // namespace cuda_detail

/// op::lstm
template <class T>
void run(cuda<T>& b, op::lstm<T> const& a)
{
    using namespace cuda_detail;
    lstm_sizes const s{a};
    auto const scratch = b.scratch();
    std::size_t const gates = 4 * s.hidden, all = s.units * s.length * s.n;
    if (all == 0 || s.hidden == 0) return;
    float* const x = inputs_by_step(b, a.x, s, scratch.template make<float>(all * s.channels));
    float* const sums = scratch.template make<float>(all * gates);
    float* const h = scratch.template make<float>(s.states());
    float* const cells = scratch.template make<float>(s.states());

    product p{};
    p.a = s.of_all(x, s.channels).to_read();
    p.b = of_units(a.input_weight).turned();
    p.c = s.of_all(sums, gates);
    p.units = s.units, p.rows = s.length * s.n, p.columns = gates, p.inner = s.channels;
    p.bias = a.input_bias.data, p.bias_unit = gates;
    multiply(b, p);

    lstm_kept<T> const kept{a.kept, s};
    std::size_t const channels_of_y = size_of(a.y.size(2)), first = size_of(a.first);
    for (std::size_t step = 0; step < s.length; ++step) {
        if (step > 0) {
            product q{};
            q.a = matrices<float const>{h, s.n * s.hidden, s.hidden, 1};
            q.b = of_units(a.hidden_weight).turned();
            q.c = s.of_step(sums, step, gates);
            q.units = s.units, q.rows = s.n, q.columns = gates, q.inner = s.hidden;
            q.add = true;
            multiply(b, q);
        }
        for_each(b, s.states(), [=] EXPLAINN_KERNEL(std::size_t at) {
            std::size_t const j = at % s.hidden, i = at / s.hidden % s.n, u = at / s.hidden / s.n;
            float gate[4];
            for (std::size_t which = 0; which < 4; ++which) {
                std::size_t const row = which * s.hidden + j;
                float const sum = sums[s.at(u, step, i, row, gates)] + a.hidden_bias.data[u * gates + row];
                gate[which] = activated(which == 2 ? activation::tanh : activation::sigmoid, sum);
            }
            float const before = step > 0 ? cells[at] : 0.f;
            float const cell = gate[1] * before + gate[0] * gate[2];
            float const out = gate[3] * activated(activation::tanh, cell);
            cells[at] = cell;
            h[at] = out;
            a.y.data[((u * s.n + i) * channels_of_y + first + j) * s.length + s.position(step)] = out;
            if (!kept.data) return;
            T* const to = kept.at(u, i, step) + j;
            for (std::size_t which = 0; which < 4; ++which) to[which * s.hidden] = gate[which];
            to[4 * s.hidden] = cell;
            to[5 * s.hidden] = out;
        });
    }
}

/// op::lstm_gradient: from the last step to the first, through time; then the sums over all steps as
/// products.
template <class T>
void run(cuda<T>& b, op::lstm_gradient<T> const& a)
{
    using namespace cuda_detail;
    lstm_sizes const s{a};
    auto const scratch = b.scratch();
    std::size_t const gates = 4 * s.hidden, all = s.units * s.length * s.n;
    if (all == 0 || s.hidden == 0) return;
    float* const x = inputs_by_step(b, a.x, s, scratch.template make<float>(all * s.channels));
    float* const before_h = scratch.template make<float>(all * s.hidden); // h of the step before
    float* const dsums = scratch.template make<float>(all * gates);
    float* const dh = scratch.template make<float>(s.states());
    float* const dcells = scratch.template make<float>(s.states());

    lstm_kept<T> const kept{a.kept, s};
    std::size_t const channels_of_y = size_of(a.dy.size(2)), first = size_of(a.first);
    for (std::size_t step = s.length; step-- > 0;) {
        bool const last = step + 1 == s.length;
        for_each(b, s.states(), [=] EXPLAINN_KERNEL(std::size_t at) {
            std::size_t const j = at % s.hidden, i = at / s.hidden % s.n, u = at / s.hidden / s.n;
            T const* const now = kept.at(u, i, step) + j;
            float const in = now[0], forget = now[s.hidden], g = now[2 * s.hidden], out = now[3 * s.hidden],
                        bent = activated(activation::tanh, now[4 * s.hidden]);
            T const* const then = step > 0 ? kept.at(u, i, step - 1) + j : nullptr;
            float const before = then ? then[4 * s.hidden] : 0.f;
            before_h[s.at(u, step, i, j, s.hidden)] = then ? then[5 * s.hidden] : 0.f;
            float const slope =
                (last ? 0.f : dh[at]) +
                a.dy.data[((u * s.n + i) * channels_of_y + first + j) * s.length + s.position(step)];
            float const cell = (last ? 0.f : dcells[at]) + slope * out * (1 - bent * bent);
            dcells[at] = cell * forget;
            float* const to = dsums + s.at(u, step, i, j, gates);
            to[0] = cell * g * in * (1 - in);
            to[s.hidden] = cell * before * forget * (1 - forget);
            to[2 * s.hidden] = cell * in * (1 - g * g);
            to[3 * s.hidden] = slope * bent * out * (1 - out);
        });
        if (step == 0) break;
        product p{};
        p.a = s.of_step(dsums, step, gates).to_read();
        p.b = of_units(a.hidden_weight);
        p.c = matrices<float>{dh, s.n * s.hidden, s.hidden, 1};
        p.units = s.units, p.rows = s.n, p.columns = s.hidden, p.inner = gates;
        multiply(b, p);
    }

    product p{};
    p.a = s.of_all(dsums, gates).to_read().turned();
    p.b = s.of_all(x, s.channels).to_read();
    p.c = of_units(a.dinput_weight);
    p.units = s.units, p.rows = gates, p.columns = s.channels, p.inner = s.length * s.n;
    multiply(b, p);
    p.b = s.of_all(before_h, s.hidden).to_read();
    p.c = of_units(a.dhidden_weight);
    p.columns = s.hidden;
    multiply(b, p);
    matrices<float const> const rows = s.of_all(dsums, gates).to_read();
    sum_columns(b, rows, {}, matrices<float>{a.dinput_bias.data, gates, 0, 1}, s.units, s.length * s.n,
                gates);
    sum_columns(b, rows, {}, matrices<float>{a.dhidden_bias.data, gates, 0, 1}, s.units, s.length * s.n,
                gates);
    if (!a.dx) return;
    float* const dx = scratch.template make<float>(all * s.channels);
    p.a = s.of_all(dsums, gates).to_read();
    p.b = of_units(a.input_weight);
    p.c = s.of_all(dx, s.channels);
    p.rows = s.length * s.n, p.columns = s.channels, p.inner = gates;
    multiply(b, p);
    bool const add = a.add;
    for_each(b, all * s.channels, [=] EXPLAINN_KERNEL(std::size_t at) {
        std::size_t const c = at % s.channels, i = at / s.channels % s.n,
                          step = at / s.channels / s.n % s.length, u = at / s.channels / s.n / s.length;
        T& to = a.dx.data[((u * s.n + i) * s.channels + c) * s.length + s.position(step)];
        to = dx[at] + (add ? to : T(0));
    });
}

} // namespace explainn::EXPLAINN_ABI
