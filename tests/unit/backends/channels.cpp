// Ops on whole channels: every backend against reference, gradients against differences.
#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include <explainn/testing/gradients.hpp>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

struct channel_case {
    extent units, n, channels, length;
};
std::ostream& operator<<(std::ostream& o, channel_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " C " << c.channels << " L " << c.length;
}
constexpr channel_case channel_cases[]{{1, 1, 1, 1},   {1, 2, 3, 7},   {3, 3, 4, 16}, {8, 7, 2, 5},
                                       {2, 2, 33, 31}, {1, 70, 9, 54}, {1, 40, 37, 1}};

using slow = ex::reference<double>;

template <class F, class X, class G>
void check(char const* name, F const& loss, X x, G gradient)
{
    CAPTURE(name);
    std::vector<double> const kept{gradient.data, gradient.data + gradient.count()};
    auto const verdict = ex::check_gradient(loss, {const_cast<double*>(x.data), x.count()}, kept);
    CHECK_MESSAGE(verdict.agrees, verdict.log);
}
template <int Rank>
double dot(ex::view<double const, Rank> r, ex::view<double, Rank> y)
{
    double sum = 0;
    for (std::size_t i = 0; i < y.count(); ++i) sum += r.data[i] * y.data[i];
    return sum;
}

} // namespace

TEST_CASE_TEMPLATE("transpose, copies and factors of channels", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 12200;
    for (auto const& c : channel_cases) {
        CAPTURE(c);
        test::agrees<B>(number++, [&](auto& d) {
            using T = typename std::decay_t<decltype(d)>::T;
            auto const x = d.rough(c.units, c.n, c.channels, c.length),
                       dy = d.rough(c.units, c.n, c.channels, c.length);
            run(d.backend,
                ex::op::transpose<T>{.x = x, .y = d.out("turned", c.units, c.n, c.length, c.channels)});
            for (bool const add : {false, true}) {
                extent const most = c.channels / 2 + 1, others = 2;
                auto const y = d.rough(c.units, c.n, most + others, c.length);
                d.watch("copied", y);
                run(d.backend, ex::op::copy_channels<T>{.x = x,
                                                        .x_first = c.channels - most,
                                                        .y_first = 1,
                                                        .channels = most,
                                                        .add = add,
                                                        .y = y});
            }
            extent const half = (c.length + 1) / 2;
            run(d.backend,
                ex::op::mirror_sum<T>{.x = x, .y = d.out("mirrored", c.units, c.n, c.channels, half)});
            run(d.backend,
                ex::op::mirror_sum_gradient<T>{.dy = d.rough(c.units, c.n, c.channels, half),
                                               .dx = d.out("dmirrored", c.units, c.n, c.channels, c.length)});
            auto const gate = d.rough(c.units, c.n, c.channels);
            run(d.backend,
                ex::op::scale_channels<T>{
                    .x = x, .gate = gate, .y = d.out("scaled", c.units, c.n, c.channels, c.length)});
            run(d.backend, ex::op::scale_channels_gradient<T>{
                               .x = x, .dy = dy, .dgate = d.out("dgate", c.units, c.n, c.channels)});
            auto const sum = d.rough(c.units, c.n, c.channels, c.length);
            d.watch("mean's gradient added", sum);
            run(d.backend, ex::op::add_mean_gradient<T>{.x = gate, .y = sum});
        });
    }
}

TEST_CASE_TEMPLATE("depthwise_conv and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 12300;
    for (auto const& c : channel_cases)
        for (extent const width : {1, 2, 3, 9, 19})
            for (extent const padding : {0, width / 2, width + 2}) {
                extent const windows = c.length + 2 * padding - width + 1;
                if (windows < 1) continue;
                CAPTURE(c);
                CAPTURE(width);
                CAPTURE(padding);
                test::agrees<B>(number++, [&](auto& d) {
                    using T = typename std::decay_t<decltype(d)>::T;
                    auto const x = d.rough(c.units, c.n, c.channels, c.length);
                    auto const weight = d.rough(c.units, c.channels, width);
                    run(d.backend,
                        ex::op::depthwise_conv<T>{.x = x,
                                                  .weight = weight,
                                                  .bias = d.rough(c.units, c.channels),
                                                  .padding = padding,
                                                  .y = d.out("y", c.units, c.n, c.channels, windows)});
                    ex::op::depthwise_conv_gradient<T> g{};
                    g.x = x;
                    g.weight = weight;
                    g.padding = padding;
                    g.dy = d.rough(c.units, c.n, c.channels, windows);
                    if (number % 3 != 0) g.dx = d.out("dx", c.units, c.n, c.channels, c.length);
                    g.dweight = d.out("dweight", c.units, c.channels, width);
                    g.dbias = d.out("dbias", c.units, c.channels);
                    run(d.backend, g);
                });
            }
}

