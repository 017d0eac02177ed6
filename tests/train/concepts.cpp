// What is a loss, an optimizer, a data set, and what only looks like one.
#include <doctest/doctest.h>

#include <explainn/reference.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/optimizer.hpp>

#include "train/toy_data.hpp"

using namespace explainn;
using device = reference<float>;

namespace {

struct mute_loss {
    template <backend B>
    void operator()(B&, view<typename B::scalar const, 2>, view<float const, 2>,
                    view<typename B::scalar, 2>) const
    {
    }
};
struct no_states {
    double learning_rate = 1;
    template <backend B>
    void operator()(B&, optimizer_run<typename B::scalar> const&) const
    {
    }
};
struct no_rate {
    static constexpr int states = 0;
    template <backend B>
    void operator()(B&, optimizer_run<typename B::scalar> const&) const
    {
    }
};
struct no_labels {
    std::size_t size() const { return 0; }
    std::size_t length() const { return 0; }
    std::size_t outputs() const { return 0; }
    void letters_of(std::size_t, std::span<letter>) const {}
    bool has_n(std::size_t) const { return false; }
};

static_assert(loss<bce_with_logits, device> && loss<cross_entropy, device> &&
              loss<mean_squared_error, device> && loss<huber, device> && loss<pearson_loss, device> &&
              loss<poisson_loss, device>);
static_assert(!loss<mute_loss, device> && !loss<adam, device> && !loss<int, device>);
static_assert(optimizer<adam, device> && optimizer<adamw, device> && optimizer<sgd, device> &&
              optimizer<rmsprop, device>);
static_assert(!optimizer<no_states, device> && !optimizer<no_rate, device> &&
              !optimizer<bce_with_logits, device>);
static_assert(labelled_sequences<toy::data> && !labelled_sequences<no_labels>);
static_assert(backend<device> && !backend<int>);

// A loss's law: its gradient is that of the mean (or sum) it reports.
template <class Loss>
void gradient_law(Loss const& l, bool sum = false)
{
    reference<double> b;
    std::vector<double> x{0.3, -1.2, 0.7, 2.1, 0.4, -0.6};
    std::vector<float> const y{1, 0, std::numeric_limits<float>::quiet_NaN(), 1, 0, 1};
    view<float const, 2> const labels{y.data(), 2, 3};
    auto const value = [&] {
        auto const total = l(b, view<double const, 2>{x.data(), 2, 3}, labels, {});
        return sum ? total.sum : total.mean();
    };
    std::vector<double> g(6);
    l(b, view<double const, 2>{x.data(), 2, 3}, labels, view<double, 2>{g.data(), 2, 3});
    for (std::size_t i = 0; i < x.size(); ++i) {
        double const at = x[i], h = 1e-6;
        x[i] = at + h;
        double const up = value();
        x[i] = at - h;
        double const down = value();
        x[i] = at;
        CHECK(g[i] == doctest::Approx((up - down) / (2 * h)).epsilon(1e-6).scale(1e-3));
    }
}

// An optimizer's laws: no gradient, no step (without decay); a step goes downhill; runs do not mix.
template <class Optimizer>
void step_law(Optimizer const& o)
{
    reference<double> b;
    std::vector<double> p{1, 2, 3}, g{0, 0.5, -0.5}, s(3), t(3);
    o(b, optimizer_run<double>{.parameter = {p.data(), 3},
                               .gradient = view<double, 1>{g.data(), 3},
                               .state = {view<double, 1>{s.data(), 3}, view<double, 1>{t.data(), 3}},
                               .step = 1,
                               .learning_rate = o.learning_rate,
                               .decays = false});
    CHECK(p[0] == 1);
    CHECK(p[1] < 2);
    CHECK(p[2] > 3);
    std::vector<double> q{2}, f{0.5}, r(1), v(1);
    o(b, optimizer_run<double>{.parameter = {q.data(), 1},
                               .gradient = view<double, 1>{f.data(), 1},
                               .state = {view<double, 1>{r.data(), 1}, view<double, 1>{v.data(), 1}},
                               .step = 1,
                               .learning_rate = o.learning_rate,
                               .decays = false});
    CHECK(q[0] == p[1]);
}

} // namespace

TEST_CASE("every loss obeys the law of its gradient")
{
    gradient_law(bce_with_logits{});
    gradient_law(mean_squared_error{});
    gradient_law(huber{{}, 0.5});
    gradient_law(pearson_loss{});
    gradient_law(pearson_loss{{reduction::sum}}, true);
    gradient_law(poisson_loss{});
    gradient_law(cross_entropy{});
}
TEST_CASE("every optimizer obeys the laws of a step")
{
    step_law(adam{});
    step_law(adamw{});
    step_law(sgd{});
    step_law(sgd{.momentum = 0.9, .nesterov = true});
    step_law(rmsprop{});
    step_law(rmsprop{.momentum = 0.9});
}
