// Filters of first convolutions of any network: as a bank, and held one by one.
#include <doctest/doctest.h>

#include <cmath>

#include <explainn/cpu.hpp>
#include <explainn/interpret/bank_scan.hpp>
#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/interpret/nullify_by_rerun.hpp>
#include <explainn/interpret/recorded_layers.hpp>
#include <explainn/reference.hpp>

#include "small_models.hpp"

namespace ex = explainn;
using device = ex::cpu<float>;
using ex::extent;
using testing::small_data;

namespace {

using many_filters = ex::unit<ex::conv<5, 4, 2>, ex::batch_norm, ex::relu, ex::max_pool<3>, ex::conv<3, 6>,
                              ex::relu, ex::dense<3>, ex::tanh_activation>;
template <class Act>
using without_norm = ex::unit<ex::conv<5, 3>, Act, ex::average_pool<4>, ex::dense<3>, ex::relu>;
using black_box = ex::network<ex::dna<31>, ex::bank<2, many_filters>, ex::linear_head<3>>;

/// The activations of the first convolution by the definition: every window of one sequence of bases.
std::vector<double> activations(ex::basic_model<device>& m, small_data const& data, bool both, extent filter)
{
    auto const& conv = m.rows().layer(0);
    auto const width = static_cast<std::size_t>(conv.given.width), f = static_cast<std::size_t>(filter);
    auto const weight = m.values(m.parameters().of(0, 0)->name()),
               bias = m.values(m.parameters().of(0, 1)->name());
    bool const norm = m.rows().layer(1).what == ex::kind::batch_norm;
    std::vector<double> all;
    for (std::size_t row = 0; row < data.size(); ++row)
        for (int strand = 0; strand < (both ? 2 : 1); ++strand) {
            std::vector<ex::letter> s(data.length());
            if (strand == 0) data.sequences.unpack(row, s);
            else data.sequences.unpack_reverse_complement(row, s);
            for (std::size_t at = 0; at + width <= s.size(); ++at) {
                double x = static_cast<double>(bias[f]);
                for (std::size_t k = 0; k < width; ++k)
                    if (s[at + k] < 4) x += static_cast<double>(weight[(f * 4 + s[at + k]) * width + k]);
                if (norm) {
                    auto const value = [&](int k) {
                        return static_cast<double>(m.values(m.parameters().of(1, k)->name())[f]);
                    };
                    x = (x - value(2)) / std::sqrt(value(3) + m.rows().layer(1).epsilon) * value(0) +
                        value(1);
                }
                all.push_back(ex::activated(m.rows().layer(norm ? 2 : 1).act, x));
            }
        }
    return all;
}
double mean(std::vector<double> const& all)
{
    double sum = 0;
    for (double const x : all) sum += x;
    return sum / static_cast<double>(all.size());
}

/// The slow version: the layers run one by one, and the filter's activations are overwritten on their way by
/// a unit whose convolution, norm and activation give that number.
template <class Network>
void holds(ex::activation act, std::uint64_t from)
{
    CAPTURE(static_cast<int>(act));
    ex::model<Network, device> m{ex::seed{from}};
    testing::shake(m, from + 1, 0.5);
    small_data const data{5, 31, 3, 9};
    auto const rows = data.all_rows();
    auto const before = m.snapshot();
    auto const filters = static_cast<std::size_t>(m.rows().bank(0).units * m.rows().layer(0).given.filters);
    for (bool const both : {false, true})
        for (auto const what : {ex::nullified::filter_mean, ex::nullified::filter_zero}) {
            ex::rerun_nullification model{
                m, ex::part{data, rows}, what, {.both_strands = ex::strands_read{both}, .batch = 2}};
            REQUIRE(model.units() == filters);
            auto const as_it_is = model.logits();
            double moved = 0;
            for (std::size_t f = 0; f < filters; ++f) {
                auto const found = model.logits_without(f);
                CHECK(m.snapshot() == before);
                double const value = what == ex::nullified::filter_zero
                                         ? 0
                                         : mean(activations(m, data, both, static_cast<extent>(f)));
                // what stands behind the first activation, of activations that are overwritten
                ex::recorded_layers<ex::reference<double>> net{m};
                ex::layer_recording<ex::reference<double>> seen;
                std::vector<double> wanted(data.size() * 3);
                for (int strand = 0; strand < (both ? 2 : 1); ++strand) {
                    std::vector<ex::letter> all(data.size() * 31);
                    for (std::size_t n = 0; n < data.size(); ++n) {
                        std::span<ex::letter> const one{all.data() + n * 31, 31};
                        if (strand == 0) data.sequences.unpack(n, one);
                        else data.sequences.unpack_reverse_complement(n, one);
                    }
                    int const last = m.rows().layer(1).what == ex::kind::batch_norm ? 2 : 1;
                    net.forward({all.data(), static_cast<extent>(data.size()), 31}, seen,
                                [&](int layer, auto const& y) {
                                    if (layer != last) return;
                                    auto const each = static_cast<std::size_t>(y.size(2));
                                    for (extent n = 0; n < y.size(1); ++n)
                                        for (extent l = 0; l < y.size(3); ++l)
                                            y(static_cast<extent>(f / each), n, static_cast<extent>(f % each),
                                              l) = value;
                                });
                    auto const y = net.logits(seen);
                    for (std::size_t i = 0; i < y.size(); ++i) wanted[i] += y[i] / (both ? 2 : 1);
                }
                REQUIRE(found.size() == wanted.size());
                for (std::size_t i = 0; i < found.size(); ++i) {
                    CHECK(std::abs(found[i] - wanted[i]) < 2e-5);
                    moved = std::max(moved, std::abs(wanted[i] - as_it_is[i]));
                }
            }
            CHECK(moved > 1e-3);
        }
}

} // namespace

