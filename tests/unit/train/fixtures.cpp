// Optimizers, schedules, losses and clipping, compared with PyTorch's values.
#include <filesystem>

#include <doctest/doctest.h>

#include <explainn/io/safetensors.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/joint_loss.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/trainer.hpp>

using namespace explainn;

namespace {

tensor_table const& fixtures()
{
    static tensor_table const table =
        read_safetensors(std::filesystem::path{EXPLAINN_TEST_DATA} / "train_golden" / "fixtures.safetensors");
    return table;
}

template <class Schedule>
void hold(char const* name, Schedule const& rule)
{
    auto const want = fixtures().values<double>(std::string{"schedule/"} + name);
    for (std::size_t t = 0; t < want.size(); ++t) {
        CAPTURE(name);
        CAPTURE(t);
        auto const done = static_cast<int>(t);
        // StepLR and ExponentialLR count epochs, the others steps
        CHECK(rule(run_position{static_cast<double>(t), static_cast<double>(want.size()), done}) ==
              doctest::Approx(want[t]).epsilon(1e-12));
    }
}

template <class Optimizer>
void hold_steps(char const* name, Optimizer const& rule)
{
    reference<double> b;
    auto p = fixtures().values<double>("optimizer/start");
    auto const gradients = fixtures().values<double>("optimizer/gradients");
    auto const want = fixtures().values<double>(std::string{"optimizer/"} + name);
    std::vector<double> first(p.size()), second(p.size());
    auto const n = static_cast<extent>(p.size());
    for (std::size_t t = 0; t < want.size() / p.size(); ++t) {
        std::vector<double> const g(gradients.begin() + static_cast<std::ptrdiff_t>(t * p.size()),
                                    gradients.begin() + static_cast<std::ptrdiff_t>((t + 1) * p.size()));
        step_values const now{.learning_rate = rule.learning_rate, .step = static_cast<std::int64_t>(t + 1)};
        parameter_run const all{0, p.size()};
        rule(b, optimizer_step<double>{
                    .parameter = {p.data(), n},
                    .gradient = {g.data(), n},
                    .state = {view<double, 1>{first.data(), n}, view<double, 1>{second.data(), n}},
                    .runs = {&all, 1},
                    .now = {&now, 1}});
        for (std::size_t i = 0; i < p.size(); ++i) {
            CAPTURE(name);
            CAPTURE(t);
            CHECK(p[i] == doctest::Approx(want[t * p.size() + i]).epsilon(1e-12));
        }
    }
}

template <class Loss>
void hold_loss(std::string const& name, Loss const& rule, double scale = 1, bool sum = false)
{
    CAPTURE(name);
    reference<double> b;
    auto logits = fixtures().values<double>("loss/logits");
    for (double& x : logits) x /= scale;
    auto const labels = fixtures().values<float>("loss/" + name + "/labels");
    auto const want = fixtures().values<double>("loss/" + name + "/gradient");
    std::vector<double> gradient(logits.size());
    extent const o = 4, n = static_cast<extent>(logits.size()) / o;
    auto const total =
        total_of(b, rule, view<double const, 2>{logits.data(), n, o},
                 view<float const, 2>{labels.data(), n, o}, view<double, 2>{gradient.data(), n, o});
    CHECK((sum ? total.sum : total.mean()) ==
          doctest::Approx(fixtures().values<double>("loss/" + name + "/value")[0]).epsilon(1e-12));
    double const divisor = scale * (sum ? 1 : total.count);
    for (std::size_t i = 0; i < want.size(); ++i)
        CHECK(gradient[i] / divisor == doctest::Approx(want[i]).epsilon(1e-10).scale(1e-6));
}

} // namespace

