// A frozen bank is computed as at inference while the others train, and arrays that a layer asks for are
// kept.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"
#include "support/model_backends.hpp"

using namespace explainn;

namespace {

using learner = unit<conv<7>, batch_norm, exponential, max_pool<5>, dense<4>, batch_norm, relu,
                     dropout<percent{30}>, dense<1>>;
using other = unit<conv<5>, batch_norm, relu, max_pool<4, 2>, dense<3>, dropout<percent{40}>>;
using two_banks = network<dna<30>, bank<20, learner>, bank<17, other>, linear_head<2>>;

constexpr char second_is_frozen[]{0, 1};

template <class B>
struct step_of_two {
    std::vector<typename B::scalar> frozen_outputs, inferred_outputs, before, after, gradients;
};

// One training step with the second bank frozen.
template <class B>
step_of_two<B> train_beside_a_frozen_bank(B b)
{
    model<two_banks, B> m{seed{3}, std::move(b)};
    random_model::stir(m);
    auto host = random_model::batch(12, m.length(), m.outputs(), true);
    batch_view const batch{{host.letters.data(), host.count, m.length()}, host.has_n};
    step_of_two<B> r;
    auto const outputs = [&m, &host] {
        auto const y = m.run().unit_outputs(1, host.count);
        return std::vector<typename B::scalar>(y.data, y.data + y.count());
    };
    m.run().infer(batch, m.data());
    r.inferred_outputs = outputs();
    r.before = m.snapshot();
    std::vector<typename B::scalar> dlogits(static_cast<std::size_t>(host.count * m.outputs()), 1);
    r.gradients.resize(m.parameters().total(), -7);
    step_number const step{seed{5}, 3, {}, second_is_frozen};
    m.run().train_forward(batch, m.data(), step);
    r.frozen_outputs = outputs();
    m.run().backward(batch, m.data(), {dlogits.data(), host.count, m.outputs()}, r.gradients.data(), step);
    r.after = m.snapshot();
    return r;
}

// y = x x; it keeps x and the largest |x| of each unit for its gradient.
struct remembers {
    static constexpr phrase name() { return "remembers"; }
    static constexpr outcome after(shape in) { return in; }
    static constexpr kept_rows keeps(shape in, shape)
    {
        return {kept_row{"copy", 0, extent_product(in.channels, in.positions), true}, kept_row{"largest", 1}};
    }
    template <class B, class T>
    static void forward(B&, layer_forward<T> const& a)
    {
        extent const features = a.row->features_in();
        auto const copy = a.template kept<T>(0, a.n, features);
        auto const largest = a.template kept<T>(1);
        CHECK(bool(copy) == a.training);
        for (extent u = 0; u < a.units; ++u) {
            largest(u) = 0;
            for (extent n = 0; n < a.n; ++n)
                for (extent f = 0; f < features; ++f) {
                    T const x = features_of(a.x)(u, n, f);
                    features_of(a.y)(u, n, f) = x * x;
                    largest(u) = std::max(largest(u), std::abs(x));
                    if (copy) copy(u, n, f) = x;
                }
        }
    }
    template <class B, class T>
    static void backward(B&, layer_backward<T> const& a)
    {
        extent const features = a.row->features_in();
        auto const copy = a.template kept<T>(0, a.n, features);
        auto const largest = a.template kept<T>(1);
        for (extent u = 0; u < a.units; ++u)
            for (extent n = 0; n < a.n; ++n)
                for (extent f = 0; f < features; ++f) {
                    CHECK(std::abs(copy(u, n, f)) <= largest(u));
                    features_of(a.dx)(u, n, f) = 2 * copy(u, n, f) * features_of(a.dy)(u, n, f);
                }
    }
};

} // namespace