TEST_CASE(
    "mirror_sum by hand: the middle of an odd number counts once, and mirrored inputs give the same bits")
{
    slow b;
    double const x[]{1, 2, 3, 4, 5, 10, 20, 30, 40, 50};
    double y[6], dx[10];
    run(b, ex::op::mirror_sum<double>{.x = {x, 1, 1, 2, 5}, .y = {y, 1, 1, 2, 3}});
    CHECK(std::vector<double>(y, y + 6) == std::vector<double>{6, 6, 3, 60, 60, 30});
    run(b, ex::op::mirror_sum_gradient<double>{.dy = {y, 1, 1, 2, 3}, .dx = {dx, 1, 1, 2, 5}});
    CHECK(std::vector<double>(dx, dx + 10) == std::vector<double>{6, 6, 3, 6, 6, 60, 60, 30, 60, 60});
    for (extent const length : {1, 2, 9, 16}) {
        CAPTURE(length);
        test::on_device<slow> d{b, 12500};
        auto const in = d.rough(2, 3, 2, length), gradient = d.rough(2, 3, 2, length);
        auto const out = d.rough(2, 3, 2, (length + 1) / 2);
        ex::view<double const, 4> const dout = d.rough(2, 3, 2, (length + 1) / 2);
        auto const loss = [&] {
            run(b, ex::op::mirror_sum<double>{.x = in, .y = out});
            return dot(dout, out);
        };
        run(b, ex::op::mirror_sum_gradient<double>{.dy = dout, .dx = gradient});
        check("x", loss, in, gradient);
        std::vector<double> turned(in.count()), given(out.count());
        loss();
        std::copy_n(out.data, out.count(), given.data());
        auto const row = static_cast<std::size_t>(length);
        for (std::size_t i = 0; i < turned.size(); ++i)
            turned[i] = in.data[i / row * row + row - 1 - i % row];
        run(b, ex::op::mirror_sum<double>{.x = {turned.data(), 2, 3, 2, length}, .y = out});
        CHECK(std::vector<double>(out.data, out.data + out.count()) == given);
    }
}

TEST_CASE("gradients of a depthwise convolution and of factors are the numerical ones")
{
    slow b;
    test::on_device<slow> d{b, 12400};
    extent const u = 2, n = 3, c = 2, l = 5, width = 4, padding = 1, windows = l + 2 * padding - width + 1;
    auto const x = d.rough(u, n, c, l), dx = d.rough(u, n, c, l);
    auto const weight = d.rough(u, c, width), dweight = d.rough(u, c, width);
    auto const bias = d.rough(u, c), dbias = d.rough(u, c);
    auto const y = d.rough(u, n, c, windows);
    ex::view<double const, 4> const dy = d.rough(u, n, c, windows);
    auto const loss = [&] {
        run(b, ex::op::depthwise_conv<double>{
                   .x = x, .weight = weight, .bias = bias, .padding = padding, .y = y});
        return dot(dy, y);
    };
    run(b, ex::op::depthwise_conv_gradient<double>{.x = x,
                                                   .weight = weight,
                                                   .padding = padding,
                                                   .dy = dy,
                                                   .dx = dx,
                                                   .dweight = dweight,
                                                   .dbias = dbias});
    check("x", loss, x, dx);
    check("weight", loss, weight, dweight);
    check("bias", loss, bias, dbias);

    auto const gate = d.rough(u, n, c), dgate = d.rough(u, n, c);
    auto const scaled = d.rough(u, n, c, l);
    ex::view<double const, 4> const dscaled = d.rough(u, n, c, l);
    auto const scaled_loss = [&] {
        run(b, ex::op::scale_channels<double>{.x = x, .gate = gate, .y = scaled});
        return dot(dscaled, scaled);
    };
    run(b, ex::op::scale_channels_gradient<double>{.x = x, .dy = dscaled, .dgate = dgate});
    check("gate", scaled_loss, gate, dgate);
}
