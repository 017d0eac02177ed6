// The reference's own trained model, read from PyTorch's file, compared with what the reference computes with
// it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include <explainn/cpu.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/pytorch_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>

#include "support/skip.hpp"

namespace ex = explainn;

namespace {

std::filesystem::path const folder = EXPLAINN_SHARED_DATA "/reference_model";

std::vector<double> golden(char const* name)
{
    return ex::read_npy(folder / ("golden_" + std::string{name} + ".npy")).values<double>();
}
// the largest difference, relative to the largest golden value
template <class Values>
double distance(Values const& found, std::vector<double> const& expected)
{
    REQUIRE(found.size() == expected.size());
    double most = 0, off = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        most = std::max(most, std::abs(expected[i]));
        off = std::max(off, std::abs(static_cast<double>(found[i]) - expected[i]));
    }
    return off / most;
}

} // namespace

TEST_CASE("the reference's model: logits, unit outputs, activations, motifs, importances")
{
    if (!std::filesystem::exists(folder)) return test::skip("the reference's model is not here");
    auto m = ex::make_paper_model<ex::cpu<float>>({.length = 200, .units = 100, .outputs = 3}, ex::seed{1});
    ex::load_tensors(m, ex::read_pytorch(folder / "model_epoch_best_4.pth"),
                     folder / "model_epoch_best_4.pth");
    auto const data = ex::read_unlabelled(folder / "golden_sequences.fa", 200);
    REQUIRE(data.size() == 400);
    std::vector<ex::letter> letters(400 * 200);
    std::vector<std::uint32_t> rows(400);
    for (std::size_t i = 0; i < 400; ++i) {
        rows[i] = static_cast<std::uint32_t>(i);
        data.letters_of(i, std::span{letters}.subspan(i * 200, 200));
    }

    CHECK(distance(m.predict({letters.data(), 400, 200}), golden("logits")) < 1e-4);
    m.run().infer({{letters.data(), 400, 200}}, m.data()); // all at once, on the host's memory
    auto const y = m.run().unit_outputs(0, 400);           // (U, N, 1)
    std::vector<float> by_unit(y.count()), outputs(y.count());
    ex::fetch(m.device(), by_unit.data(), y.data, by_unit.size());
    for (std::size_t u = 0; u < 100; ++u)
        for (std::size_t n = 0; n < 400; ++n) outputs[n * 100 + u] = by_unit[u * 400 + n];
    CHECK(distance(outputs, golden("unit_outputs")) < 1e-4);

    auto const seen = ex::look_into(m, ex::part{data, rows});
    auto const activations = golden("max_activations"); // (N, U)
    std::vector<double> most(100);
    for (std::size_t i = 0; i < activations.size(); ++i)
        most[i % 100] = std::max(most[i % 100], activations[i]);
    std::vector<double> largest;
    for (double const x : seen.hits.largest) largest.push_back(std::exp(x));
    CHECK(distance(largest, most) < 1e-4);

    std::vector<double> pwms; // (U, 4, W)
    for (auto const& motif : ex::motifs_of(seen.hits).motifs)
        for (std::size_t base = 0; base < 4; ++base)
            for (auto const& c : motif.probabilities.columns) pwms.push_back(c[base]);
    CHECK(distance(pwms, golden("pwms")) < 1e-5);
    CHECK(distance(seen.importances.values, golden("unit_importance_median")) < 1e-4);
}

TEST_CASE("the reference's model: mutagenesis is that of every mutant" * doctest::test_suite("long"))
{
    if (!std::filesystem::exists(folder)) return test::skip("the reference's model is not here");
    ex::paper_card const card{.length = 200, .units = 100, .outputs = 3};
    auto const tensors = ex::read_pytorch(folder / "model_epoch_best_4.pth");
    auto m = ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1});
    auto exact = ex::make_paper_model<ex::cpu<double>>(card, ex::seed{1});
    ex::load_tensors(m, tensors, folder / "model_epoch_best_4.pth");
    ex::load_tensors(exact, tensors, folder / "model_epoch_best_4.pth");
    auto const data = ex::read_unlabelled(folder / "golden_sequences.fa", 200);
    std::vector<std::uint32_t> const rows{3, 250};
    ex::mutagenesis_options const how{
        .both_strands = true, .deletions = true, .insertions = true, .by_unit = true};
    auto some = how;
    some.first = 60;
    some.last = 85;
    auto const found = ex::mutants_of(m, ex::part{data, rows}, some),
               expected_in_float = ex::mutants_slowly(m, ex::part{data, rows}, some);
    auto const expected = ex::mutants_slowly(exact, ex::part{data, rows}, some);
    REQUIRE(ex::mutagenesis{m, how}.is_incremental());
    for (ex::base_change const what : ex::detail::base_changes) {
        CHECK(distance(found.of(what).logits, expected.of(what).logits) < 1e-5);
        CHECK(distance(found.of(what).outputs, expected.of(what).outputs) < 1e-5);
        auto const& in_float = expected_in_float.of(what).logits;
        CHECK(distance(found.of(what).logits, std::vector<double>(in_float.begin(), in_float.end())) < 1e-5);
    }
    // every position of a sequence, compared with the model in float
    auto const all = ex::mutants_of(m, ex::part{data, std::span{rows}.first(1)}, how),
               each = ex::mutants_slowly(m, ex::part{data, std::span{rows}.first(1)}, how);
    for (ex::base_change const what : ex::detail::base_changes) {
        auto const& logits = each.of(what).logits;
        CHECK(distance(all.of(what).logits, std::vector<double>(logits.begin(), logits.end())) < 1e-5);
    }
}