TEST_CASE_TEMPLATE("a frozen bank gives the outputs of inference while the network trains", B,
                   EXPLAINN_MODEL_BACKENDS)
{
    auto const r = train_beside_a_frozen_bank(B{});
    CHECK(r.frozen_outputs == r.inferred_outputs);
}
TEST_CASE_TEMPLATE("a frozen bank keeps its statistics and gets no gradient; the head and the others do", B,
                   EXPLAINN_MODEL_BACKENDS)
{
    auto const r = train_beside_a_frozen_bank(B{});
    model<two_banks, B> m{seed{3}};
    for (auto const& p : m.parameters()) {
        CAPTURE(p.name());
        bool same = true, untouched = true;
        for (std::size_t i = p.offset; i < p.offset + p.count; ++i) {
            same = same && r.before[i] == r.after[i];
            untouched = untouched && r.gradients[i] == -7;
        }
        bool const state = !p.trained;
        CHECK(same == !(state && p.bank == 0));
        if (!state) CHECK(untouched == (p.bank == 1));
    }
}
TEST_CASE("the gradients of a bank beside a frozen one are the numerical ones")
{
    model<two_banks, reference<double>> m{seed{3}};
    random_model::stir(m);
    auto host = random_model::batch(6, m.length(), m.outputs(), true);
    batch_view const batch{{host.letters.data(), host.count, m.length()}, host.has_n};
    auto const sum_of_logits = [&] {
        auto const y = m.run().train_forward(batch, m.data(), step_number{seed{5}, 3, {}, second_is_frozen});
        double sum = 0;
        for (std::size_t i = 0; i < y.count(); ++i) sum += y.data[i] * (1 + 0.1 * static_cast<double>(i % 5));
        return sum;
    };
    std::vector<double> gradients(m.parameters().total()),
        dlogits(static_cast<std::size_t>(host.count * m.outputs()));
    for (std::size_t i = 0; i < dlogits.size(); ++i) dlogits[i] = 1 + 0.1 * static_cast<double>(i % 5);
    auto const start = m.snapshot();
    (void)sum_of_logits();
    m.run().backward(batch, m.data(), {dlogits.data(), host.count, m.outputs()}, gradients.data(),
                     step_number{seed{5}, 3, {}, second_is_frozen});
    for (auto const& p : m.parameters()) {
        if (!p.trained || p.bank == 1) continue;
        for (std::size_t i = 0; i < p.count; i += std::max<std::size_t>(1, p.count / 5)) {
            auto moved = start;
            moved[p.offset + i] += 1e-6;
            m.restore(moved);
            double const up = sum_of_logits();
            moved[p.offset + i] -= 2e-6;
            m.restore(moved);
            double const down = sum_of_logits();
            CAPTURE(p.name());
            CHECK(gradients[p.offset + i] == doctest::Approx((up - down) / 2e-6).epsilon(2e-4).scale(1e-2));
        }
    }
}
TEST_CASE("a bank that learns again has its gradient again")
{
    model<two_banks, cpu<float>> m{seed{3}};
    auto host = random_model::batch(12, m.length(), m.outputs(), false);
    batch_view const batch{{host.letters.data(), host.count, m.length()}, host.has_n};
    std::vector<float> dlogits(static_cast<std::size_t>(host.count * m.outputs()), 1.0f);
    auto const gradients_of = [&](bool freeze_before) {
        m.initialise(seed{3});
        if (freeze_before) {
            constexpr char first_is_frozen[]{1, 0};
            m.run().train_forward(batch, m.data(), {.frozen_banks = first_is_frozen});
            m.initialise(seed{3});
        }
        std::vector<float> g(m.parameters().total());
        m.run().train_forward(batch, m.data(), {});
        m.run().backward(batch, m.data(), {dlogits.data(), host.count, m.outputs()}, g.data(), {});
        return g;
    };
    auto const before = gradients_of(false);
    CHECK(gradients_of(true) == before);
}
TEST_CASE("a layer of a user's own keeps arrays by unit and by sequence")
{
    using net =
        network<dna<30>, bank<20, unit<conv<5>, relu, max_pool<4>, remembers, dense<1>>>, linear_head<1>>;
    model<net, cpu<float>> m{seed{1}, cpu<float>{threads{2}}};
    auto host = random_model::batch(9, m.length(), m.outputs(), false);
    batch_view const batch{{host.letters.data(), host.count, m.length()}, host.has_n};
    std::vector<float> dlogits(9, 1.0f), g(m.parameters().total());
    m.run().infer(batch, m.data());
    m.run().train_forward(batch, m.data(), {});
    m.run().backward(batch, m.data(), {dlogits.data(), host.count, m.outputs()}, g.data(), {});
    m.run().infer(batch, m.data()); // the arrays for training exist by now
}
