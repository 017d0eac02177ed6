// A training step is work for a queue: a backend that does nothing before it is waited for, and that replays
// steps instead of making them, ends with the same bits as one that does everything at once.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/joint_loss.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/trainer.hpp>

#include "train/queued.hpp"
#include "train/toy_data.hpp"

using namespace explainn;

namespace {

using net = paper_network<paper{.length = 40, .units = 4, .outputs = 2, .width = 7, .hidden = 6}>;
/// Layer by layer, with dropout in the middle and at the end.
using other_net = network<dna<40>,
                          bank<3, unit<conv<7>, gelu, dropout<percent{20}>, max_pool<5>, dense<4>, layer_norm,
                                       relu, dropout<percent{30}>, dense<1>>>,
                          linear_head<2>>;

struct every_tenth {
    static constexpr std::size_t loss_every = 10;
    void operator()(batch_done const&) {}
};
struct ended {
    std::vector<float> values;
    training_state<float> state;
    std::vector<double> losses;
};
template <class Net, class B, class Optimizer, class Loss>
ended train_on(B b, Optimizer o, Loss l, training how)
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    model<Net, B> m{seed{5}, b};
    trainer t{m, o, l, how, cosine_rate{.warm_up = 0.1}};
    ended e;
    t.fit(part{data, train}, part{data, valid}, [&](batch_done const& d) { e.losses.push_back(d.loss); });
    e.values = m.snapshot();
    e.state = t.state();
    return e;
}
template <class Net, class Optimizer, class Loss>
void same_bits(Optimizer o, Loss l, training how, bool records = true)
{
    test::queued<float> queue;
    auto const now = train_on<Net>(reference<float>{}, o, l, how);
    auto const later = train_on<Net>(queue, o, l, how);
    CHECK(now.values == later.values);
    CHECK(now.losses == later.losses);
    CHECK(now.state.state == later.state.state);
    CHECK(now.state.average == later.state.average);
    CHECK(now.state.best_loss == later.state.best_loss);
    // 5 batches an epoch, four of 20 sequences and one of 21. A step is executed, then recorded, then
    // replayed; what was recorded before the last batch made the arrays larger is recorded again.
    CHECK(queue.queue->recordings == (records ? 3 : 0));
    CHECK(queue.queue->replays == (records ? 12 : 0));
}

} // namespace

TEST_CASE("steps that wait in a queue and are replayed give the bits of steps done at once")
{
    training how{.epochs = 4, .patience = 0, .batch = 20, .from = seed{3}, .both_strands = false};
    same_bits<net>(adam{}, bce_with_logits{}, how);
    same_bits<other_net>(sgd{.learning_rate = 0.1, .momentum = 0.9}, bce_with_logits{}, how);
    how.clip_norm = 0.1;
    how.clip_value = 0.05;
    how.average = 0.9;
    how.l1_head = how.l1_filters = 0.01;
    how.non_negative = true;
    same_bits<net>(adamw{}, joint_loss{{1, 1}, bce_with_logits{}, bce_with_logits{}}.weighted({1, 3}), how);
}

TEST_CASE("a loss, a penalty and an optimizer of the host wait, are not recorded, and give the same bits")
{
    training how{.epochs = 2, .patience = 0, .batch = 20, .from = seed{3}};
    same_bits<net>(rmsprop{}, huber{}, how, false);
    how.penalties = {{[](parameter const& p) { return p.name() == "final.weight"; },
                      [](parameter const&, std::span<double const> w, std::span<double> gradient) {
                          for (std::size_t i = 0; i < w.size(); ++i) gradient[i] += 0.01 * w[i];
                      }}};
    same_bits<net>(adam{}, bce_with_logits{}, how, false);
}

TEST_CASE("the device is waited for as often as somebody hears a loss")
{
    toy::data const data{330};
    auto const train = toy::rows(0, 101), valid = toy::rows(241, 330);
    auto const waits = [&](auto listener) {
        test::queued<float> queue;
        model<net, test::queued<float>> m{seed{5}, queue};
        trainer t{m, adam{}, bce_with_logits{}, {.epochs = 2, .patience = 0, .batch = 4, .from = seed{3}}};
        int const before = queue.queue->waits;
        t.fit(part{data, train}, part{data, valid}, listener);
        return queue.queue->waits - before;
    };
    int const silently = waits(silent{});
    // 25 batches an epoch: 24 of them end with a call between two batches
    CHECK(waits([](batch_done const&) {}) == silently + 2 * 24);
    CHECK(waits(every_tenth{}) == silently + 2 * 3); // after the first, the tenth and the twentieth
    CHECK(waits([](epoch_done const&) {}) == silently);
    CHECK(silently < 25);
}

TEST_CASE("one inference gives the loss and the logits, and what a queue gives is what is given at once")
{
    toy::data const data{100};
    auto const rows = toy::rows(0, 100);
    auto const seen = [&](auto b) {
        model<net, decltype(b)> m{seed{5}, b};
        std::vector<float> logits;
        auto const total = evaluate(m, part{data, rows}, bce_with_logits{}, {true, 32},
                                    [&](std::size_t first, view<float const, 2> y, host_batch const& batch) {
                                        CHECK(first * 2 == logits.size());
                                        CHECK(batch.count == y.size(0));
                                        logits.insert(logits.end(), y.data, y.data + y.count());
                                    });
        auto const alone = evaluate(m, part{data, rows}, bce_with_logits{}, {true, 32});
        CHECK(alone.sum == total.sum);
        CHECK(alone.count == total.count);
        CHECK(total.count > 150); // one label of six is missing
        logits.push_back(static_cast<float>(total.sum));
        return logits;
    };
    CHECK(seen(reference<float>{}) == seen(test::queued<float>{}));
}
