// Gradient x input, DeepLIFT and mutagenesis as attributions: PyTorch's and captum's numbers, and their laws.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include <explainn/cpu.hpp>
#include <explainn/interpret/deep_lift.hpp>
#include <explainn/interpret/gradient_times_input.hpp>
#include <explainn/interpret/mutagenesis_attribution.hpp>
#include <explainn/io/safetensors.hpp>
#include <explainn/reference.hpp>

#include "small_models.hpp"
#include "zoo/zoo_values.hpp"

namespace ex = explainn;
using ex::extent;

namespace {

ex::tensor_table const& golden()
{
    static ex::tensor_table const table = ex::read_safetensors(std::filesystem::path{EXPLAINN_TEST_DATA} /
                                                               "deep_lift" / "deep_lift.safetensors");
    return table;
}

using torch_unit =
    ex::unit<ex::conv<6>, ex::batch_norm, ex::exponential, ex::max_pool<7>, ex::dense<4>, ex::batch_norm,
             ex::relu, ex::dropout<ex::percent{30}>, ex::dense<1>, ex::batch_norm, ex::relu>;
using torch_network = ex::network<ex::dna<31>, ex::bank<3, torch_unit>, ex::linear_head<2>>;

/// The model of make_deep_lift.py under this name, in double.
ex::basic_model<ex::reference<double>> made_up(std::string const& name)
{
    if (name != "explainn") {
        auto const& card = ex::zoo_card_named(name);
        auto const rows = card.rows(zoo_values::length_of(name), zoo_values::outputs);
        auto m = ex::make_model<ex::reference<double>>(rows, ex::seed{1});
        ex::load_pytorch_state(card, m, zoo_values::state(card, rows), "made up");
        return m;
    }
    ex::model<torch_network, ex::reference<double>> m{ex::seed{1}};
    std::int64_t k = 0;
    for (auto const& p : m.parameters()) {
        std::vector<double> v(p.count);
        bool const norm = p.fan_in == 0 && p.layer >= 0;
        for (std::size_t i = 0; i < v.size(); ++i) {
            double const d = zoo_values::draw(static_cast<std::int64_t>(i), k);
            v[i] = p.name().ends_with("running_var")       ? 1 + d
                   : norm && p.name().ends_with(".weight") ? 1 + d / 5
                                                           : d;
        }
        m.set_values(p.name(), v);
        ++k;
    }
    return m;
}
/// The largest difference, in shares of the largest number that is wanted.
template <class Numbers>
double off(Numbers const& found, std::vector<double> const& wanted)
{
    REQUIRE(found.size() == wanted.size());
    double most = 0, largest = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        most = std::max(most, std::abs(static_cast<double>(found[i]) - wanted[i]));
        largest = std::max(largest, std::abs(wanted[i]));
    }
    REQUIRE(largest > 0);
    return most / largest;
}
std::vector<float> contributions_to(ex::attributed_sequences const& all, extent k)
{
    std::vector<float> of_output;
    for (extent n = 0; n < all.sequences; ++n) {
        auto const row = all.of(n, k);
        of_output.insert(of_output.end(), row.begin(), row.end());
    }
    return of_output;
}
std::vector<double> doubles(std::string const& name) { return golden().values<double>(name); }

/// A model of a little of everything that the rescale rule covers: overlapping and padded pools, branches.
using branched = ex::unit<ex::conv<5, 6, 2>, ex::batch_norm, ex::silu, ex::max_pool<3, 2, 1>, ex::remember,
                          ex::conv<3, 6, 1>, ex::gelu, ex::add_remembered, ex::depthwise_conv<3, 1>,
                          ex::layers::tanh, ex::average_pool<2>, ex::dense<5>, ex::softplus>;
using branched_network = ex::network<ex::dna<31>, ex::bank<2, branched>, ex::linear_head<3>>;

} // namespace

