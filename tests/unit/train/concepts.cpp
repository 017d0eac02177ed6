// Types that are losses, optimizers and data sets, and types that only resemble one.
#include <doctest/doctest.h>

#include <explainn/reference.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/optimizer.hpp>

#include "train/toy_data.hpp"

using namespace explainn;
using device = reference<float>;

namespace {

struct chatty_loss {
    template <backend B>
    loss_sum operator()(B&, loss_call<typename B::scalar> const&) const
    {
        return {};
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
static_assert(!loss<chatty_loss, device> && !loss<adam, device> && !loss<int, device>);
static_assert(optimizer<adam, device> && optimizer<adamw, device> && optimizer<sgd, device> &&
              optimizer<rmsprop, device>);
static_assert(!optimizer<no_states, device> && !optimizer<no_rate, device> &&
              !optimizer<bce_with_logits, device>);
static_assert(labelled_sequences<toy::data> && !labelled_sequences<no_labels>);
static_assert(backend<device> && !backend<int>);

// A loss's law: its gradient is that of the sum it reports.
template <class Loss>
void gradient_law(Loss const& l)
{
    reference<double> b;
    std::vector<double> x{0.3, -1.2, 0.7, 2.1, 0.4, -0.6};
    std::vector<float> const y{1, 0, std::numeric_limits<float>::quiet_NaN(), 1, 0, 1};
    view<float const, 2> const labels{y.data(), 2, 3};
    auto const value = [&] { return total_of(b, l, view<double const, 2>{x.data(), 2, 3}, labels).sum; };
    std::vector<double> g(6);
    total_of(b, l, view<double const, 2>{x.data(), 2, 3}, labels, view<double, 2>{g.data(), 2, 3});
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

// An optimizer's laws: no gradient, no step (without decay); a step goes downhill; ranges do not affect each
// other.
template <class Optimizer>
void step_law(Optimizer const& o)
{
    reference<double> b;
    step_values const now{.learning_rate = o.learning_rate, .step = 1};
    auto const step = [&](std::vector<double>& parameter, std::vector<double> const& gradient) {
        auto const n = static_cast<extent>(parameter.size());
        std::vector<double> first(parameter.size()), second(parameter.size());
        parameter_run const all{0, parameter.size(), 1, false};
        step_all(b, o,
                 optimizer_step<double>{
                     .parameter = {parameter.data(), n},
                     .gradient = {gradient.data(), n},
                     .state = {view<double, 1>{first.data(), n}, view<double, 1>{second.data(), n}},
                     .runs = {&all, 1},
                     .now = {&now, 1}});
    };
    std::vector<double> p{1, 2, 3}, q{2};
    step(p, {0, 0.5, -0.5});
    CHECK(p[0] == 1);
    CHECK(p[1] < 2);
    CHECK(p[2] > 3);
    step(q, {0.5});
    CHECK(q[0] == p[1]);
}

} // namespace

TEST_CASE("every loss obeys the law of its gradient")
{
    gradient_law(bce_with_logits{});
    gradient_law(mean_squared_error{});
    gradient_law(huber{{}, 0.5});
    gradient_law(pearson_loss{});
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
