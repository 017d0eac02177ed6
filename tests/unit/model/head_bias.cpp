// Heads without bias.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/trainer.hpp>

#include "model/random_model.hpp"
#include "support/model_backends.hpp"

namespace ex = explainn;

namespace {
using unit = ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>, ex::dense<1>>;
using with = ex::network<ex::dna<20>, ex::bank<3, unit>, ex::linear_head<2>>;
using without = ex::network<ex::dna<20>, ex::bank<3, unit>, ex::linear_head<2, ex::head_bias::none>>;
static_assert(ex::trained_parameters(without::rows) + 2 == ex::trained_parameters(with::rows));
} // namespace

TEST_CASE_TEMPLATE("a head without bias is a head whose bias is zero", B, EXPLAINN_MODEL_BACKENDS)
{
    using T = typename B::scalar;
    ex::model<with, B> a{ex::seed{3}};
    ex::model<without, B> b{ex::seed{3}};
    a.set_values("final.bias", std::vector<T>{0, 0});
    CHECK(b.parameters().find("final.bias") == nullptr);
    CHECK(b.values("final.weight") == a.values("final.weight"));
    auto const batch = random_model::batch(8, 20, 2, true);
    ex::training how;
    how.freezes = [](std::string_view name) { return name == "final.bias"; };
    ex::trainer t{a, ex::adam{}, ex::bce_with_logits{}, how};
    ex::trainer u{b, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    for (int step = 0; step < 3; ++step) {
        CHECK(t.train_batch(batch).sum == u.train_batch(batch).sum);
        ex::view<ex::letter const, 2> const letters{batch.letters.data(), 8, 20};
        CHECK(a.predict(letters) == b.predict(letters));
    }
    CHECK(a.values("linears.0.weight") == b.values("linears.0.weight"));
}

TEST_CASE("a network without bias is no paper network, and its tensors are told so")
{
    CHECK(!ex::paper_card_of(ex::network_rows{without::rows}));
    ex::model<without, ex::reference<float>> m{ex::seed{3}};
    CHECK(!ex::tensors_of(m).contains("final.bias"));
}
