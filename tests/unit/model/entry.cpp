// Unusual calls of a model: no sequences, invalid letters, many sequences at once, five banks, numbers that
// the type fixes.
#include <algorithm>
#include <limits>
#include <thread>

#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"

namespace ex = explainn;
using namespace explainn;

namespace {

template <class F>
std::string said_by(F f)
{
    try {
        f();
    } catch (error const& e) {
        return e.what();
    }
    return "nothing";
}

using pooled = unit<conv<5>, batch_norm, relu, max_pool<4>, dense<3>>;
using small_net = network<dna<30>, bank<4, pooled>, linear_head<2>>;

/// y = x * scale: a user's own layer, which reads letters where it is the first.
struct scale_by_channel {
    static constexpr phrase name() { return "scale_by_channel"; }
    static constexpr outcome after(shape in) { return in; }
    static constexpr weight_rows weights(shape in) { return {uniform_weight("scale", 4, in.channels)}; }
    template <class B>
    static void forward(B&, layer_forward<typename B::scalar> const& a)
    {
        each(a.x, [&](extent u, extent n, extent c, extent l) {
            a.y(u, n, c, l) = a.x(u, n, c, l) * a.weights[0](u, c);
        });
    }
    template <class B>
    static void backward(B&, layer_backward<typename B::scalar> const& a)
    {
        for (std::size_t i = 0; i < a.dweights[0].count(); ++i) a.dweights[0].data[i] = 0;
        each(a.x, [&](extent u, extent n, extent c, extent l) {
            a.dx(u, n, c, l) = a.dy(u, n, c, l) * a.weights[0](u, c);
            a.dweights[0](u, c) += a.dy(u, n, c, l) * a.x(u, n, c, l);
        });
    }

private:
    template <class V, class F>
    static void each(V const& v, F f)
    {
        for (extent u = 0; u < v.size(0); ++u)
            for (extent n = 0; n < v.size(1); ++n)
                for (extent c = 0; c < v.size(2); ++c)
                    for (extent l = 0; l < v.size(3); ++l) f(u, n, c, l);
    }
};

/// The reference backend, which also records the most elements of any of its arrays.
struct watched : reference<float> {
    std::size_t* most;
    explicit watched(std::size_t* m) : most{m} {}
    template <class X>
    auto make(std::size_t n)
    {
        *most = std::max(*most, n);
        return reference<float>::make<X>(n);
    }
};

template <class Device>
void logits_do_not_depend_on_the_others(Device b, fusing fuse)
{
    using T = typename Device::scalar;
    using net = paper_network<paper{
        .length = 40, .units = 5, .outputs = 3, .width = 7, .pool = 4, .stride = 4, .hidden = 20}>;
    model<net, Device> m{seed{1}, std::move(b), fuse};
    random_model::stir(m);
    // more than two full batches of predict, and a last batch whose size is no multiple of a vector
    auto const data = random_model::batch(523, 40, 3, true);
    auto const letters_from = [&](extent first, extent count) {
        return view<letter const, 2>{data.letters.data() + first * 40, count, 40};
    };
    auto const all = m.predict(letters_from(0, 523));
    REQUIRE(all.size() == 523 * 3);
    for (extent const at_once : {1, 7, 16, 100, 256}) {
        std::vector<T> pieces;
        for (extent first = 0; first < 523; first += at_once) {
            auto const some = m.predict(letters_from(first, std::min(at_once, 523 - first)));
            pieces.insert(pieces.end(), some.begin(), some.end());
        }
        CAPTURE(at_once);
        CHECK(pieces == all);
    }
}

} // namespace

