// Whole models on the blas backend: those that PyTorch saved, training beside the cpu backend, any number of
// threads, and what does not fit.
#include <filesystem>
#include <limits>

#include <doctest/doctest.h>

#include <explainn/blas.hpp>
#include <explainn/cpu.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/pytorch_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/state_dict.hpp>
#include <explainn/train/trainer.hpp>

#include "model/random_model.hpp"
#include "support/message_of.hpp"
#include "support/skip.hpp"

namespace ex = explainn;
namespace inside = explainn::blas_detail;

namespace {

// The largest difference, relative to the largest expected value.
template <class T>
double distance(std::vector<T> const& found, std::vector<double> const& expected)
{
    REQUIRE(found.size() == expected.size());
    double most = 0, off = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        most = std::max(most, std::abs(expected[i]));
        double const d = std::abs(static_cast<double>(found[i]) - expected[i]);
        off = d > off || std::isnan(d) ? d : off;
    }
    return off / most;
}

template <class B>
ex::basic_model<B> opened(std::filesystem::path const& path, ex::untold_numbers const& untold)
{
    auto const state = ex::read_pytorch(path, {.strip_module = true});
    auto m = ex::make_paper_model<B>(ex::paper_card_of(state, path, untold), ex::seed{0});
    ex::load_tensors(m, state, path);
    return m;
}

using unit =
    ex::unit<ex::conv<7>, ex::batch_norm, ex::exponential, ex::max_pool<5>, ex::dense<6>, ex::batch_norm,
             ex::relu, ex::dropout<ex::percent{30}>, ex::dense<1>, ex::batch_norm, ex::relu>;
using deep =
    ex::unit<ex::conv<5, 3, 2>, ex::batch_norm, ex::gelu, ex::average_pool<4>, ex::layer_norm, ex::dense<2>>;
using net = ex::network<ex::dna<40>, ex::bank<33, unit>, ex::bank<5, deep>, ex::linear_head<3>>;

// Losses of twenty steps, and the parameters behind them.
template <class B>
struct short_run {
    std::vector<double> losses;
    std::vector<typename B::scalar> parameters;
};
template <class B>
short_run<B> trained(B device)
{
    ex::model<net, B> m{ex::seed{4}, device};
    ex::trainer t{m, ex::adam{.learning_rate = 0.01}, ex::bce_with_logits{},
                  ex::training{.from = ex::seed{8}}};
    short_run<B> r;
    for (std::uint32_t step = 0; step < 20; ++step) {
        auto const batch = random_model::batch(24, 40, 3, step % 2 == 0, step % 4);
        auto const loss = t.train_batch(batch);
        r.losses.push_back(loss.sum / static_cast<double>(loss.count));
    }
    r.parameters = m.snapshot();
    return r;
}

} // namespace

TEST_CASE("blas: networks that PyTorch saved give its logits, to 1e-5 in double and in float")
{
    std::filesystem::path const folder = EXPLAINN_TEST_DATA "/import";
    auto const letters = ex::read_npy(folder / "letters.npy").values<ex::letter>();
    for (int num_fc = 0; num_fc <= 5; ++num_fc) {
        CAPTURE(num_fc);
        std::string const name = "fc" + std::to_string(num_fc);
        auto const expected = ex::read_npy(folder / (name + "_logits.npy")).values<double>();
        auto const hold = [&](auto m) {
            ex::extent const n = static_cast<ex::extent>(letters.size()) / m.length();
            CHECK(distance(m.predict({letters.data(), n, m.length()}), expected) < 1e-5);
        };
        ex::untold_numbers const told{.pool = 4, .stride = 3, .dropout = 30, .length = 40};
        hold(opened<ex::blas<double>>(folder / (name + ".pth"), told));
        hold(opened<ex::blas<float>>(folder / (name + ".pth"), told));
    }
}

