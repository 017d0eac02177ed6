#include <doctest/doctest.h>

#include <cmath>

#include <explainn/cpu.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/pytorch_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>

#include "support/skip.hpp"

namespace ex = explainn;

TEST_CASE("importances of the reference's own model are those that its own code computes")
{
    std::filesystem::path const folder = std::filesystem::path{EXPLAINN_SHARED_DATA} / "reference_model";
    if (!std::filesystem::exists(folder / "golden_unit_importance_median.npy"))
        return test::skip("the shared data are not here");
    auto const path = folder / "model_epoch_best_4.pth";
    auto const state = ex::read_pytorch(path);
    auto m =
        ex::make_paper_model<ex::cpu<float>>(ex::paper_card_of(state, path), ex::seed{1}, ex::cpu<float>{});
    ex::load_tensors(m, state, path);
    auto const sequences = ex::read_unlabelled(folder / "golden_sequences.fa", 200);
    std::vector<std::uint32_t> rows(sequences.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
    auto const seen = ex::look_into_all(m, ex::part{sequences, rows}, {.both_strands = false});
    auto const golden = ex::read_npy(folder / "golden_unit_importance_median.npy").values<double>();
    REQUIRE(golden.size() == 300);
    double worst = 0;
    for (ex::extent u = 0; u < 100; ++u)
        for (ex::extent o = 0; o < 3; ++o) {
            double const expected = golden[static_cast<std::size_t>(u * 3 + o)];
            double const found = seen.importances(u, o);
            CHECK(std::isnan(found) == std::isnan(expected));
            // the box that the page draws has its dark line at this value
            double const box =
                ex::scaled(seen.outputs[static_cast<std::size_t>(u)], seen.weights(u, o)).middle;
            if (!std::isnan(expected))
                worst = std::max({worst, std::abs(found - expected), std::abs(box - expected)});
        }
    CHECK(worst < 1e-4);
}
