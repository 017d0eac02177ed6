// Incremental mutagenesis, compared with the model run on every mutant on the reference backend in double.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper_card.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"

namespace ex = explainn;

namespace {

constexpr ex::mutagenesis_options everything{.deletions = true, .insertions = true, .by_unit = true};

// The largest difference relative to the largest magnitude.
template <class A, class B>
double distance(std::vector<A> const& a, std::vector<B> const& b)
{
    REQUIRE(a.size() == b.size());
    double worst = 0, largest = 1e-30;
    for (std::size_t i = 0; i < a.size(); ++i) {
        double const x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
        if (!std::isfinite(x)) return INFINITY;
        worst = std::max(worst, std::abs(x - y));
        largest = std::max(largest, std::abs(y));
    }
    return worst / largest;
}

template <class Slow, class Fast>
void copy_values(Slow& slow, Fast& fast)
{
    for (auto const& p : fast.parameters()) {
        auto const values = fast.values(p.name());
        slow.set_values(p.name(), std::vector<double>(values.begin(), values.end()));
    }
}

// Random values, with filters as large as trained ones: then the effect of a change of one base is not a
// small difference of large numbers, for which a float would keep few digits.
template <class Model>
void stir(Model& m)
{
    random_model::stir(m);
    for (auto const& p : m.parameters()) {
        if (p.layer < 0 || p.part != 0 || m.rows().layer(p.layer).what != ex::kind::conv) continue;
        auto values = m.values(p.name());
        for (auto& x : values) x *= 3;
        m.set_values(p.name(), values);
    }
}

// The mutants of `fast` are compared with those of the same numbers in double, computed one by one.
template <class Slow, class Fast>
void hold_to_every_mutant(Slow& slow, Fast& fast, testing::small_data const& data, bool incremental = true)
{
    copy_values(slow, fast);
    for (bool const both : {false, true}) {
        CAPTURE(both);
        auto how = everything;
        how.both_strands = both;
        auto const expected = ex::mutants_slowly(slow, data.sequences, how);
        CHECK(ex::mutagenesis{fast, how}.is_incremental() == incremental);
        auto const found = ex::mutants_of(fast, data.sequences, how);
        CHECK(found.sequences == expected.sequences);
        CHECK(found.letters == expected.letters);
        CHECK(distance(found.logits, expected.logits) <= 1e-5);
        for (ex::base_change const what : ex::detail::base_changes) {
            CAPTURE(static_cast<int>(what));
            CHECK(distance(found.of(what).logits, expected.of(what).logits) <= 1e-5);
            CHECK(distance(found.of(what).outputs, expected.of(what).outputs) <= 1e-5);
        }
        // a substitution by the base of the sequence changes no bit
        bool nothing = true;
        for (ex::extent n = 0; n < found.sequences; ++n)
            for (ex::extent i = 0; i < found.length; ++i)
                if (ex::letter const base = found.base(n, i); base != ex::letter_n)
                    for (ex::extent o = 0; o < found.outputs(); ++o)
                        nothing = nothing && found.change(ex::base_change::substitution, n, i, base, o) == 0;
        CHECK(nothing);
    }
}

template <class Net>
void hold(testing::small_data const& data, bool incremental = true)
{
    ex::model<Net, ex::reference<double>> slow{ex::seed{4}};
    ex::model<Net, ex::cpu<float>> fast{ex::seed{4}};
    stir(fast);
    hold_to_every_mutant(slow, fast, data, incremental);
}

void hold(ex::paper_card const& card)
{
    testing::small_data const data{5, static_cast<std::size_t>(card.length), 1, 2};
    auto slow = ex::make_paper_model<ex::reference<double>>(card, ex::seed{3});
    auto fast = ex::make_paper_model<ex::cpu<float>>(card, ex::seed{3});
    stir(fast);
    CAPTURE(card.num_fc);
    hold_to_every_mutant(slow, fast, data);
}

} // namespace

TEST_CASE("mutagenesis is that of every mutant, for every depth of the paper's network")
{
    for (int const num_fc : {0, 1, 2, 3, 4})
        hold({.length = 45, .units = 19, .outputs = 3, .num_fc = num_fc, .hidden = 5});
}

TEST_CASE("mutagenesis is that of every mutant, for other widths, pools and lengths")
{
    hold({.length = 61, .units = 33, .outputs = 2, .width = 19, .pool = 7, .stride = 3, .hidden = 17});
    hold({.length = 40, .units = 3, .outputs = 1, .width = 8, .pool = 5, .stride = 1, .hidden = 9});
    hold({.length = 50, .units = 4, .outputs = 2, .width = 3, .pool = 4, .stride = 9, .hidden = 3});
    hold({.length = 24, .units = 16, .outputs = 2, .width = 1, .pool = 2, .stride = 2, .hidden = 4});
    hold({.length = 26, .units = 17, .outputs = 2, .width = 25, .pool = 2, .stride = 2, .hidden = 4});
    hold({.length = 20, .units = 2, .outputs = 2, .width = 20, .pool = 1, .stride = 1, .hidden = 4});
}