TEST_CASE("schedules are PyTorch's")
{
    hold("step", step_rate{.epochs = 10, .factor = 0.1});
    hold("exponential", exponential_rate{.factor = 0.9});
    hold("cosine", cosine_rate{.least = 0.05});
    hold("one_cycle", one_cycle_rate{});
    hold("warm_cosine", cosine_rate{.warm_up = 0.2, .least = 0.05});
    CHECK(constant_rate{}(run_position{3, 10, 1}) == 1);
}
TEST_CASE("the rate on a plateau is PyTorch's")
{
    auto const losses = fixtures().values<double>("plateau/losses"),
               want = fixtures().values<double>("plateau/rates");
    double best = std::numeric_limits<double>::infinity(), rate = 1;
    int since = 0;
    for (std::size_t i = 0; i < losses.size(); ++i) {
        CAPTURE(i);
        since = losses[i] < best ? 0 : since + 1;
        best = std::min(best, losses[i]);
        if (since > 0) rate *= on_plateau{.patience = 3, .factor = 0.5}(since);
        CHECK(rate == doctest::Approx(want[i]).epsilon(1e-12));
    }
    CHECK(rate < 1);
    CHECK(on_plateau{}(3) == 1);
}
TEST_CASE("a norm is clipped as PyTorch clips it")
{
    reference<double> b;
    auto const all = fixtures().values<double>("optimizer/gradients");
    auto const want = fixtures().values<double>("clip/clipped");
    std::vector<double> g(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(want.size()));
    auto const n = static_cast<extent>(g.size());
    double squares = 0;
    parameter_run const all_of_it{0, g.size()};
    run(b, op::sum_of_squares<double>{.x = {g.data(), n}, .runs = {&all_of_it, 1}, .sums = {&squares, 1}});
    CHECK(std::sqrt(squares) == doctest::Approx(fixtures().values<double>("clip/norm")[0]).epsilon(1e-12));
    run(b, op::clip_norm<double>{
               .squares = {&squares, 1}, .most = 0.5, .runs = {&all_of_it, 1}, .x = {g.data(), n}});
    for (std::size_t i = 0; i < g.size(); ++i) CHECK(g[i] == doctest::Approx(want[i]).epsilon(1e-12));
}
TEST_CASE("a warm-up rises from near 0 to 1, then the cosine falls")
{
    cosine_rate const rule{.warm_up = 0.2};
    double before = 0;
    for (int t = 0; t < 20; ++t) {
        double const now = rule({static_cast<double>(t), 100, 0});
        CHECK(now > before);
        CHECK(now <= 1);
        before = now;
    }
    CHECK(rule({20, 100, 0}) == doctest::Approx(1));
    before = 1;
    for (int t = 21; t < 100; ++t) {
        double const now = rule({static_cast<double>(t), 100, 0});
        CHECK(now <= before);
        before = now;
    }
    CHECK(rule({100, 100, 0}) == doctest::Approx(0));
}
TEST_CASE("optimizers are PyTorch's")
{
    hold_steps("adam", adam{.learning_rate = 0.003});
    hold_steps("adam_other", adam{.learning_rate = 0.1, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-4});
    hold_steps("adamw", adamw{.learning_rate = 0.02, .weight_decay = 0.1});
    hold_steps("sgd", sgd{.learning_rate = 0.01});
    hold_steps("momentum", sgd{.learning_rate = 0.01, .momentum = 0.9});
    hold_steps("nesterov", sgd{.learning_rate = 0.01, .momentum = 0.9, .nesterov = true});
    hold_steps("rmsprop", rmsprop{});
    hold_steps("rmsprop_momentum",
               rmsprop{.learning_rate = 0.02, .alpha = 0.9, .epsilon = 1e-4, .momentum = 0.9});
}
TEST_CASE("losses and their gradients are PyTorch's")
{
    hold_loss("bce", bce_with_logits{});
    hold_loss("cross_entropy", cross_entropy{});
    hold_loss("mean_squared_error", mean_squared_error{});
    hold_loss("huber", huber{{}, 1.5});
    hold_loss("poisson", poisson_loss{}, 10);
    hold_loss("pearson", pearson_loss{}, 1, true);
    hold_loss("positive_weights", weighted_bce{{}, {4, 1, 0.25, 2}, {1, 2, 0.5, 3}});
    hold_loss("class_weights", cross_entropy{{}, {4, 1, 0.25, 2}});
    hold_loss("joint", joint_loss{{3, 1}, bce_with_logits{}, mean_squared_error{}}.weighted({1, 0.5}));
}
TEST_CASE("weights of 1 change nothing, and weights that fit no outputs are refused")
{
    reference<double> b;
    std::vector<double> const logits{0.3, -1, 2, 40, -0.1, -40};
    std::vector<float> const labels{1, 0, 0, 1, 0, std::numeric_limits<float>::quiet_NaN()};
    view<double const, 2> const x{logits.data(), 3, 2};
    view<float const, 2> const y{labels.data(), 3, 2};
    std::vector<double> g(6), h(6);
    auto const plain = total_of(b, bce_with_logits{}, x, y, view<double, 2>{g.data(), 3, 2});
    auto const ones = total_of(b, weighted_bce{{}, {1, 1}, {1, 1}}, x, y, view<double, 2>{h.data(), 3, 2});
    CHECK(ones.count == plain.count);
    CHECK(ones.sum == doctest::Approx(plain.sum).epsilon(1e-14));
    for (std::size_t i = 0; i < 6; ++i) CHECK(h[i] == doctest::Approx(g[i]).epsilon(1e-14));
    auto const same = total_of(b, cross_entropy{{}, {1, 1}}, x, y, view<double, 2>{h.data(), 3, 2});
    CHECK(same.mean() == doctest::Approx(total_of(b, cross_entropy{}, x, y).mean()).epsilon(1e-14));
    CHECK_THROWS_WITH_AS((total_of(b, weighted_bce{{}, {1, 1, 1}}, x, y)),
                         "expected a weight for each of 2 outputs, found 3", error);
    CHECK_THROWS_WITH_AS((total_of(b, cross_entropy{{}, {1, -1}}, x, y)),
                         "expected weights of 0 and more, found -1.000000", error);
}
TEST_CASE("every loss leaves out missing labels, and says nothing where there are none")
{
    reference<double> b;
    double const nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> const logits{0.3, -1, 2, 0.5, 0.1, -0.2, 1.5, 0.7};
    std::vector<double> const wild{0.3, -1, 2, 0.5, 0.1, -0.2, 9, -9};
    auto const same = [&](char const* name, auto const& loss) {
        CAPTURE(name);
        std::vector<float> labels{1, 0, 0, 1, 0, 1, 0, 0};
        // the last row, whose logits differ, has no label
        labels[6] = labels[7] = static_cast<float>(nan);
        std::vector<double> g(8), h(8);
        view<float const, 2> const y{labels.data(), 4, 2};
        auto const x =
            total_of(b, loss, view<double const, 2>{logits.data(), 4, 2}, y, view<double, 2>{g.data(), 4, 2});
        auto const z =
            total_of(b, loss, view<double const, 2>{wild.data(), 4, 2}, y, view<double, 2>{h.data(), 4, 2});
        CHECK(x.mean() == z.mean());
        CHECK(g == h);
        CHECK(g[6] == 0);
        CHECK(g[7] == 0);
        std::vector<float> const none(8, static_cast<float>(nan));
        auto const nothing =
            total_of(b, loss, view<double const, 2>{logits.data(), 4, 2},
                     view<float const, 2>{none.data(), 4, 2}, view<double, 2>{g.data(), 4, 2});
        CHECK(nothing.sum == 0);
        CHECK(nothing.count == 0);
        for (double const each : g) CHECK(each == 0);
    };
    same("bce", bce_with_logits{});
    same("joint", joint_loss{{1, 1}, bce_with_logits{}, mean_squared_error{}}.weighted({2, 0.5}));
    same("weighted bce", weighted_bce{{}, {3, 0.5}});
    same("weighted cross entropy", cross_entropy{{}, {3, 0.5}});
    same("cross entropy", cross_entropy{});
    same("squared", mean_squared_error{});
    same("huber", huber{});
    same("poisson", poisson_loss{});
    same("pearson", pearson_loss{});
}
TEST_CASE("the profile loss of a constant row is 1 and pulls nowhere it should not")
{
    reference<double> b;
    std::vector<double> const logits{2, 2, 2, 1, 2, 3};
    std::vector<float> const labels{1, 2, 3, 5, 5, 5};
    std::vector<double> g(6);
    auto const total = total_of(b, pearson_loss{}, view<double const, 2>{logits.data(), 2, 3},
                                view<float const, 2>{labels.data(), 2, 3}, view<double, 2>{g.data(), 2, 3});
    CHECK(total.count == 2);
    CHECK(total.sum == doctest::Approx(2));
    for (double const each : g) CHECK(std::isfinite(each));
    std::vector<double> const single{1, 2};
    std::vector<float> const one{1, 0};
    auto const none = total_of(b, pearson_loss{}, view<double const, 2>{single.data(), 2, 1},
                               view<float const, 2>{one.data(), 2, 1}, view<double, 2>{g.data(), 2, 1});
    CHECK(none.count == 0);
}