TEST_CASE("the logits of a sequence do not depend on those beside it, to the bit")
{
    for (auto const fuse : {fusing::on, fusing::off}) {
        logits_do_not_depend_on_the_others(cpu<float>{threads{2}}, fuse);
        logits_do_not_depend_on_the_others(reference<double>{}, fuse);
    }
}
TEST_CASE("prediction of many sequences holds no more memory than that of some")
{
    using net = network<dna<30>, bank<1, unit<conv<5>, relu, global_max_pool>>, linear_head<1>>;
    auto const largest_array = [](extent count) {
        std::size_t most = 0;
        model<net, watched> m{seed{1}, watched{&most}};
        auto const data = random_model::batch(count, 30, 1, true);
        CHECK(m.predict({data.letters.data(), count, 30}).size() == static_cast<std::size_t>(count));
        return most;
    };
    CHECK(largest_array(1000) == largest_array(300));
}
TEST_CASE("prediction of no sequences is no logits; of others than the model reads, a sentence")
{
    model<small_net, cpu<float>> m{seed{1}};
    std::vector<letter> letters(60, letter{2});
    CHECK(m.predict({letters.data(), 0, 30}).empty());
    CHECK(m.predict({}).empty());
    CHECK(m.predict({letters.data(), 2, 30}).size() == 4);
    CHECK(said_by([&] {
              m.predict({letters.data(), 3, 20});
          }) == "the model reads sequences of 30 bases, the data have 20");
    CHECK(said_by([&] {
              m.predict({letters.data(), 1, 60});
          }) == "the model reads sequences of 30 bases, the data have 60");
    CHECK(said_by([&] {
              m.predict(view<letter const, 2>{static_cast<letter const*>(nullptr), 2, 30});
          }) == "expected letters of some sequences, found no memory of letters");
    CHECK(said_by([&] {
              m.predict({letters.data(), -2, 30});
          }) == "expected letters of some sequences, found -2 sequences");
    for (int const code : {5, 6, 7, 8, 84, 255}) {
        letters[37] = static_cast<letter>(code);
        CHECK(said_by([&] {
                  m.predict({letters.data(), 2, 30});
              }) == "expected letters 0 to 4 (A, C, G, T, N), found " + std::to_string(code) +
                        " at base 8 of sequence 2");
    }
    letters[37] = letter_n;
    CHECK(m.predict({letters.data(), 2, 30}).size() == 4);
}
TEST_CASE("numbers that are not finite do not enter a model, and the sentence names the tensor")
{
    model<small_net, cpu<float>> m{seed{1}};
    auto const before = m.snapshot();
    float const nan = std::numeric_limits<float>::quiet_NaN(),
                endless = std::numeric_limits<float>::infinity();
    CHECK(said_by([&] {
              m.set_values("final.bias", std::vector<float>{0, nan});
          }) == "expected finite numbers in final.bias, found nan at number 2");
    auto torn = before;
    torn[m.parameters()["linears.0.weight"].offset + 6] = -endless;
    CHECK(said_by([&] { m.restore(torn); }) ==
          "expected finite numbers in linears.0.weight of the snapshot, found -inf at number 7");
    CHECK(m.snapshot() == before);
    m.set_values("final.bias", std::vector<float>{0, std::numeric_limits<float>::max()});
    m.restore(before);
    CHECK(m.snapshot() == before);
}
TEST_CASE("lengths below 0 are said as they are")
{
    model<small_net, cpu<float>> m{seed{1}};
    std::vector<letter> letters(60, letter{2});
    CHECK(said_by([&] {
              m.predict({letters.data(), 2, -200});
          }) == "expected letters of some sequences, found sequences of -200 bases");
}
TEST_CASE("strands are not set, and no trainer is made, while another thread uses the model")
{
    model<small_net, cpu<float>> m{seed{1}};
    std::string strands, made;
    {
        auto const turn = m.use();
        std::thread{[&] {
            strands = said_by([&] { m.set_both_strands(true); });
            made = said_by([&] { trainer t{m, sgd{}, bce_with_logits{}, training{}}; });
        }}.join();
    }
    CHECK(strands.starts_with("expected one thread at a time to use "));
    CHECK(made.starts_with("expected one thread at a time to use "));
    CHECK(!m.both_strands());
    m.set_both_strands(true);
    CHECK(m.both_strands());
}
TEST_CASE("a layer that gives two weights one name is refused when a model is made")
{
    struct doubled : scale_by_channel {
        static constexpr weight_rows weights(shape in)
        {
            return {uniform_weight("scale", 4, in.channels), uniform_weight("scale", 4, in.channels)};
        }
    };
    using net = network<dna<12>, bank<3, unit<doubled, conv<3>, global_max_pool>>, linear_head<2>>;
    CHECK(said_by([] { model<net, cpu<float>> m{seed{1}}; }) ==
          "expected a name of its own for every weight of a layer, found two tensors linears.0.scale");
}
TEST_CASE("codes are looked at as they are, wherever they stand")
{
    for (std::size_t length : {1u, 7u, 8u, 9u, 16u, 29u, 64u, 75u, 128u})
        for (std::size_t at = 0; at < length; ++at)
            for (int code = 0; code < 256; ++code) {
                std::vector<letter> codes(length, letter{3});
                codes[at] = static_cast<letter>(code);
                auto const seen = look_at(codes);
                CAPTURE(code);
                REQUIRE(seen.others == (code > 4));
                if (code <= 4) REQUIRE(seen.n == (code == 4));
            }
    CHECK(!look_at({}).others);
}
TEST_CASE("five banks side by side run and learn, fused and layer by layer alike")
{
    using five =
        network<dna<30>, bank<1, pooled>, bank<2, pooled>, bank<3, unit<conv<7>, exponential, max_pool<6>>>,
                bank<dynamic, unit<conv<4>, relu, global_max_pool>>, bank<dynamic, pooled>, linear_head<2>>;
    sizes const given{.units = {dynamic, dynamic, dynamic, 4, 5}};
    model<five, cpu<float>> fast{given, seed{3}};
    model<five, reference<float>> slow{given, seed{3}, reference<float>{}, fusing::off};
    CHECK(fast.units() == 15);
    CHECK(fast.rows().features == 1 * 3 + 2 * 3 + 3 * 4 + 4 + 5 * 3);
    auto const batch = random_model::batch(24, 30, 2, true);
    auto const a = random_model::step(fast, batch), b = random_model::step(slow, batch);
    CHECK(random_model::apart(a.logits, b.logits) < 1e-4);
    CHECK(random_model::apart(a.gradients, b.gradients) < 1e-3);
    for (auto const& p : fast.parameters()) CHECK(p.name().starts_with(p.bank < 0 ? "final." : "banks."));
    CHECK(said_by([&] { fast.run().unit_outputs(5, 24); }) ==
          "bank 5 is asked for (they count from 0), the model has 5");
    CHECK(said_by([&] { fast.run().stages(-1); }) ==
          "bank -1 is asked for (they count from 0), the model has 5");
    CHECK(fast.run().unit_outputs(4, 24).count() == 5 * 24 * 3);
    CHECK(said_by([&] {
              fast.run().unit_outputs(4, 500);
          }).starts_with("expected the outputs of a batch that ran, of at most "));
}
TEST_CASE("numbers that contradict the type are refused; those that repeat it are not")
{
    using open_unit = unit<conv<dynamic>, relu, max_pool<3>, dense<6>, relu, dense<1>>;
    using net = network<dna<30>, bank<4, open_unit>, bank<dynamic, open_unit>, linear_head<2>>;
    auto const said = [](sizes const& given) { return said_by([&] { (void)net::resolve(given); }); };
    CHECK(said({.units = {dynamic, 3}, .width = 5}) == "nothing");
    CHECK(
        said(
            {.length = 30, .units = {4, 3}, .outputs = 2, .width = 5, .pool = 3, .stride = 3, .hidden = 6}) ==
        "nothing");
    CHECK(said({.length = 31, .units = {4, 3}, .width = 5}) ==
          "the type fixes the length at 30, but 31 is given");
    CHECK(said({.units = {5, 3}, .width = 5}) == "the type fixes the units of bank 1 at 4, but 5 is given");
    CHECK(said({.units = {4, 3, 2}, .width = 5}) == "units are given for bank 3, but the network has 2");
    CHECK(said({.units = {4, 3}, .outputs = 3, .width = 5}) ==
          "the type fixes the outputs at 2, but 3 is given");
    CHECK(said({.units = {4, 3}, .width = 5, .pool = 2}) ==
          "the type fixes the width of pools at 3, but 2 is given");
    CHECK(said({.units = {4, 3}, .width = 5, .stride = 2}) ==
          "the type fixes the stride of pools at 3, but 2 is given");
    CHECK(said({.units = {4, 3}, .width = 5, .hidden = 7}) ==
          "the type fixes the outputs of hidden dense layers at 6, but 7 is given");
    sizes many;
    CHECK_THROWS_AS(many.units[bank_units::most] = 3, shape_error);
    CHECK(std::as_const(many).units[1000] == dynamic);
}
TEST_CASE("what does not read letters does not stand first, and a maximum has at most 65536 positions")
{
    using long_net = network<dna<dynamic>, bank<2, unit<conv<5>, relu, max_pool<4>>>, linear_head<1>>;
    CHECK(said_by([] { (void)long_net::resolve({.length = 70000}); }) ==
          "in bank 1, at layer 3: max_pool<4, 4> needs at most 65536 positions, but gets 69996");
    CHECK(said_by([] { (void)long_net::resolve({.length = 65540}); }) == "nothing");
}
TEST_CASE("the longest DNA of a max pool: the gradient finds the last window")
{
    // one filter that prefers G; the only G are at the end
    using net = network<dna<65540>, bank<1, unit<conv<5>, global_max_pool>>, linear_head<1>>;
    std::vector<letter> letters(65540, letter{0});
    std::fill(letters.end() - 5, letters.end(), letter{2});
    for (auto const fuse : {fusing::on, fusing::off}) {
        model<net, cpu<float>> m{seed{1}, cpu<float>{}, fuse};
        std::vector<float> filter(20, 0.f);
        std::fill(filter.begin() + 10, filter.begin() + 15, 1.f);
        m.set_values("linears.0.weight", filter);
        m.set_values("final.weight", std::vector<float>{1});
        host_batch b;
        b.letters = letters;
        b.letters.insert(b.letters.end(), letters.begin(), letters.end());
        b.labels = {0, 0};
        b.count = 2;
        trainer t{m, sgd{}, bce_with_logits{}, training{}};
        t.train_batch(b);
        auto const g = t.gradients();
        // only G, at all five places of the last window, has a gradient
        for (std::size_t i = 0; i < 20; ++i) CHECK((g[i] != 0) == (i >= 10 && i < 15));
    }
}
TEST_CASE("a layer of a user's own that stands first reads the letters, unit by unit")
{
    using net = network<dna<12>, bank<3, unit<scale_by_channel, conv<3, 2>, softplus, global_average_pool>>,
                        linear_head<2>>;
    model<net, reference<double>> m{seed{4}};
    auto const b = random_model::batch(4, 12, 2, true);
    auto const start = m.snapshot();
    trainer t{m, sgd{.learning_rate = 0}, bce_with_logits{}, training{}};
    t.train_batch(b);
    auto const g = t.gradients();
    auto const loss = [&] {
        auto letters = b.letters;
        auto const y = m.run().train_forward({{letters.data(), b.count, 12}, b.has_n}, m.data(), {});
        return total_of(m.device(), bce_with_logits{}, y, view<float const, 2>{b.labels.data(), b.count, 2})
            .mean();
    };
    for (auto const& p : m.parameters())
        for (std::size_t i = p.offset; i < p.offset + p.count; ++i) {
            auto moved = start;
            moved[i] += 1e-6;
            m.restore(moved);
            double const up = loss();
            moved[i] -= 2e-6;
            m.restore(moved);
            double const down = loss();
            CAPTURE(i);
            CHECK(g[i] == doctest::Approx((up - down) / 2e-6).epsilon(2e-4).scale(1e-3));
        }
}
