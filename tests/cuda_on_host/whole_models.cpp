// Whole models on the emulated device: training beside the cpu backend, recorded steps, the same bits twice,
// and a host that reads nothing of the device but by download.
#include <cmath>
#include <cstring>

#include <doctest/doctest.h>

#include <explainn/backend/one_of.hpp>
#include <explainn/cpu.hpp>
#include <explainn/cuda.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/train/trainer.hpp>

#include "cuda_on_host/settings.hpp"
#include "model/random_model.hpp"

namespace ex = explainn;

namespace {

using unit =
    ex::unit<ex::conv<7>, ex::batch_norm, ex::exponential, ex::max_pool<5>, ex::dense<6>, ex::batch_norm,
             ex::relu, ex::dropout<ex::percent{30}>, ex::dense<1>, ex::batch_norm, ex::relu>;
using deep = ex::unit<ex::conv<5, 3, 2>, ex::batch_norm, ex::gelu, ex::average_pool<4>, ex::mirror_sum,
                      ex::layer_norm, ex::dense<2>>;
using branched = ex::unit<ex::conv<5, 4, 2>, ex::silu, ex::strided_conv<3, 4, 4, 2, 1>, ex::remember,
                          ex::depthwise_conv<3, 1>, ex::squeeze_excite<2>, ex::add_remembered,
                          ex::bidirectional_lstm<3>, ex::transpose, ex::dense<2>>;
using net = ex::network<ex::dna<40>, ex::bank<33, unit>, ex::bank<5, deep>, ex::bank<2, branched>,
                        ex::linear_head<3>>;

// Losses of twenty steps, the parameters behind them, and the logits of a batch.
struct short_run {
    std::vector<double> losses;
    std::vector<float> parameters, logits;
};
template <class B>
short_run trained(B device)
{
    ex::model<net, B> m{ex::seed{4}, device};
    ex::trainer t{m, ex::adam{.learning_rate = 0.01}, ex::bce_with_logits{},
                  ex::training{.from = ex::seed{8}}};
    short_run r;
    for (std::uint32_t step = 0; step < 20; ++step) {
        auto const batch = random_model::batch(24, 40, 3, step % 2 == 0, step % 4);
        auto const loss = t.train_batch(batch);
        r.losses.push_back(loss.sum / static_cast<double>(loss.count));
    }
    r.parameters = m.snapshot();
    auto const batch = random_model::batch(50, 40, 3, true);
    r.logits = m.predict({batch.letters.data(), 50, 40});
    return r;
}

template <class X>
bool same_bits(std::vector<X> const& a, std::vector<X> const& b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(X)) == 0;
}
void check_same_bits(short_run const& a, short_run const& b)
{
    CHECK(same_bits(a.losses, b.losses));
    CHECK(same_bits(a.parameters, b.parameters));
    CHECK(same_bits(a.logits, b.logits));
}

} // namespace

TEST_CASE("cuda: twenty steps have the losses of cpu with the same dropout, and twice the same bits")
{
    auto const found = trained(ex::cuda<float>{});
    auto const expected = trained(ex::cpu<float>{});
    REQUIRE(found.losses.size() == expected.losses.size());
    for (std::size_t i = 0; i < found.losses.size(); ++i)
        CHECK(std::abs(found.losses[i] - expected.losses[i]) <= 1e-4 * std::abs(expected.losses[i]));
    CHECK(found.losses.back() != found.losses.front());
    check_same_bits(trained(ex::cuda<float>{}), found);
}

TEST_CASE("cuda: with products by cuBLAS, twenty steps have the losses of cpu, and twice the same bits")
{
    ex::cuda<float> const device{0, ex::cuda_products::cublas};
    auto const before = cuda_on_host::work_so_far().cublas;
    auto const found = trained(device);
    CHECK(cuda_on_host::work_so_far().cublas > before + 10);
    auto const expected = trained(ex::cpu<float>{});
    for (std::size_t i = 0; i < expected.losses.size(); ++i)
        CHECK(std::abs(found.losses[i] - expected.losses[i]) <= 1e-4 * std::abs(expected.losses[i]));
    CHECK(!same_bits(found.parameters, trained(ex::cuda<float>{}).parameters));
    check_same_bits(trained(device), found);
}

