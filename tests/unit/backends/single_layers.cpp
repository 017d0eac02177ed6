// The layers that no fused stage takes, and their gradients.
#include <limits>

#include <doctest/doctest.h>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

struct layer_case {
    extent units, n, channels, length;
};
std::ostream& operator<<(std::ostream& o, layer_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " C " << c.channels << " L " << c.length;
}
constexpr layer_case layer_cases[]{{1, 1, 1, 1},   {1, 2, 1, 7},   {3, 3, 4, 16},  {8, 17, 2, 5},
                                   {2, 2, 33, 31}, {17, 3, 5, 20}, {1, 70, 9, 54}, {1, 40, 37, 1}};

template <class D>
using scalar = typename std::decay_t<D>::T;

} // namespace

TEST_CASE_TEMPLATE("one_hot", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const length : {1, 7, 16, 33})
        test::agrees<B>(9000, [&](auto& d) {
            auto const s = d.letters(3, length, true);
            run(d.backend,
                ex::op::one_hot<scalar<decltype(d)>>{.sequences = s, .y = d.out("y", 1, 3, 4, length)});
        });
}

TEST_CASE_TEMPLATE("spread_signals", B, EXPLAINN_TEST_BACKENDS)
{
    for (extent const channels : {1, 5, 37})
        for (extent const length : {1, 7})
            for (bool const of_each : {false, true})
                test::agrees<B>(9050, [&](auto& d) {
                    using T = scalar<decltype(d)>;
                    auto const signals = d.template out<float>("signals", 21, channels, length);
                    std::vector<float> numbers(signals.count());
                    for (std::size_t i = 0; i < numbers.size(); ++i)
                        numbers[i] = 0.25f * static_cast<float>(i);
                    d.backend.upload(signals.data, numbers.data(), numbers.size());
                    run(d.backend,
                        ex::op::spread_signals<T>{.signals = signals,
                                                  .y = of_each ? d.out("y", channels, 21, 1, length)
                                                               : d.out("y", 1, 21, channels, length)});
                });
}

TEST_CASE_TEMPLATE("conv and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 9100;
    for (auto const& c : layer_cases)
        for (extent const width : {1, 2, 3, 5, 8, 19})
            for (bool const shared : {false, true}) {
                extent const padding = width / 2 * static_cast<extent>(number % 2);
                // every third case has windows that start some positions apart, every fifth taps that do
                extent const stride = number % 3 == 0 ? 2 + static_cast<extent>(number % 4) : 1,
                             dilation = number % 5 == 0 ? 2 + static_cast<extent>(number % 2) : 1;
                extent const room = c.length + 2 * padding - dilation * (width - 1) - 1,
                             windows = room / stride + 1, filters = width == 5 ? 29 : 1 + width % 4;
                ++number;
                if (room < 0) continue;
                CAPTURE(c);
                CAPTURE(width);
                CAPTURE(padding);
                CAPTURE(stride);
                CAPTURE(dilation);
                CAPTURE(shared);
                test::agrees<B>(number, [&](auto& d) {
                    using T = scalar<decltype(d)>;
                    auto const x = d.rough(shared ? 1 : c.units, c.n, c.channels, c.length);
                    auto const weight = d.rough(c.units, filters, c.channels, width);
                    auto const bias = d.rough(c.units, filters);
                    auto const dy = d.rough(c.units, c.n, filters, windows);
                    run(d.backend, ex::op::conv<T>{.x = x,
                                                   .weight = weight,
                                                   .bias = bias,
                                                   .padding = padding,
                                                   .stride = stride,
                                                   .dilation = dilation,
                                                   .y = d.out("y", c.units, c.n, filters, windows)});
                    ex::op::conv_gradient<T> g{};
                    g.x = x;
                    g.weight = weight;
                    g.padding = padding;
                    g.stride = stride;
                    g.dilation = dilation;
                    g.dy = dy;
                    if (!shared) g.dx = d.out("dx", c.units, c.n, c.channels, c.length);
                    g.dweight = d.out("dweight", c.units, filters, c.channels, width);
                    g.dbias = d.out("dbias", c.units, filters);
                    run(d.backend, g);
                });
            }
}

