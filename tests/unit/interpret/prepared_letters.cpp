// Interpretation prepares the letters of a batch once for all scans of it.
#include <doctest/doctest.h>

#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/located_contributions.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>

#include "model/packing_backend.hpp"
#include "model/random_model.hpp"

using namespace explainn;

namespace {
using scanning = unit<conv<5>, batch_norm, exponential, max_pool<3>, dense<1>>;
using wider = unit<conv<7>, batch_norm, relu, max_pool<4>, dense<1>>;
using net = network<dna<30>, bank<17, scanning>, bank<2, wider>, linear_head<2>>;
} // namespace

TEST_CASE("scans of interpretation are given letters that were prepared once a batch")
{
    int batches = 0, scans = 0, strangers = 0;
    model<net, test::packing> m{seed{1}, test::packing{batches, scans, strangers, 5}};
    auto const batch = random_model::batch(20, 30, 2, true);
    view<letter const, 2> const letters{batch.letters.data(), 20, 30};

    best_window_scan<test::packing> best{m, {.both_strands = false, .batch = 8}};
    best(letters, [](best_window_table const&) {});
    CHECK(batches == 3);
    CHECK(scans == 3);

    // one sequence on two strands, of each the cells of two banks
    batches = scans = 0;
    locator<test::packing> locate{m, {.both_strands = true}};
    locate(letters.slice(0, 1), [](located_sequence const&) {});
    CHECK(scans == 8); // and as many to explain the sequence
    CHECK(batches == 4);
    CHECK(strangers == 0);
}