TEST_CASE("the gradient of every model of the zoo with respect to its letters is PyTorch's")
{
    for (std::string const name :
         {"explainn", "cnn1", "cnn1-exp", "deepcnn", "danq", "danq2", "deepstarr", "ai-tac", "legnet"}) {
        CAPTURE(name);
        auto m = made_up(name);
        ex::recorded_layers<ex::reference<double>> net{m};
        ex::layer_recording<ex::reference<double>> seen;
        auto const letters = zoo_values::letters(m.length());
        ex::view<ex::letter const, 2> const two{letters.data(), 2, m.length()};
        net.forward(two, seen);
        CHECK(off(net.logits(seen), [&] {
                  auto const y = m.predict(two);
                  return std::vector<double>(y.begin(), y.end());
              }()) < 1e-12);
        std::vector<double> gradient(static_cast<std::size_t>(2 * 4 * m.length()));
        for (extent o = 0; o < 2; ++o) {
            net.backward(o, seen, {gradient.data(), 2, 4, m.length()});
            CHECK(off(gradient, doubles(name + "/gradient/" + std::to_string(o))) < 1e-9);
        }
    }
}

TEST_CASE("DeepLIFT is captum's, with references of zeros and of other sequences")
{
    for (std::string const name : {"explainn", "cnn1", "cnn1-exp", "deepcnn", "deepstarr"}) {
        CAPTURE(name);
        auto m = made_up(name);
        ex::deep_lift<ex::reference<double>> exact{m};
        ex::deep_lift<ex::cpu<float>> fast{m};
        auto const letters = zoo_values::letters(m.length());
        std::vector<ex::letter> const zeros(static_cast<std::size_t>(2 * m.length()), ex::letter_n);
        for (std::string const what : {"zeros", "next"}) {
            CAPTURE(what);
            ex::view<ex::letter const, 2> const two{letters.data(), 2, m.length()},
                other{what == "zeros" ? zeros.data() : letters.data() + m.length(), 2, m.length()};
            auto const in_double = exact(two, other), in_float = fast(two, other);
            for (extent k = 0; k < 2; ++k) {
                auto const wanted = doubles(name + "/" + what + "/" + std::to_string(k));
                CHECK(off(contributions_to(in_double, k), wanted) < 1e-6); // they are told as floats
                CHECK(off(contributions_to(in_float, k), wanted) < 2e-3);
            }
            for (double const left : in_double.convergence) CHECK(std::abs(left) < 1e-9);
        }
        auto const of_zeros =
            attributions(exact, ex::view<ex::letter const, 2>{letters.data(), 2, m.length()});
        CHECK(off(contributions_to(of_zeros, 1), doubles(name + "/zeros/1")) < 1e-6);
    }
}

TEST_CASE("DeepLIFT adds up to the difference of logits for every layer that its rule covers")
{
    ex::model<branched_network, ex::reference<double>> m{ex::seed{4}};
    testing::shake(m, 6, 0.5);
    testing::small_data const data{7, 31, 3, 5};
    for (bool const both : {false, true}) {
        ex::deep_lift_options how;
        how.both_strands = ex::strands_read{both};
        how.shuffles = 3;
        ex::deep_lift<ex::reference<double>> lift{m, how};
        auto const all = attributions(lift, data.sequences);
        REQUIRE(all.sequences == 7);
        auto const rows = data.all_rows();
        std::vector<double> logits;
        ex::evaluator<ex::reference<double>>{m, {.both_strands = ex::strands_read{both}}}(
            ex::part{data, rows},
            [&](std::size_t, auto y, auto const&) { logits.assign(y.data, y.data + y.count()); });
        CHECK(off(all.logits, logits) < 1e-12);
        double moved = 0;
        for (std::size_t i = 0; i < all.convergence.size(); ++i) {
            CHECK(std::abs(all.convergence[i]) < 1e-9);
            moved = std::max(moved, std::abs(all.logits[i] - all.of_references[i]));
        }
        CHECK(moved > 1e-3); // there was something to add up to
    }
}

