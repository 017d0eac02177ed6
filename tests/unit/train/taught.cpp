// Labels mixed with what teachers predict: the mixture by hand, the loss of it, and the same bits for any
// number of threads.
#include <doctest/doctest.h>

#include <cmath>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/taught_rows.hpp>
#include <explainn/train/trainer.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"
#include "train/toy_data.hpp"

namespace ex = explainn;
using doctest::Approx;
using testing::message_of;

namespace {

using small_unit = ex::unit<ex::conv<8>, ex::batch_norm, ex::exponential, ex::max_pool<5>, ex::dense<1>>;
template <ex::extent Outputs>
using small = ex::network<ex::dna<40>, ex::bank<4, small_unit>, ex::linear_head<Outputs>>;
using exact = ex::reference<double>;

template <ex::extent Outputs, class B>
ex::model<small<Outputs>, B> stirred(std::uint32_t salt, B b = {})
{
    ex::model<small<Outputs>, B> m{ex::seed{salt}, std::move(b)};
    random_model::stir(m, salt);
    return m;
}
std::vector<float> labels_of(auto const& data, std::size_t row)
{
    std::vector<float> labels(data.outputs());
    data.labels_of(row, labels);
    return labels;
}

} // namespace

TEST_CASE(
    "a taught label is its share beside the mean of the teachers' predictions; a missing one is that mean")
{
    toy::data const data{60};
    auto const rows = toy::rows(10, 50);
    auto first = stirred<2, exact>(1), second = stirred<2, exact>(2);
    second.set_both_strands(true); // it is read as it was trained
    ex::taught_rows taught{data, rows, 0.25};
    taught.add(first, ex::multilabel{});
    taught.add(second, ex::multilabel{});
    CHECK(taught.teachers() == 2);

    auto const one = ex::outcomes_of(first, ex::part{data, rows}, ex::multilabel{}),
               two = ex::outcomes_of(second, ex::part{data, rows}, ex::multilabel{});
    int missing = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const own = labels_of(data, rows[i]), now = labels_of(taught, rows[i]);
        for (std::size_t o = 0; o < 2; ++o) {
            double const p = (one.predictions[2 * i + o] + two.predictions[2 * i + o]) / 2;
            missing += std::isnan(own[o]);
            CHECK(
                now[o] ==
                Approx(std::isnan(own[o]) ? p : 0.25 * static_cast<double>(own[o]) + 0.75 * p).epsilon(1e-6));
        }
    }
    CHECK(missing > 5);
    for (std::size_t const row : {0u, 9u, 50u, 59u}) { // not taught
        auto const own = labels_of(data, row), now = labels_of(taught, row);
        for (std::size_t o = 0; o < 2; ++o)
            CHECK((now[o] == own[o] || (std::isnan(now[o]) && std::isnan(own[o]))));
    }
}

TEST_CASE("without a teacher, or with the whole share, labels stay as they are")
{
    toy::data const data{20};
    auto const rows = toy::rows(0, 20);
    ex::taught_rows none{data, rows}, whole{data, rows, 1};
    auto teacher = stirred<2, exact>(3);
    whole.add(teacher, ex::multilabel{});
    for (std::size_t row = 0; row < 20; ++row) {
        auto const own = labels_of(data, row);
        for (std::size_t o = 0; o < 2; ++o) {
            if (std::isnan(own[o])) CHECK(std::isnan(labels_of(none, row)[o]));
            else CHECK((labels_of(none, row)[o] == own[o] && labels_of(whole, row)[o] == own[o]));
        }
    }
}

TEST_CASE("a teacher of more outputs teaches those that are named")
{
    toy::data const data{30};
    auto const rows = toy::rows(0, 30);
    auto teacher = stirred<5, exact>(4);
    ex::taught_rows taught{data, rows, 0};
    taught.add(teacher, ex::multilabel{}, {4, 1});
    ex::detail::without_labels<toy::data> const sequences{data};
    ex::evaluator<exact>{teacher, {}}(ex::part{sequences, rows}, [&](std::size_t first, auto y, auto const&) {
        for (std::size_t n = 0; n * 5 < y.count(); ++n) {
            auto const now = labels_of(taught, first + n);
            CHECK(now[0] == Approx(1 / (1 + std::exp(-y.data[5 * n + 4]))).epsilon(1e-6));
            CHECK(now[1] == Approx(1 / (1 + std::exp(-y.data[5 * n + 1]))).epsilon(1e-6));
        }
    });
}

