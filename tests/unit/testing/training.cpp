// The laws of losses and optimizers, checked for every one of the library and for some that break them.
#include <doctest/doctest.h>
#include <explainn/reference.hpp>
#include <explainn/testing/training_laws.hpp>
#include <explainn/train/joint_loss.hpp>
#include <explainn/train/losses.hpp>

namespace ex = explainn;
namespace laws = explainn::laws;
using device = ex::reference<double>;

namespace {
float const missing = std::numeric_limits<float>::quiet_NaN();
std::vector<double> const logits{0.3, -1.2, 2.1, 0.4, -0.6, 1.4, 0.7, -0.2, 0.9, -1.1, 0.05, 0.8};
std::vector<float> const binary{1, 0, 1, missing, 0, 1, 0, 0, missing, 1, 0, 1};
std::vector<float> const real{0.5f, -2, 1, missing, 0.25f, 3, -1, 0.125f, missing, 2, 0, 1};
std::vector<float> const classes{1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0};
std::vector<float> const numbers{3, 0, 1, 2, missing, 5, 1, 0, 4, 2, 7, 1};

struct wrong_way : ex::bce_with_logits {
    template <ex::backend B>
    void operator()(B& b, ex::loss_call<typename B::scalar> const& a) const
    {
        ex::bce_with_logits::operator()(b, a);
        for (std::size_t i = 0; a.gradient && i < a.gradient.count(); ++i) a.gradient.data[i] *= -1;
    }
};
struct gives_the_mean : ex::bce_with_logits {
    template <ex::backend B>
    void operator()(B& b, ex::loss_call<typename B::scalar> const& a) const
    {
        ex::bce_with_logits::operator()(b, a);
        for (std::size_t i = 0; a.gradient && i < a.gradient.count(); ++i) a.gradient.data[i] /= a.totals(1);
    }
};
struct forgets_weights : ex::bce_with_logits {
    template <ex::backend B>
    void operator()(B& b, ex::loss_call<typename B::scalar> a) const
    {
        a.weight = 1;
        ex::bce_with_logits::operator()(b, a);
    }
};
struct writes_all_columns : ex::bce_with_logits {
    template <ex::backend B>
    void operator()(B& b, ex::loss_call<typename B::scalar> const& a) const
    {
        ex::bce_with_logits::operator()(b, a);
        if (a.gradient && a.first > 0) a.gradient(0, 0) = 0;
    }
};
struct uphill {
    double learning_rate = 0.01;
    static constexpr int states = 0;
    template <ex::backend B>
    void operator()(B&, ex::optimizer_run<typename B::scalar> const& r) const
    {
        for (std::size_t i = 0; i < r.parameter.count(); ++i)
            r.parameter.data[i] += r.learning_rate * r.gradient.data[i];
    }
};
struct looks_at_the_place : ex::sgd {
    template <ex::backend B>
    void operator()(B& b, ex::optimizer_step<typename B::scalar> const& a) const
    {
        ex::sgd::operator()(b, a);
        for (ex::extent i = 0; i < a.runs.size(0); ++i) a.parameter.data[a.runs(i).first] *= 0.99;
    }
};
} // namespace

TEST_CASE("losses obey their laws")
{
    device b;
    CHECK(laws::broken(b, ex::bce_with_logits{}, logits, binary, 3) == "");
    CHECK(laws::broken(b, ex::cross_entropy{}, logits, classes, 3) == "");
    CHECK(laws::broken(b, ex::cross_entropy{{}, {1, 2, 0.5}}, logits, classes, 3) == "");
    CHECK(laws::broken(b, ex::weighted_bce{{}, {3, 1, 0.5}, {1, 2, 1}}, logits, binary, 3) == "");
    CHECK(laws::broken(b, ex::mean_squared_error{}, logits, real, 3) == "");
    CHECK(laws::broken(b, ex::joint_loss{{2, 1}, ex::bce_with_logits{}, ex::huber{}}.weighted({1, 3}), logits,
                       binary, 3) == "");
    CHECK(laws::broken(b, ex::huber{}, logits, real, 3) == "");
    CHECK(laws::broken(b, ex::poisson_loss{}, logits, numbers, 3) == "");
    CHECK(laws::broken(b, ex::pearson_loss{}, logits, {1, 3, 2, 0, 1, 1, 4, 2, 2, 1, 5, 0}, 3) == "");
}

TEST_CASE("optimizers obey their laws")
{
    device b;
    CHECK(laws::broken(b, ex::adam{}) == "");
    CHECK(laws::broken(b, ex::adamw{}) == "");
    CHECK(laws::broken(b, ex::sgd{}) == "");
    CHECK(laws::broken(b, ex::rmsprop{}) == "");
    CHECK(laws::broken(b, ex::rmsprop{.learning_rate = 0.001, .momentum = 0.5}) == "");
    CHECK(laws::broken(b, ex::sgd{.learning_rate = 0.01, .momentum = 0.5}) == "");
    CHECK(laws::broken(b, ex::sgd{.learning_rate = 0.01, .momentum = 0.5, .nesterov = true}) == "");
}

TEST_CASE("the laws see what breaks them")
{
    device b;
    CHECK(
        laws::broken(b, wrong_way{}, logits, binary, 3).starts_with("the gradient is the slope of the sum"));
    CHECK(laws::broken(b, gives_the_mean{}, logits, binary, 3)
              .starts_with("the gradient is the slope of the sum"));
    CHECK(laws::broken(b, forgets_weights{}, logits, binary, 3)
              .starts_with("the weighted totals of some columns are added"));
    CHECK(laws::broken(b, writes_all_columns{}, logits, binary, 3)
              .starts_with("the weighted gradient of some columns is that of a table of these columns"));
    CHECK(laws::broken(b, uphill{}) == "a step goes down the slope");
    CHECK(laws::broken(b, looks_at_the_place{}) ==
          "parameters stepped in two pieces end as those stepped at once");
    static_assert(!ex::loss<int, device> && !ex::optimizer<int, device> && !ex::backend<int>);
}
