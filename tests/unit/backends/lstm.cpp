// op::lstm and its gradient: every backend against reference, the gradient against differences.
#include <doctest/doctest.h>

#include <explainn/testing/gradients.hpp>

#include "agreement.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

struct lstm_case {
    extent units, n, channels, length, hidden, extra;
};
std::ostream& operator<<(std::ostream& o, lstm_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " C " << c.channels << " L " << c.length << " H "
             << c.hidden << " others " << c.extra;
}
constexpr lstm_case lstm_cases[]{{1, 1, 1, 1, 1, 0},    {1, 2, 1, 7, 3, 2},   {2, 3, 4, 5, 4, 4},
                                 {1, 17, 19, 3, 16, 0}, {3, 5, 7, 2, 17, 17}, {1, 33, 16, 13, 5, 5},
                                 {1, 13, 33, 1, 20, 0}};

// The op and its gradient on arrays of a case; `before` channels of y are another direction's.
template <class D>
struct arrays {
    using T = typename D::T;
    ex::op::lstm<T> forward{};
    ex::op::lstm_gradient<T> back{};

    arrays(D& d, lstm_case const& c, bool reverse, bool inference = false)
    {
        extent const gates = 4 * c.hidden;
        forward.x = d.rough(c.units, c.n, c.channels, c.length);
        forward.input_weight = d.rough(c.units, gates, c.channels);
        forward.hidden_weight = d.rough(c.units, gates, c.hidden);
        forward.input_bias = d.rough(c.units, gates);
        forward.hidden_bias = d.rough(c.units, gates);
        forward.reverse = reverse;
        forward.first = reverse ? c.extra : 0;
        auto const y = d.whole(c.units, c.n, c.hidden + c.extra, c.length);
        d.watch("y", y);
        forward.y = y;
        if (inference) return;
        forward.kept = d.kept(forward, c.units);
        back.x = forward.x;
        back.input_weight = forward.input_weight;
        back.hidden_weight = forward.hidden_weight;
        back.reverse = reverse;
        back.first = forward.first;
        back.kept = forward.kept;
        back.dy = d.rough(c.units, c.n, c.hidden + c.extra, c.length);
        back.add = reverse;
        auto const dx = d.whole(c.units, c.n, c.channels, c.length);
        d.watch("dx", dx);
        back.dx = dx;
        back.dinput_weight = d.out("dinput_weight", c.units, gates, c.channels);
        back.dhidden_weight = d.out("dhidden_weight", c.units, gates, c.hidden);
        back.dinput_bias = d.out("dinput_bias", c.units, gates);
        back.dhidden_bias = d.out("dhidden_bias", c.units, gates);
    }
};

} // namespace

TEST_CASE_TEMPLATE("lstm and its gradient", B, EXPLAINN_TEST_BACKENDS)
{
    std::uint32_t number = 12000;
    for (auto const& c : lstm_cases)
        for (bool const reverse : {false, true}) {
            CAPTURE(c);
            CAPTURE(reverse);
            test::agrees<B>(number, [&](auto& d) {
                arrays a{d, c, reverse};
                run(d.backend, a.forward);
                run(d.backend, a.back);
            });
            test::agrees<B>(number++, [&](auto& d) { // nothing is kept at inference; the same y
                arrays a{d, c, reverse, true};
                run(d.backend, a.forward);
            });
        }
}

TEST_CASE("the gradient of an lstm is the numerical one")
{
    ex::reference<double> b;
    for (bool const reverse : {false, true}) {
        CAPTURE(reverse);
        lstm_case const c{2, 3, 2, 4, 3, 1};
        test::on_device<ex::reference<double>> d{b, 12100};
        arrays a{d, c, reverse};
        auto const loss = [&] {
            run(b, a.forward);
            double sum = 0;
            for (std::size_t i = 0; i < a.forward.y.count(); ++i) {
                std::size_t const channel =
                    i / static_cast<std::size_t>(c.length) % static_cast<std::size_t>(c.hidden + c.extra);
                std::size_t const first = static_cast<std::size_t>(a.forward.first);
                if (channel >= first && channel < first + static_cast<std::size_t>(c.hidden))
                    sum += a.back.dy.data[i] * a.forward.y.data[i];
            }
            return sum;
        };
        loss();
        a.back.add = false;
        run(b, a.back);
        auto const check = [&](char const* name, auto x, auto gradient) {
            CAPTURE(name);
            std::vector<double> const kept{gradient.data, gradient.data + gradient.count()};
            auto const verdict = ex::check_gradient(loss, {const_cast<double*>(x.data), x.count()}, kept);
            CHECK_MESSAGE(verdict.agrees, verdict.log);
        };
        check("x", a.forward.x, a.back.dx);
        check("input_weight", a.forward.input_weight, a.back.dinput_weight);
        check("hidden_weight", a.forward.hidden_weight, a.back.dhidden_weight);
        check("input_bias", a.forward.input_bias, a.back.dinput_bias);
        check("hidden_bias", a.forward.hidden_bias, a.back.dhidden_bias);
    }
}
