// The letters of a batch are prepared once, whatever reads them.
#include <doctest/doctest.h>

#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/train/trainer.hpp>

#include "model/packing_backend.hpp"
#include "model/random_model.hpp"

using namespace explainn;

namespace {

// two banks that scan, of different widths, and one that reads one-hot letters
using scanning = unit<conv<5>, batch_norm, exponential, max_pool<3>, dense<4>, batch_norm, relu, dense<1>>;
using wider = unit<conv<7>, batch_norm, relu, max_pool<4>, dense<1>>;
using padded = unit<conv<3, 1, 1>, relu, global_max_pool>;
using net = network<dna<30>, bank<3, scanning>, bank<2, wider>, bank<2, padded>, linear_head<2>>;
using one_hot_alone = network<dna<30>, bank<2, padded>, linear_head<2>>;

} // namespace

TEST_CASE("letters are prepared once a batch, in training and at inference, and every scan is given them")
{
    int batches = 0, scans = 0, strangers = 0;
    model<net, test::packing> m{seed{1}, test::packing{batches, scans, strangers}};
    auto const batch = random_model::batch(12, 30, 2, true);
    m.predict({batch.letters.data(), 12, 30});
    CHECK(batches == 1);
    CHECK(scans == 2);
    m.predict({batch.letters.data(), 12, 30}, true);
    CHECK(batches == 3); // the other strand is another batch of letters
    CHECK(scans == 6);
    trainer t{m, adam{}, bce_with_logits{}, training{}};
    for (int step = 1; step <= 3; ++step) {
        t.train_batch(batch);
        CHECK(batches == 3 + step);
        CHECK(scans == 6 + 6 * step); // statistics of windows of two widths, two scans and two gradients
    }
    CHECK(strangers == 0);
}

TEST_CASE("nothing is prepared for a network that scans no letters")
{
    int batches = 0, scans = 0, strangers = 0;
    model<one_hot_alone, test::packing> m{seed{1}, test::packing{batches, scans, strangers}};
    auto const batch = random_model::batch(12, 30, 2, true);
    m.predict({batch.letters.data(), 12, 30});
    CHECK(batches == 0);
}

TEST_CASE("a model trains alike on a backend that keeps more of every unit")
{
    int batches = 0, scans = 0, strangers = 0;
    auto const batch = random_model::batch(12, 30, 2, true);
    auto const trained = [&](std::size_t more) {
        model<net, test::packing> m{seed{1}, test::packing{batches, scans, strangers, more}};
        trainer t{m, adam{}, bce_with_logits{}, training{}};
        for (int step = 0; step < 3; ++step) t.train_batch(batch);
        return m.snapshot();
    };
    auto const plain = trained(0);
    CHECK(trained(64) == plain);
    model<net, reference<float>> m{seed{1}};
    trainer t{m, adam{}, bce_with_logits{}, training{}};
    for (int step = 0; step < 3; ++step) t.train_batch(batch);
    CHECK(m.snapshot() == plain);
}