TEST_CASE("the loss of the mixture is the mixture of the losses, its gradient too")
{
    std::vector<double> const logits{1.2, -0.3, 0.4, -2, 3, 0.1};
    std::vector<float> const labels{1, 0, 1, 0, 0, 1}, said{0.7f, 0.2f, 0.4f, 0.1f, 0.9f, 0.5f};
    auto const mixed = [&] {
        std::vector<float> all;
        for (std::size_t i = 0; i < labels.size(); ++i) all.push_back(0.3f * labels[i] + 0.7f * said[i]);
        return all;
    }();
    auto const hold = [&](auto const& loss, bool also_value) {
        exact b;
        std::vector<std::vector<double>> gradients;
        std::vector<double> sums;
        for (auto const* y : {&labels, &said, &mixed}) {
            gradients.emplace_back(logits.size());
            sums.push_back(ex::total_of(b, loss, ex::view<double const, 2>{logits.data(), 3, 2},
                                        ex::view<float const, 2>{y->data(), 3, 2},
                                        ex::view<double, 2>{gradients.back().data(), 3, 2})
                               .sum);
        }
        if (also_value) CHECK(sums[2] == Approx(0.3 * sums[0] + 0.7 * sums[1]).epsilon(1e-6));
        for (std::size_t i = 0; i < logits.size(); ++i)
            CHECK(gradients[2][i] == Approx(0.3 * gradients[0][i] + 0.7 * gradients[1][i]).epsilon(1e-6));
    };
    hold(ex::bce_with_logits{}, true);
    hold(ex::poisson_loss{}, true);
    hold(ex::cross_entropy{}, true);
    hold(ex::mean_squared_error{}, false); // its value differs by what does not depend on the logits
}

TEST_CASE("teachers and their student have the same bits for any number of threads")
{
    toy::data const data{200};
    auto const train = toy::rows(0, 160), valid = toy::rows(160, 200);
    auto const learned = [&](int threads) {
        using device = ex::cpu<float>;
        ex::training how{.epochs = 2, .batch = 32, .from = ex::seed{5}, .both_strands = true};
        ex::taught_rows taught{data, train};
        for (std::uint64_t k = 0; k < 2; ++k) {
            ex::model<small<2>, device> teacher{ex::seed{10 + k}, device{ex::threads{threads}}};
            ex::trainer t{teacher, ex::adam{}, ex::bce_with_logits{}, how};
            t.fit(ex::part{data, train}, ex::part{data, valid});
            taught.add(teacher, ex::multilabel{});
        }
        ex::model<small<2>, device> m{ex::seed{5}, device{ex::threads{threads}}};
        ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
        t.fit(ex::part{taught, train}, ex::part{data, valid});
        return m.snapshot();
    };
    CHECK(learned(1) == learned(2));
}

TEST_CASE("what cannot teach is refused in one sentence")
{
    toy::data const data{10};
    auto const rows = toy::rows(0, 10), beyond = toy::rows(0, 11);
    CHECK(message_of([&] {
              ex::taught_rows{data, rows, 1.5};
          }) == "expected a share of the labels between 0 and 1, found 1.5");
    CHECK(message_of([&] {
              ex::taught_rows{data, beyond};
          }) == "expected rows to teach among the 10 of the data, found row 10");
    ex::taught_rows taught{data, rows};
    auto other = stirred<5, exact>(6);
    char const* const refusal = "expected a teacher with the 2 outputs of the data, found one with 5";
    CHECK(message_of([&] { taught.add(other, ex::multilabel{}); }) == refusal);
    CHECK(message_of([&] { taught.add(other, ex::multilabel{}, {0}); }) == refusal);
    CHECK(message_of([&] { taught.add(other, ex::multilabel{}, {0, 5}); }) == refusal);
    CHECK(taught.teachers() == 0);
    static_assert(!ex::teachable_task<ex::profile> && ex::teachable_task<ex::counts>);
}
