// Models that PyTorch saved give the same logits here as there.
#include <cmath>
#include <filesystem>
#include <iostream>

#include <doctest/doctest.h>

#include <explainn/io/fasta.hpp>

#include "imported.hpp"
#include "support/skip.hpp"

namespace ex = explainn;

TEST_CASE("networks of every depth open from their state dicts and give PyTorch's logits")
{
    for (int num_fc = 0; num_fc <= 5; ++num_fc) {
        CAPTURE(num_fc);
        std::string const name = "fc" + std::to_string(num_fc);
        auto m = imported::open(imported::folder / (name + ".pth"), imported::small);
        auto const card = ex::paper_card_of(m.rows());
        REQUIRE(card);
        CHECK(card->num_fc == num_fc);
        CHECK(card->units == 3);
        CHECK(card->width == 7);
        CHECK(card->outputs == 2);
        if (num_fc > 1) CHECK(card->hidden == 5);
        auto const d =
            imported::between(imported::logits(m, imported::letters()),
                              ex::read_npy(imported::folder / (name + "_logits.npy")).values<float>());
        CHECK(d.apart < 1e-5 * d.largest);
    }
}

TEST_CASE("the reference's defect 13: a checkpoint saved on a GPU opens, data-parallel names and all")
{
    auto gpu = imported::open(imported::folder / "gpu.pth", imported::small);
    auto cpu = imported::open(imported::folder / "fc2.pth", imported::small);
    CHECK(gpu.snapshot() == cpu.snapshot());
}

TEST_CASE(
    "a network opens under any wrapper's prefix, without what stands beside it; two networks are refused")
{
    auto const path = imported::folder / "fc2.pth";
    auto const plain = ex::read_pytorch(path);
    CHECK(ex::network_state(plain, path).size() == plain.size());
    auto want = imported::open(path, imported::small);
    for (std::string const prefix :
         {"module.", "_orig_mod.", "module._orig_mod.", "model.", "model._orig_mod.", "my.net."}) {
        CAPTURE(prefix);
        ex::tensor_table wrapped;
        auto const one = ex::tensor_entry::of<float>("criterion.pos_weight", {1}, std::vector<float>{2});
        wrapped.add(one);
        for (ex::tensor_entry t : plain) {
            t.name = prefix + t.name;
            wrapped.add(std::move(t));
        }
        wrapped.add(ex::tensor_entry::of<std::int64_t>("n_averaged", {}, std::vector<std::int64_t>{3}));
        auto const state = ex::network_state(wrapped, path);
        REQUIRE(state.size() == plain.size());
        auto m = ex::make_paper_model<imported::device>(ex::paper_card_of(state, path, imported::small),
                                                        ex::seed{0});
        ex::load_tensors(m, state, path);
        CHECK(m.snapshot() == want.snapshot());
        // where one network has no prefix, no other tensor is left out silently
        ex::tensor_table more = plain;
        more.add(one);
        CHECK_THROWS_WITH_AS(ex::load_tensors(m, ex::network_state(more, path), path),
                             doctest::Contains("criterion.pos_weight"), ex::input_error);
        for (ex::tensor_entry t : plain) {
            t.name = "ema." + t.name;
            wrapped.add(std::move(t));
        }
        CHECK_THROWS_WITH_AS(ex::network_state(wrapped, path),
                             doctest::Contains("expected one network in the state dict"), ex::input_error);
    }
}

TEST_CASE("without a length the shortest that gives the pooled length is taken, and none is made up")
{
    auto const untold = [] {
        auto u = imported::small;
        u.length.reset();
        return u;
    }();
    // (40 - 7 + 1 - 4) / 3 + 1 = 11 cells; 11 cells need 10 * 3 + 4 + 6 = 40 bases
    auto m = imported::open(imported::folder / "fc2.pth", untold);
    CHECK(m.length() == 40);
    CHECK_THROWS_AS(imported::open(imported::folder / "fc0.pth", untold), ex::input_error);
}

TEST_CASE("a state dict that does not fit what it is told is refused by name")
{
    auto wrong = imported::small;
    wrong.length = 60;
    CHECK_THROWS_WITH_AS(imported::open(imported::folder / "fc2.pth", wrong),
                         doctest::Contains("linears.6.weight"), ex::input_error);
}

TEST_CASE("the reference's own trained model gives its logits on its golden sequences" *
          doctest::test_suite("long"))
{
    std::filesystem::path const folder = EXPLAINN_SHARED_DATA "/reference_model";
    if (!std::filesystem::exists(folder))
        return test::skip("the reference's model is not in " + folder.string());
    auto m = imported::open(folder / "model_epoch_best_4.pth");
    CHECK(m.length() == 200);
    CHECK(m.units() == 100);
    ex::fasta_file file{folder / "golden_sequences.fa"};
    ex::packed_sequences sequences;
    while (file.next(sequences)) {}
    REQUIRE(sequences.size() == 400);
    std::vector<ex::letter> letters(400 * 200);
    for (std::size_t i = 0; i < 400; ++i) sequences.unpack(i, {letters.data() + i * 200, 200});
    auto const d = imported::between(imported::logits(m, letters),
                                     ex::read_npy(folder / "golden_logits.npy").values<float>());
    MESSAGE("largest difference " << d.apart << " of " << d.largest);
    CHECK(d.apart < 1e-4 * d.largest);
}