TEST_CASE("a contribution is the hypothetical one of the base that stands there")
{
    ex::model<branched_network, ex::cpu<float>> m{ex::seed{4}};
    testing::shake(m, 6, 0.5);
    testing::small_data const data{5, 31, 3, 5, false};
    ex::deep_lift_options how;
    how.both_strands = ex::strands_read{true};
    how.shuffles = 2;
    ex::deep_lift<ex::cpu<float>> lift{m, how};
    ex::gradient_times_input<ex::cpu<float>> slope{m, how};
    ex::mutagenesis_attribution<ex::cpu<float>> mutate{m, how};
    for (auto const& all : {attributions(lift, data.sequences), attributions(slope, data.sequences),
                            attributions(mutate, data.sequences)}) {
        REQUIRE(all.sequences == 5);
        REQUIRE(all.count() == 3);
        for (extent n = 0; n < 5; ++n)
            for (extent k = 0; k < 3; ++k)
                for (std::size_t l = 0; l < 31; ++l)
                    CHECK(all.of(n, k)[l] == doctest::Approx(static_cast<double>(
                                                 all.hypothetical_of(n, k)[all.letters_of(n)[l] * 31 + l])));
    }
}

TEST_CASE("attributions do not depend on batches, threads or which outputs are asked for")
{
    ex::model<testing::small_network, ex::cpu<float>> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    testing::small_data const data{11, 31, 3, 9};
    auto const with = [&](std::size_t batch, int threads, std::vector<extent> outputs) {
        ex::deep_lift_options how;
        how.batch = batch;
        how.outputs = std::move(outputs);
        how.shuffles = 2;
        ex::deep_lift<ex::cpu<float>> lift{m, how, ex::cpu<float>{ex::threads{threads}}};
        return attributions(lift, data.sequences);
    };
    auto const all = with(64, 1, {});
    CHECK(with(3, 3, {}).contributions == all.contributions);
    CHECK(with(1, 2, {}).hypothetical == all.hypothetical);
    auto const one = with(64, 1, {2});
    for (extent n = 0; n < 11; ++n) CHECK(std::ranges::equal(one.of(n, 0), all.of(n, 2)));
}

TEST_CASE("mutagenesis as an attribution is the logit beside the mean of the four bases")
{
    ex::model<testing::small_network, ex::cpu<float>> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    testing::small_data const data{3, 31, 3, 9};
    ex::mutagenesis_attribution<ex::cpu<float>> mutate{m};
    auto const all = attributions(mutate, data.sequences);
    for (extent n = 0; n < 3; ++n)
        for (extent l = 0; l < 31; l += 7) {
            std::vector<double> of_base;
            double mean = 0;
            for (ex::letter c = 0; c < 4; ++c) {
                std::vector<ex::letter> changed(all.letters_of(n).begin(), all.letters_of(n).end());
                changed[static_cast<std::size_t>(l)] = c;
                of_base.push_back(static_cast<double>(m.predict({changed.data(), 1, 31})[1]));
                mean += of_base.back() / 4;
            }
            for (std::size_t c = 0; c < 4; ++c)
                CHECK(std::abs(static_cast<double>(
                                   all.hypothetical_of(n, 1)[c * 31 + static_cast<std::size_t>(l)]) -
                               (of_base[c] - mean)) < 2e-6);
        }
}

TEST_CASE("what cannot be attributed is refused in a sentence")
{
    auto danq = made_up("danq");
    CHECK_THROWS_WITH((ex::deep_lift<ex::reference<double>>{danq}),
                      "expected layers that DeepLIFT's rescale rule covers, found an LSTM (layer 5), which "
                      "multiplies numbers of its input; mutagenesis and gradients take any layer");
    auto m = made_up("explainn");
    ex::deep_lift_options how;
    how.outputs = {2};
    CHECK_THROWS_WITH((ex::deep_lift<ex::reference<double>>{m, how}),
                      "expected outputs from 0 to 1, found 2");
    how.outputs = {};
    how.shuffles = -1;
    CHECK_THROWS_WITH((ex::deep_lift<ex::reference<double>>{m, how}),
                      "expected 0 shuffles or more, found -1");
    ex::gradient_times_input<ex::reference<double>> slope{m};
    std::vector<ex::letter> const short_one(30, ex::letter{1});
    CHECK_THROWS_AS(attributions(slope, ex::view<ex::letter const, 2>{short_one.data(), 1, 30}),
                    ex::shape_error);
}