TEST_CASE_TEMPLATE("batch_norm and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 9300;
    for (auto const& c : layer_cases)
        for (bool const statistics : {false, true}) {
            if (statistics && c.n * c.length < 3) continue;
            CAPTURE(c);
            CAPTURE(statistics);
            test::agrees<B>(number++, [&](auto& d) {
                using T = scalar<decltype(d)>;
                auto const x = d.rough(c.units, c.n, c.channels, c.length);
                auto const gamma = d.rough(c.units, c.channels), beta = d.rough(c.units, c.channels);
                auto const mean =
                    statistics ? d.out("mean", c.units, c.channels) : d.rough(c.units, c.channels);
                auto const variance =
                    statistics ? d.out("variance", c.units, c.channels) : d.positive(c.units, c.channels);
                auto const dy = d.rough(c.units, c.n, c.channels, c.length);
                run(d.backend, ex::op::batch_norm<T>{.x = x,
                                                     .gamma = gamma,
                                                     .beta = beta,
                                                     .batch_statistics = statistics,
                                                     .mean = mean,
                                                     .variance = variance,
                                                     .y = d.out("y", c.units, c.n, c.channels, c.length)});
                run(d.backend,
                    ex::op::batch_norm_gradient<T>{.x = x,
                                                   .gamma = gamma,
                                                   .batch_statistics = statistics,
                                                   .mean = mean,
                                                   .variance = variance,
                                                   .dy = dy,
                                                   .dx = d.out("dx", c.units, c.n, c.channels, c.length),
                                                   .dgamma = d.out("dgamma", c.units, c.channels),
                                                   .dbeta = d.out("dbeta", c.units, c.channels)});
            });
        }
}

TEST_CASE_TEMPLATE("activate and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    for (unsigned act = 0; act < 9; ++act)
        for (auto const& c : layer_cases) {
            CAPTURE(c);
            CAPTURE(act);
            test::agrees<B>(9500 + act, [&](auto& d) {
                using T = scalar<decltype(d)>;
                auto const a = static_cast<ex::activation>(act);
                auto const x = d.rough(c.units, c.n, c.channels, c.length);
                auto const y = d.out("y", c.units, c.n, c.channels, c.length);
                auto const dy = d.rough(c.units, c.n, c.channels, c.length);
                run(d.backend, ex::op::activate<T>{.x = x, .act = a, .y = y});
                run(d.backend,
                    ex::op::activate_gradient<T>{.x = x,
                                                 .y = y,
                                                 .dy = dy,
                                                 .act = a,
                                                 .dx = d.out("dx", c.units, c.n, c.channels, c.length)});
            });
        }
}

TEST_CASE("pool by hand: padding never wins, the first of equals does")
{
    ex::reference<double> b;
    std::vector<double> const x{-3, -1, -1, -2};
    std::vector<double> y(3);
    std::vector<std::uint16_t> at(3); // what reference keeps
    ex::op::pool<double> a{
        .x = {x.data(), 1, 1, 1, 4}, .width = 2, .stride = 2, .padding = 1, .y = {y.data(), 1, 1, 1, 3}};
    CHECK(ex::kept_bytes(b, a) == 3 * sizeof(std::uint16_t));
    a.kept = {reinterpret_cast<std::byte*>(at.data()), ex::kept_bytes(b, a)};
    run(b, a);
    CHECK(y == std::vector<double>{-3, -1, -2});
    CHECK(at == std::vector<std::uint16_t>{0, 1, 3});
    a.average = true;
    run(b, a);
    CHECK(y == std::vector<double>{-1.5, -1, -1});
}

TEST_CASE_TEMPLATE("pool and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 9600;
    for (auto const& c : layer_cases)
        for (extent const width : {1, 2, 3, 13, c.length})
            for (extent const stride : {1, 2, width, width + 2})
                for (bool const average : {false, true}) {
                    extent const padding = width / 2 * static_cast<extent>(number % 2);
                    if (c.length + 2 * padding < width) continue;
                    extent const cells = (c.length + 2 * padding - width) / stride + 1;
                    CAPTURE(c);
                    CAPTURE(width);
                    CAPTURE(stride);
                    CAPTURE(padding);
                    CAPTURE(average);
                    test::agrees<B>(number++, [&](auto& d) {
                        using T = scalar<decltype(d)>;
                        auto const x = d.whole(c.units, c.n, c.channels, c.length);
                        auto const dy = d.rough(c.units, c.n, c.channels, cells);
                        ex::op::pool<T> o{.x = x,
                                          .width = width,
                                          .stride = stride,
                                          .padding = padding,
                                          .average = average,
                                          .y = d.out("y", c.units, c.n, c.channels, cells)};
                        o.kept = d.kept(o, c.units);
                        run(d.backend, o);
                        run(d.backend,
                            ex::op::pool_gradient<T>{.width = width,
                                                     .stride = stride,
                                                     .padding = padding,
                                                     .average = average,
                                                     .kept = o.kept,
                                                     .dy = dy,
                                                     .dx = d.out("dx", c.units, c.n, c.channels, c.length)});
                    });
                }
}