TEST_CASE("mutagenesis is that of every mutant, for units of several outputs, several banks, any activation")
{
    testing::small_data const data{4, 33, 3, 8};
    using several_outputs =
        ex::network<ex::dna<33>,
                    ex::bank<18, ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<7>>>,
                    ex::linear_head<2>>;
    using two_banks = ex::network<
        ex::dna<33>,
        ex::bank<17, ex::unit<ex::conv<9>, ex::batch_norm, ex::max_pool<5>, ex::dense<3>, ex::silu>>,
        ex::bank<2, ex::unit<ex::conv<4>, ex::exponential, ex::global_max_pool>>,
        ex::bank<3, ex::unit<ex::conv<7>, ex::softplus, ex::max_pool<13>>>, ex::linear_head<2>,
        ex::linear_head<1>>;
    using without_bias = ex::network<ex::dna<33>,
                                     ex::bank<20, ex::unit<ex::conv<6>, ex::sigmoid, ex::max_pool<4, 2>,
                                                           ex::dense<6>, ex::gelu, ex::dense<2>>>,
                                     ex::linear_head<3, ex::head_bias::none>>;
    hold<several_outputs>(data);
    hold<two_banks>(data);
    hold<without_bias>(data);
}

TEST_CASE("mutagenesis runs every mutant of networks that are no scan with dense layers")
{
    testing::small_data const data{3, 33, 3, 8};
    using falls = ex::network<
        ex::dna<33>,
        ex::bank<5, ex::unit<ex::conv<9>, ex::batch_norm, ex::gelu, ex::max_pool<5>, ex::dense<1>>>,
        ex::linear_head<2>>;
    using averages = ex::network<
        ex::dna<33>,
        ex::bank<1, ex::unit<ex::conv<5, 6>, ex::batch_norm, ex::relu, ex::average_pool<9>, ex::dense<4>>>,
        ex::linear_head<3>>;
    hold<falls>(data, false);
    hold<averages>(data, false);
}

TEST_CASE("mutagenesis: the same bits for any threads and batches; positions are those asked for")
{
    testing::small_data const data{21, 50, 2, 3};
    ex::paper_card const card{.length = 50, .units = 37, .outputs = 2, .hidden = 5};
    ex::mutants<float> first;
    for (int const threads : {1, 2, 3})
        for (std::size_t const batch : {1u, 5u, 100u}) {
            auto m =
                ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1}, ex::cpu<float>{ex::threads{threads}});
            random_model::stir(m);
            auto how = everything;
            how.both_strands = true;
            how.batch = batch;
            auto const now = ex::mutants_of(m, data.sequences, how);
            if (first.logits.empty()) first = now;
            for (ex::base_change const what : ex::detail::base_changes) {
                CHECK(now.of(what).logits == first.of(what).logits);
                CHECK(now.of(what).outputs == first.of(what).outputs);
            }
            how.first = 7;
            how.last = 19;
            auto const some = ex::mutants_of(m, data.sequences, how);
            CHECK(some.positions == 12);
            bool same = true;
            for (ex::base_change const what : ex::detail::base_changes)
                for (ex::extent n = 0; n < some.sequences; ++n)
                    for (ex::extent i = 7; i < 19; ++i)
                        for (ex::letter a = 0; a < ex::alternatives_of(what); ++a)
                            same = same && some.change(what, n, i, a, 1) == first.change(what, n, i, a, 1);
            CHECK(same);
        }
}

TEST_CASE("mutagenesis: changes of units add up to the changes of logits; no sequences give none")
{
    testing::small_data const data{3, 50, 2, 3};
    ex::paper_card const card{.length = 50, .units = 9, .outputs = 2, .hidden = 5};
    auto m = ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1});
    random_model::stir(m);
    auto const all = ex::mutants_of(m, data.sequences, everything);
    for (ex::base_change const what : ex::detail::base_changes)
        for (ex::extent i = 0; i < 50; ++i) {
            double sum = 0, sizes = 0;
            for (ex::extent u = 0; u < 9; ++u) {
                double const x = all.change_of_unit(what, 2, i, 0, u, 1);
                sum += x;
                sizes += std::abs(x);
            }
            CHECK(std::abs(sum - static_cast<double>(all.change(what, 2, i, 0, 1))) <= 1e-5 * sizes);
        }
    auto const none = ex::mutants_of(m, ex::packed_sequences{});
    CHECK(none.sequences == 0);
    CHECK(none.outputs() == 2);
    CHECK(none.logits.empty());
}

TEST_CASE("mutagenesis: what cannot be is refused in a sentence")
{
    ex::paper_card const card{.length = 50, .units = 9, .outputs = 2, .hidden = 5};
    auto m = ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1});
    CHECK_THROWS_WITH_AS((ex::mutagenesis{m, {.first = 3, .last = 51}}),
                         "expected positions within the 50 of a sequence, found 3 to 51", ex::error);
    CHECK_THROWS_WITH_AS((ex::mutagenesis{m, {.first = 9, .last = 9}}),
                         "expected positions within the 50 of a sequence, found 9 to 9", ex::error);
    CHECK_THROWS_WITH_AS((ex::slow_mutagenesis{m, {.first = -1}}),
                         "expected positions within the 50 of a sequence, found -1 to 50", ex::error);
    CHECK_THROWS_WITH_AS((ex::mutagenesis{m, {.batch = 0}}),
                         "expected batches of at least one sequence, found 0", ex::error);
    testing::small_data const longer{1, 51, 2, 3};
    CHECK_THROWS_WITH_AS(ex::mutants_of(m, longer.sequences),
                         "expected sequences of 50 bases as the model, found 51", ex::shape_error);
    CHECK_THROWS_WITH_AS(ex::mutants_slowly(m, longer.sequences),
                         "expected sequences of 50 bases as the model, found 51", ex::shape_error);
}
