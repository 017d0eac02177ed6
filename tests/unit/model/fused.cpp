// Fused stages and single layers give the same numbers.
#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>

#include "model/random_model.hpp"

using namespace explainn;

namespace {

// Logits, loss, gradients by tensor and all tensors after a step, fused against layer by layer.
template <class Net, backend B>
void agree(char const* what, sizes const& given, extent count, bool with_n, double tolerance)
{
    CAPTURE(what);
    model<Net, B> fused{given, seed{3}, B{}, fusing::on}, single{given, seed{3}, B{}, fusing::off};
    random_model::stir(fused);
    random_model::stir(single);
    REQUIRE(fused.run().stages(0).size() < single.run().stages(0).size());
    auto const b = random_model::batch(count, fused.length(), fused.outputs(), with_n);
    auto const x = random_model::step<B>(fused, b), y = random_model::step<B>(single, b);
    CHECK(random_model::apart(x.logits, y.logits) < tolerance);
    CHECK(x.loss == doctest::Approx(y.loss).epsilon(tolerance));
    for (auto const& p : fused.parameters()) {
        std::string const name{p.name()};
        CAPTURE(name);
        using V = std::vector<typename B::scalar>;
        auto const at = static_cast<std::ptrdiff_t>(p.offset),
                   end = at + static_cast<std::ptrdiff_t>(p.count);
        V const g(x.gradients.begin() + at, x.gradients.begin() + end);
        V const h(y.gradients.begin() + at, y.gradients.begin() + end);
        // the gradient of a bias before a batch norm consists of rounding errors, and its tensor has no
        // magnitude to compare with
        bool const feeds_norm =
            p.layer >= 0 && p.part == 1 && fused.parameters().of(p.layer + 1, 2) != nullptr;
        if (p.trained && !feeds_norm) CHECK(random_model::apart(g, h) < tolerance);
        if (p.trained && feeds_norm)
            for (auto const each : h) CHECK(std::abs(each) < tolerance);
    }
    CHECK(random_model::apart(x.after, y.after) < tolerance);
}

template <class Net, backend B>
void agree_on_both(char const* what, sizes const& given, extent count, double tolerance)
{
    agree<Net, B>(what, given, count, false, tolerance);
    agree<Net, B>(what, given, count, true, tolerance);
}

template <backend B>
void agree_everywhere(double tolerance)
{
    agree_on_both<paper_network<paper{.length = 45,
                                      .units = 5,
                                      .outputs = 3,
                                      .width = 8,
                                      .pool = 5,
                                      .stride = 3,
                                      .hidden = 9,
                                      .dropout = percent{0}}>,
                  B>("overlapping pools", {}, 7, tolerance);
    agree_on_both<paper_network<paper{.length = 41,
                                      .units = 3,
                                      .outputs = 1,
                                      .width = 6,
                                      .pool = 3,
                                      .stride = 5,
                                      .hidden = 7,
                                      .dropout = percent{0}}>,
                  B>("gaps between pools", {}, 3, tolerance);
    agree_on_both<paper_network<paper{.length = 30, .units = 17, .outputs = 2, .width = 19, .num_fc = 1}>, B>(
        "one cell", {}, 2, tolerance);
    agree_on_both<paper_network<paper{.length = 33, .units = 1, .outputs = 2, .width = 4, .num_fc = 0}>, B>(
        "global pool, one unit", {}, 5, tolerance);
    agree_on_both<
        paper_network<paper{.length = 40, .units = 4, .outputs = 2, .width = 1, .num_fc = 4, .hidden = 5}>,
        B>("width 1, deep, dropout", {}, 16, tolerance);
    agree_on_both<network<dna<37>,
                          bank<6, unit<conv<5>, relu, max_pool<4, 2>, dense<3>, tanh_activation,
                                       dropout<percent{20}>, dense<2>>>,
                          linear_head<3>>,
                  B>("no norms, wide output", {}, 9, tolerance);
    agree_on_both<
        network<dna<37>,
                bank<3, unit<conv<7>, batch_norm, softplus, max_pool<4, 3>, dense<3>, batch_norm, gelu>>,
                linear_head<3>>,
        B>("softplus and gelu", {}, 9, tolerance);
    agree_on_both<network<dna<41>,
                          bank<5, unit<conv<8, strands::both>, batch_norm, exponential, larger_strand,
                                       max_pool<5, 3>, dense<3>, batch_norm, relu, dense<1>>>,
                          linear_head<3>>,
                  B>("both strands", {}, 9, tolerance);
    agree_on_both<network<dna<41>,
                          bank<5, unit<conv<8, strands::both>, batch_norm, exponential, larger_strand,
                                       max_pool<4, 3>, mirror_sum, dense<3>, batch_norm, relu, dense<1>>>,
                          linear_head<3>>,
                  B>("both strands, mirrored places", {}, 9, tolerance);
    agree_on_both<network<dna<30>, bank<17, unit<conv<3, strands::both>, larger_strand, global_max_pool>>,
                          linear_head<2>>,
                  B>("both strands, one cell, no norm", {}, 5, tolerance);
    agree_on_both<
        network<dna<19>, bank<4, unit<conv<19, strands::both>, batch_norm, larger_strand, relu, max_pool<1>>>,
                linear_head<2>>,
        B>("both strands, one window, the activation last", {}, 16, tolerance);
}

} // namespace

TEST_CASE("fused equals layer by layer in double: reference") { agree_everywhere<reference<double>>(1e-10); }
TEST_CASE("fused equals layer by layer in double: cpu") { agree_everywhere<cpu<double>>(1e-10); }
TEST_CASE("dropout takes the same elements fused and unfused, and others the next step")
{
    using net =
        paper_network<paper{.length = 40, .units = 4, .outputs = 2, .width = 7, .dropout = percent{50}}>;
    model<net, reference<double>> m{seed{1}};
    auto const b = random_model::batch(6, 40, 2, false);
    auto letters = b.letters;
    auto const run = [&](std::int64_t step) {
        auto const y = m.run().train_forward({{letters.data(), b.count, 40}, false}, m.data(),
                                             step_number{seed{1}, static_cast<std::uint32_t>(step)});
        return std::vector<double>(y.data, y.data + y.count());
    };
    auto const first = run(0), again = run(0), other = run(1);
    CHECK(first == again);
    CHECK(first != other);
}
