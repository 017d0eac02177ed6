// The models of the zoo give PyTorch's logits, losses and gradients, and their state dicts go both ways.
#include <cstdlib>
#include <filesystem>

#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/reference.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"
#include "zoo_values.hpp"

namespace ex = explainn;

namespace {

ex::tensor_table const& golden()
{
    static auto const table =
        ex::read_safetensors(std::filesystem::path{EXPLAINN_TEST_DATA} / "zoo" / "zoo.safetensors");
    return table;
}
// Compares with PyTorch in double; `floats`: within three times the worst error that PyTorch's own floats
// have over some orders of the batch, or within 1e-5 of the largest number where they happened to be nearer.
void hold(std::string const& name, std::vector<double> const& got, bool floats)
{
    CAPTURE(name);
    auto const want = golden().values<double>(name);
    double const error = golden().values<double>(name + "/float_error").front();
    REQUIRE(got.size() == want.size());
    double largest = 0;
    for (double const x : want) largest = std::max(largest, std::abs(x));
    double const allowed = floats ? std::max(3 * error, 1e-5 * largest) : 1e-9 * largest;
    double worst = 0;
    for (std::size_t i = 0; i < want.size(); ++i) worst = std::max(worst, std::abs(got[i] - want[i]));
    CAPTURE(largest);
    CAPTURE(error);
    CHECK(worst <= allowed);
}
template <class B>
void hold_all(B b = B{})
{
    bool const floats = sizeof(typename B::scalar) == 4;
    for (auto const* card : ex::zoo) {
        std::string const name{card->name};
        auto const r = zoo_values::computed<B>(*card, b);
        hold(name + "/eval_logits", r.eval_logits, floats);
        hold(name + "/train_logits", r.train_logits, floats);
        hold(name + "/loss", r.loss, floats);
        hold(name + "/gradients", r.gradients, floats);
    }
}

} // namespace

TEST_CASE("logits, losses and gradients are PyTorch's in double") { hold_all<ex::cpu<double>>(); }
TEST_CASE("logits, losses and gradients in float are as near as PyTorch's own")
{
    hold_all<ex::cpu<float>>();
}

TEST_CASE("the same bits for any number of threads")
{
    for (auto const* card : ex::zoo) {
        CAPTURE(card->name);
        auto const one = zoo_values::computed(*card, ex::cpu<float>{ex::threads{1}}),
                   three = zoo_values::computed(*card, ex::cpu<float>{ex::threads{3}});
        CHECK(one.eval_logits == three.eval_logits);
        CHECK(one.train_logits == three.train_logits);
        CHECK(one.gradients == three.gradients);
    }
}

TEST_CASE("a state dict is recognised, tells length and outputs, and comes back as it was")
{
    for (auto const* card : ex::zoo) {
        CAPTURE(card->name);
        auto const net = zoo_values::rows_of(*card);
        auto const state = zoo_values::state(*card, net);
        auto const* const found = ex::zoo_card_of(state);
        REQUIRE(found);
        CHECK(found->name == (card->name == "cnn1-exp" ? "cnn1" : card->name));
        CHECK(ex::zoo_outputs_of(*card, state, "made up") == 2);
        ex::extent const length = ex::zoo_length_of(*card, state, "made up");
        auto m = ex::make_model<ex::reference<double>>(card->rows(length, 2), ex::seed{1});
        ex::load_pytorch_state(*card, m, state, "made up");
        auto const again = ex::pytorch_state(*card, m);
        for (auto const& t : state) {
            CAPTURE(t.name);
            REQUIRE(again.contains(t.name));
            CHECK(again.at(t.name).shape == t.shape);
            CHECK(again.values<double>(t.name) == t.values<double>());
        }
        for (auto const& t : again)
            CHECK((state.contains(t.name) || t.name.ends_with("num_batches_tracked")));
    }
}

TEST_CASE("tensors that are missing, too many, of another shape or not finite are refused by name")
{
    auto const& card = ex::deepstarr_card;
    auto const net = zoo_values::rows_of(card);
    auto m = ex::make_model<ex::reference<float>>(net, ex::seed{1});
    auto const before = m.snapshot();
    auto const refused = [&](auto change, char const* sentence) {
        ex::tensor_table state;
        for (ex::tensor_entry t : zoo_values::state(card, net))
            if (change(t)) state.add(std::move(t));
        if (std::string{sentence}.find("extra") != std::string::npos)
            state.add(ex::tensor_entry::of<float>("extra", {1}, std::vector<float>{1}));
        CHECK_THROWS_WITH_AS(ex::load_pytorch_state(card, m, state, "x.pth"), doctest::Contains(sentence),
                             ex::input_error);
        CHECK(m.snapshot() == before);
    };
    refused([](auto& t) { return t.name != "convol.9.running_var"; }, "'convol.9.running_var' of shape (60)");
    refused(
        [](auto& t) {
            if (t.name == "linear.4.bias") t.shape = {2, 128};
            return true;
        },
        "'linear.4.bias' of shape (256), found shape (2, 128)");
    refused([](auto&) { return true; }, "'extra' (1)");
    refused(
        [](auto& t) {
            if (t.name == "convol.0.bias")
                t = ex::tensor_entry::of<double>(t.name, t.shape, std::vector<double>(256, NAN));
            return true;
        },
        "convol.0.bias");
    CHECK_THROWS_WITH_AS(ex::zoo_card_named("danq3"), doctest::Contains("deepcnn, danq, danq2"), ex::error);
}