TEST_CASE("cuda: steps are recorded and replayed, and one model after another may use a backend")
{
    ex::cuda<float> device;
    auto const before = cuda_on_host::work_so_far().replays;
    auto const first = trained(device);
    // the first step, in which memory grows, and the first of either kind behind it, with N and without, run
    // as they are
    CHECK(cuda_on_host::work_so_far().replays == before + 17);
    check_same_bits(trained(device), first);
}

TEST_CASE("cuda: fit gathers its batches on the device, with the bits of letters that the host sends")
{
    // the same rows; the second kind does not say that it holds letters alone, so that the host reads it
    struct rows {
        ex::packed_sequences all;
        std::size_t size() const { return all.size(); }
        std::size_t length() const { return 40; }
        std::size_t outputs() const { return 3; }
        void letters_of(std::size_t row, std::span<ex::letter> to) const { all.unpack(row, to); }
        void labels_of(std::size_t row, std::span<float> to) const
        {
            for (std::size_t o = 0; o < to.size(); ++o) to[o] = (row >> o & 1) != 0 ? 1.f : 0.f;
        }
        bool has_n(std::size_t row) const { return all.has_n(row); }
    };
    struct packed_rows : rows {
        ex::packed_sequences const& sequences() const { return all; }
    };
    packed_rows data;
    auto const some = random_model::batch(60, 40, 3, true);
    for (std::size_t i = 0; i < 60; ++i) data.all.append("s", std::span{some.letters}.subspan(i * 40, 40));
    std::vector<std::uint32_t> train, valid;
    for (std::uint32_t i = 0; i < 60; ++i) (i % 4 == 3 ? valid : train).push_back(i);
    auto const fitted = [&](auto const& from) {
        ex::model<net, ex::cuda<float>> m{ex::seed{4}};
        ex::trainer t{m, ex::adam{}, ex::bce_with_logits{},
                      ex::training{.epochs = 3, .batch = 16, .both_strands = true, .shift = 2}};
        t.fit(ex::part{from, train}, ex::part{from, valid});
        return m.snapshot();
    };
    cuda_on_host::with_settings const strict{{.late = true, .hidden = true}};
    auto const before = cuda_on_host::work_so_far().kernels;
    auto const gathered = fitted(data);
    auto const kernels = cuda_on_host::work_so_far().kernels - before;
    CHECK(same_bits(gathered, fitted(static_cast<rows const&>(data))));
    // a kernel more for each of the steps
    CHECK(kernels == cuda_on_host::work_so_far().kernels - before - kernels + 3 * 6);
}

TEST_CASE("cuda: work that is done late, on memory that the host cannot see, gives the same bits")
{
    auto const expected = trained(ex::cuda<float>{});
    cuda_on_host::with_settings const strict{{.late = true, .hidden = true}};
    check_same_bits(trained(ex::cuda<float>{}), expected);
}

TEST_CASE("cuda: blocks and threads that run in another order give the same bits")
{
    auto const expected = trained(ex::cuda<float>{});
    cuda_on_host::with_settings const other_order{{.backwards = true}};
    check_same_bits(trained(ex::cuda<float>{}), expected);
}

TEST_CASE("a backend that is one of several has the bits of the one that was chosen")
{
    using any = ex::one_of<ex::cpu<float>, ex::cuda<float>, ex::reference<float>>;
    static_assert(ex::backend<any>);
    check_same_bits(trained(any{ex::cuda<float>{}}), trained(ex::cuda<float>{}));
    check_same_bits(trained(any{}), trained(ex::cpu<float>{}));
    check_same_bits(trained(any{ex::reference<float>{}}), trained(ex::reference<float>{}));
}