TEST_CASE_TEMPLATE("pool: minus infinity beside padding, where the first number of a cell wins", B,
                   EXPLAINN_TEST_BACKENDS)
{
    constexpr double least = -std::numeric_limits<double>::infinity();
    for (extent const width : {2, 3, 20})
        test::agrees<B>(9800, [&](auto& d) {
            using T = scalar<decltype(d)>;
            extent const length = 19, padding = width / 2, cells = (length + 2 * padding - width) / 2 + 1;
            std::vector<double> numbers(2 * 3 * length, least);
            for (std::size_t i = 0; i < numbers.size(); i += 7) numbers[i] = static_cast<double>(i % 5);
            ex::op::pool<T> o{.x = d.template values<T>(numbers, 1, 2, 3, length),
                              .width = width,
                              .stride = 2,
                              .padding = padding,
                              .y = d.out("y", 1, 2, 3, cells)};
            o.kept = d.kept(o, 1);
            run(d.backend, o);
            run(d.backend, ex::op::pool_gradient<T>{.width = width,
                                                    .stride = 2,
                                                    .padding = padding,
                                                    .kept = o.kept,
                                                    .dy = d.rough(1, 2, 3, cells),
                                                    .dx = d.out("dx", 1, 2, 3, length)});
        });
}

TEST_CASE_TEMPLATE("dense layers wider than a block of columns", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 9850;
    for (extent const f : {64, 150})
        for (extent const h : {64, 70, 129})
            test::agrees<B>(number++, [&](auto& d) {
                using T = scalar<decltype(d)>;
                auto const x = d.rough(2, 33, f), weight = d.rough(2, h, f), dy = d.rough(2, 33, h);
                run(d.backend,
                    ex::op::dense<T>{
                        .x = x, .weight = weight, .bias = d.rough(2, h), .y = d.out("y", 2, 33, h)});
                run(d.backend, ex::op::dense_gradient<T>{.x = x,
                                                         .weight = weight,
                                                         .dy = dy,
                                                         .dx = d.out("dx", 2, 33, f),
                                                         .dweight = d.out("dweight", 2, h, f),
                                                         .dbias = d.out("dbias", 2, h)});
            });
}

TEST_CASE_TEMPLATE("dense, dropout, layer_norm and their gradients", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 9900;
    for (extent const u : {1, 3, 17})
        for (extent const n : {1, 2, 17})
            for (extent const f : {2, 7, 8, 26, 33})
                for (extent const h : {1, 8, 15}) {
                    CAPTURE(u);
                    CAPTURE(n);
                    CAPTURE(f);
                    CAPTURE(h);
                    test::agrees<B>(number++, [&](auto& d) {
                        using T = scalar<decltype(d)>;
                        auto const x = d.rough(u, n, f), weight = d.rough(u, h, f), dy = d.rough(u, n, h);
                        run(d.backend,
                            ex::op::dense<T>{
                                .x = x, .weight = weight, .bias = d.rough(u, h), .y = d.out("y", u, n, h)});
                        ex::op::dense_gradient<T> g{};
                        g.x = x;
                        g.weight = weight;
                        g.dy = dy;
                        if (number % 3 != 0) g.dx = d.out("dx", u, n, f);
                        g.dweight = d.out("dweight", u, h, f);
                        g.dbias = d.out("dbias", u, h);
                        run(d.backend, g);
                    });
                    if (h != 1) continue;
                    test::agrees<B>(number++, [&](auto& d) {
                        using T = scalar<decltype(d)>;
                        auto const x = d.rough(u, n, f), dy = d.rough(u, n, f);
                        auto const gamma = d.rough(u, f), beta = d.rough(u, f);
                        ex::dropout_mask const mask{
                            .rate = 0.25, .from = {3}, .layer = 1, .step = 9, .unit = 7};
                        run(d.backend,
                            ex::op::dropout<T>{.x = x, .mask = mask, .y = d.out("dropped", u, n, f)});
                        run(d.backend, ex::op::layer_norm<T>{.x = x,
                                                             .gamma = gamma,
                                                             .beta = beta,
                                                             .epsilon = 1e-2,
                                                             .y = d.out("layer_norm", u, n, f)});
                        auto const dx = d.out("layer_norm dx", u, n, f);
                        d.difference_of(10);
                        run(d.backend,
                            ex::op::layer_norm_gradient<T>{.x = x,
                                                           .dy = dy,
                                                           .gamma = gamma,
                                                           .epsilon = 1e-2,
                                                           .dx = dx,
                                                           .dgamma = d.out("layer_norm dgamma", u, f),
                                                           .dbeta = d.out("layer_norm dbeta", u, f)});
                    });
                }
}