TEST_CASE("filters of the first convolution of any network are the units of a bank")
{
    ex::model<black_box, device> m{ex::seed{2}};
    testing::shake(m, 3, 0.5);
    small_data const data{9, 31, 3, 4};
    auto const rows = data.all_rows();
    auto filters = ex::first_filters(m);
    REQUIRE(filters.units() == 8);
    auto const means = ex::mean_activations(filters, ex::part{data, rows}, ex::strands_read{true});
    auto const hits =
        ex::bank_scan<device>{filters, {.both_strands = ex::strands_read{true}}}(ex::part{data, rows});
    auto const motifs = ex::motifs_of(hits);
    REQUIRE(motifs.motifs.size() == 8);
    double most_hits = 0;
    for (extent f = 0; f < 8; ++f) {
        auto const all = activations(m, data, true, f);
        CHECK(means[static_cast<std::size_t>(f)] == doctest::Approx(mean(all)).epsilon(1e-5));
        double const most = *std::ranges::max_element(all);
        double count = 0;
        for (double const x : all) count += x > most / 2;
        if (most > 0) CHECK(motifs.motifs[static_cast<std::size_t>(f)].sites == count);
        most_hits = std::max(most_hits, count);
    }
    CHECK(most_hits > 1);
}

TEST_CASE("a filter of any network that is held is an activation that is overwritten in every window")
{
    holds<black_box>(ex::activation::relu, 2);
    holds<ex::network<ex::dna<31>, ex::bank<1, without_norm<ex::silu>>, ex::linear_head<3>>>(
        ex::activation::silu, 4);
    holds<ex::network<ex::dna<31>, ex::bank<1, without_norm<ex::gelu>>, ex::linear_head<3>>>(
        ex::activation::gelu, 6);
    holds<ex::network<ex::dna<31>, ex::bank<1, without_norm<ex::exponential>>, ex::linear_head<3>>>(
        ex::activation::exponential, 8);
    holds<ex::network<ex::dna<31>, ex::bank<1, without_norm<ex::sigmoid>>, ex::linear_head<3>>>(
        ex::activation::sigmoid, 10);
}

TEST_CASE("nullification by rerun is nullification by formula where a network has both")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    small_data const data{13, 31, 3, 9};
    auto const rows = data.all_rows();
    auto const same = [](std::vector<double> const& all) { return all; };
    for (auto const what : {ex::nullified::unit, ex::nullified::filter_zero, ex::nullified::filter_mean}) {
        ex::rerun_nullification slow{m, ex::part{data, rows}, what};
        static_assert(ex::nullifiable<decltype(slow)>);
        ex::additive_nullification<device> fast{m, ex::part{data, rows}, what};
        auto const a = ex::nullify(slow, same), b = ex::nullify(fast, same);
        REQUIRE(a.after.size() == b.after.size());
        double moved = 0;
        for (std::size_t i = 0; i < a.after.size(); ++i) {
            CHECK(std::abs(a.after[i] - b.after[i]) < 2e-5);
            moved = std::max(moved, std::abs(a.after[i] - a.before[i % a.before.size()]));
        }
        CHECK(moved > 2e-4);
    }
}

TEST_CASE("units that begin with something else have no filters, and say so")
{
    ex::model<ex::network<ex::signals<4>, ex::bank<2, ex::unit<ex::dense<3>, ex::relu>>, ex::linear_head<1>>,
              device>
        m{ex::seed{1}};
    CHECK_THROWS_WITH(ex::first_filters(m),
                      "expected units that begin with a convolution on DNA, found others");
    CHECK_THROWS_AS(ex::first_filters(m, 1), ex::error);
}
