// A training step and an inference step allocate nothing once the first ones are over.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/joint_loss.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/trainer.hpp>

#include "counted_new.hpp"
#include "train/toy_data.hpp"

namespace {

namespace ex = explainn;

using device = ex::cpu<float>;
using fused = ex::paper_network<ex::paper{
    .length = 40, .units = 40, .outputs = 2, .width = 7, .pool = 4, .stride = 4, .hidden = 20}>;

/// The number of allocations in a row of `steps` calls. It is 0 as soon as one such row has none; else that
/// of the last of twenty rows. Which thread takes a block is left to chance, and each thread allocates its
/// own memory when it first takes one.
template <class Step>
std::size_t allocated_by(Step step)
{
    std::size_t made = 0;
    for (int row = 0; row < 20; ++row) {
        std::size_t const before = counted::allocations;
        for (int i = 0; i < 10; ++i) step();
        made = counted::allocations - before;
        if (made == 0) break;
    }
    return made;
}

template <class Loss, class Optimizer = ex::adam>
std::size_t training_allocates(int threads, ex::fusing fuse, ex::training how = {}, Loss loss = {},
                               Optimizer optimizer = {})
{
    toy::data const data{96};
    auto const rows = toy::rows(0, 96);
    ex::model<fused, device> model{ex::seed{1}, device{ex::threads{threads}}, fuse};
    ex::trainer trainer{model, optimizer, loss, how};
    ex::host_batch batch;
    auto const order = ex::epoch_order(rows, false, ex::seed{1}, 1);
    return allocated_by([&] {
        batch.fill(data, order);
        trainer.train_batch(batch);
    });
}

TEST_CASE("the count sees what is allocated")
{
    CHECK(allocated_by([] { ::operator delete(::operator new(1)); }) == 10);
    CHECK(allocated_by([] { ex::aligned_array<float>{100}; }) == 10);
    CHECK(allocated_by([] { std::vector<float>(100); }) == 10);
}

TEST_CASE("a training step allocates nothing")
{
    for (int const threads : {1, 2}) {
        CAPTURE(threads);
        CHECK(training_allocates<ex::bce_with_logits>(threads, ex::fusing::on) == 0);
        CHECK(training_allocates<ex::bce_with_logits>(threads, ex::fusing::off) == 0);
        ex::training much;
        much.non_negative = true;
        much.clip_norm = much.clip_value = 1;
        much.average = 0.9;
        much.l1_head = 0.01;
        much.penalties = {{[](ex::parameter const& p) { return p.name() == "final.weight"; },
                           [](ex::parameter const&, std::span<double const> w, std::span<double> gradient) {
                               for (std::size_t i = 0; i < w.size(); ++i) gradient[i] += 0.01 * w[i];
                           }}};
        CHECK(training_allocates<ex::bce_with_logits>(threads, ex::fusing::on, much) == 0);
    }
}

/// A user's own rule, for one range of parameters.
struct plain_descent {
    double learning_rate = 0.01;
    static constexpr int states = 0;
    template <ex::backend B>
    void operator()(B&, ex::optimizer_run<typename B::scalar> const& r) const
    {
        using T = typename B::scalar;
        for (std::size_t i = 0; i < r.parameter.count(); ++i)
            r.parameter.data[i] -= static_cast<T>(r.learning_rate) * r.gradient.data[i];
    }
};

TEST_CASE("whatever the loss and the optimizer")
{
    auto const none = [](auto loss, auto optimizer) {
        CHECK(training_allocates(2, ex::fusing::on, {}, loss, optimizer) == 0);
    };
    none(ex::mean_squared_error{}, ex::adam{});
    none(ex::huber{}, ex::adam{});
    none(ex::cross_entropy{{}, {1, 2}}, ex::adam{});
    none(ex::weighted_bce{{}, {3, 1}, {1, 2}}, ex::adam{});
    none(ex::pearson_loss{}, ex::adam{});
    none(ex::poisson_loss{}, ex::sgd{.learning_rate = 1e-4});
    none(ex::joint_loss{{1, 1}, ex::bce_with_logits{}, ex::mean_squared_error{}}.weighted({1, 3}),
         ex::adam{});
    none(ex::bce_with_logits{}, ex::adamw{});
    none(ex::bce_with_logits{}, ex::sgd{});
    none(ex::bce_with_logits{}, ex::sgd{.momentum = 0.9, .nesterov = true});
    none(ex::bce_with_logits{}, ex::rmsprop{.momentum = 0.5});
    none(ex::bce_with_logits{}, plain_descent{});
}

TEST_CASE("nor does the loop around it, within an epoch")
{
    toy::data const data{1000};
    auto const rows = toy::rows(0, 900), valid = toy::rows(900, 1000);
    for (int const threads : {1, 2}) {
        ex::model<fused, device> model{ex::seed{1}, device{ex::threads{threads}}};
        ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, {.epochs = 20, .batch = 50}};
        std::size_t fewest = 1000, before = 0;
        trainer.fit(ex::part{data, rows}, ex::part{data, valid}, [&](ex::batch_done const& e) {
            if (e.batch == 2) before = counted::allocations;
            if (e.batch == 18) fewest = std::min(fewest, counted::allocations - before);
        });
        CAPTURE(threads);
        CHECK(fewest == 0);
    }
}

TEST_CASE("an inference step allocates nothing")
{
    toy::data const data{96};
    auto const rows = toy::rows(0, 96);
    auto const order = ex::epoch_order(rows, false, ex::seed{1}, 1);
    for (int const threads : {1, 2})
        for (auto const fuse : {ex::fusing::on, ex::fusing::off})
            for (bool const both : {false, true}) {
                ex::model<fused, device> model{ex::seed{1}, device{ex::threads{threads}}, fuse};
                ex::evaluator<device> evaluate{model, {both, 96}};
                ex::host_batch batch;
                CAPTURE(threads);
                CAPTURE(both);
                CHECK(allocated_by([&] {
                          batch.fill(data, order);
                          evaluate.logits(batch);
                      }) == 0);
            }
}

} // namespace