TEST_CASE("blas: the reference's trained model gives its logits, to 1e-5 in double and 1e-4 in float")
{
    std::filesystem::path const folder = EXPLAINN_SHARED_DATA "/reference_model";
    if (!std::filesystem::exists(folder)) return test::skip("the reference's model is not here");
    auto const data = ex::read_unlabelled(folder / "golden_sequences.fa", 200);
    std::vector<ex::letter> letters(400 * 200);
    for (std::size_t i = 0; i < 400; ++i) data.letters_of(i, std::span{letters}.subspan(i * 200, 200));
    auto const expected = ex::read_npy(folder / "golden_logits.npy").values<double>();
    auto const tensors = ex::read_pytorch(folder / "model_epoch_best_4.pth");
    auto const hold = [&](auto device, double allowed) {
        auto m =
            ex::make_paper_model<decltype(device)>({.length = 200, .units = 100, .outputs = 3}, ex::seed{1});
        ex::load_tensors(m, tensors, folder / "model_epoch_best_4.pth");
        CHECK(distance(m.predict({letters.data(), 400, 200}), expected) < allowed);
    };
    hold(ex::blas<double>{}, 1e-5);
    hold(ex::blas<float>{}, 1e-4);
}

TEST_CASE("blas: twenty steps have the losses of cpu with the same dropout")
{
    auto const expected = trained(ex::reference<double>{});
    CHECK(distance(trained(ex::blas<double>{}).losses, expected.losses) < 1e-9);
    auto const found = trained(ex::blas<float>{});
    CHECK(distance(found.losses, trained(ex::cpu<float>{}).losses) < 1e-4);
    CHECK(distance(found.losses, expected.losses) < 1e-4);
    CHECK(expected.losses.back() != expected.losses.front());
}

TEST_CASE_TEMPLATE("blas: training and prediction have the same bits for any number of threads", T, float,
                   double)
{
    using B = ex::blas<T>;
    auto const one = trained(B{ex::threads{1}});
    for (int const threads : {2, 3, 5}) {
        auto const more = trained(B{ex::threads{threads}});
        CHECK(more.losses == one.losses);
        CHECK(more.parameters == one.parameters);
    }
    auto const logits = [](int threads) {
        ex::model<net, B> m{ex::seed{4}, B{ex::threads{threads}}};
        auto const batch = random_model::batch(50, 40, 3, true);
        return m.predict({batch.letters.data(), 50, 40});
    };
    CHECK(logits(1) == logits(3));
}

TEST_CASE("blas: a product that does not fit is refused in a sentence")
{
    std::vector<double> numbers(24);
    inside::matrix<double> const a{numbers.data(), 2, 3}, b{numbers.data(), 4, 2}, c{numbers.data(), 2, 2};
    CHECK(testing::message_of([&] { inside::multiply(a, b, c); }) ==
          "a product of matrices does not fit: 2 x 3 by 4 x 2 into 2 x 2");
    CHECK(testing::message_of([] {
              static_cast<void>(inside::blas_size(std::numeric_limits<std::size_t>::max()));
          }).starts_with("OpenBLAS multiplies matrices of at most "));
}

TEST_CASE("blas: responses are the same numbers to the bit whatever other units stand beside a unit")
{
    auto const batch = random_model::batch(3, 50, 1, true);
    std::vector<float> weight(static_cast<std::size_t>(37 * 4 * 11)), ones(37, 1.f), zeros(37, 0.f);
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    for (float& w : weight) w = static_cast<float>(draw.uniform(-1, 1));
    ex::blas<float> b;
    auto const scanned = [&](ex::extent from, ex::extent to) {
        std::vector<float> y(static_cast<std::size_t>((to - from) * 3 * 8));
        ex::view<float const, 3> const all{weight.data(), 37, 4, 11};
        run(b, ex::op::motif_scan<float>{.sequences = {batch.letters.data(), 3, 50},
                                         .weight = all.slice(from, to),
                                         .scale = {ones.data(), to - from},
                                         .shift = {zeros.data(), to - from},
                                         .act = ex::activation::identity,
                                         .pool = 5,
                                         .stride = 5,
                                         .y = {y.data(), to - from, 3, 8}});
        return y;
    };
    auto const all = scanned(0, 37);
    for (ex::extent u = 0; u < 37; ++u) {
        auto const alone = scanned(u, u + 1);
        CHECK(std::equal(alone.begin(), alone.end(), all.begin() + u * 24));
    }
}