TEST_CASE("the reference's defect 19: filters that were trained on letters in another order")
{
    auto const& card = ex::aitac_card;
    auto const net = zoo_values::rows_of(card);
    auto const state = zoo_values::state(card, net);
    auto plain = ex::make_model<ex::cpu<double>>(net, ex::seed{1}),
         turned = ex::make_model<ex::cpu<double>>(net, ex::seed{1});
    ex::load_pytorch_state(card, plain, state, "made up");
    ex::load_pytorch_state(card, turned, state, "made up", card.letters);
    // the same sequences with every letter called by its place in A, T, G, C
    auto bases = zoo_values::letters(net.length);
    auto const want = plain.predict({bases.data(), zoo_values::rows, net.length});
    constexpr ex::letter place[]{0, 3, 2, 1};
    for (auto& b : bases) b = place[b];
    auto const got = turned.predict({bases.data(), zoo_values::rows, net.length});
    for (std::size_t i = 0; i < want.size(); ++i) CHECK(got[i] == doctest::Approx(want[i]).epsilon(1e-12));
    CHECK_THROWS_AS(ex::load_pytorch_state(card, turned, state, "made up", "ACGA"), ex::error);
}

TEST_CASE("the reference's defect 4: dropout of DanQ is off at inference, and on in training by the counter")
{
    for (auto const* card : {&ex::danq_card, &ex::danq2_card}) {
        auto const net = card->rows(55, 2);
        auto m = ex::make_model<ex::cpu<float>>(net, ex::seed{3});
        auto bases = zoo_values::letters(55);
        ex::view<ex::letter const, 2> const x{bases.data(), zoo_values::rows, 55};
        auto const first = m.predict(x), again = m.predict(x);
        CHECK(first == again);
        auto const trained = [&](std::uint32_t step) {
            auto const y = m.run().train_forward({x, true}, m.data(), {.from = ex::seed{3}, .step = step});
            return std::vector<float>(y.data, y.data + y.count());
        };
        auto const one = trained(0);
        CHECK(one != first);
        CHECK(one != trained(1));
        CHECK(one == trained(0));
    }
}

TEST_CASE("lengths are not hard-wired; a sequence that is too short is refused in the compiler's sentence")
{
    for (auto const* card : ex::zoo) {
        CAPTURE(card->name);
        for (ex::extent const length : {200, 251, 600}) CHECK(card->rows(length, 7).outputs == 7);
        CHECK_THROWS_WITH_AS(card->rows(12, 1), doctest::Contains("in bank 1, at layer "), ex::shape_error);
    }
    static_assert(ex::trained_parameters(ex::deepcnn<200, 50>::rows) == 2'365'150);
}

TEST_CASE("written tensors open in PyTorch by name and say the same")
{
    char const* const told = std::getenv("EXPLAINN_TORCH_PYTHON");
    std::string const python = told ? told : "python3";
    if (std::system((python + " -c 'import numpy, torch' >/dev/null 2>&1").c_str()) != 0)
        return test::skip("no PyTorch for " + python + "; EXPLAINN_TORCH_PYTHON names another python");
    std::string const script = std::string{EXPLAINN_TEST_DATA} + "/zoo/make_zoo.py";
    testing::folder const files;
    for (auto const* card : ex::zoo) {
        std::string const name{card->name};
        CAPTURE(name);
        ex::extent const length = zoo_values::length_of(name);
        auto m = ex::make_model<ex::cpu<float>>(card->rows(length, 2), ex::seed{5});
        ex::write_safetensors(files.path(name), ex::pytorch_state(*card, m));
        std::string const command = python + " '" + script + "' " + name + " " + std::to_string(length) +
                                    " 2 '" + files.path(name).string() + "' '" +
                                    files.path(name + ".npy").string() + "'";
        REQUIRE(std::system(command.c_str()) == 0);
        auto const want = ex::read_npy(files.path(name + ".npy")).values<float>();
        auto bases = zoo_values::letters(length);
        auto const got = m.predict({bases.data(), zoo_values::rows, length});
        REQUIRE(got.size() == want.size());
        for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == doctest::Approx(want[i]).epsilon(2e-5));
    }
}
