#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/network.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/reference.hpp>

#include "small_data.hpp"

namespace ex = explainn;
using device = ex::reference<float>;
using testing::small_data;

namespace {

template <ex::activation A>
using small_net =
    ex::network<ex::dna<31>,
                ex::bank<5, ex::unit<ex::conv<6>, ex::batch_norm, ex::activate<A>, ex::max_pool<7, 7>,
                                     ex::dense<1>, ex::batch_norm, ex::relu>>,
                ex::linear_head<3>>;

// batch norms as training leaves them: scales of both signs, shifted statistics
template <class Model>
void shake(Model& m, std::uint64_t from, double spread = 1)
{
    ex::random_numbers draw{ex::seed{from}, ex::stream::tests};
    for (auto const& p : m.parameters()) {
        auto values = m.values(p.name());
        for (auto& x : values) {
            if (p.name().ends_with("running_var")) x = static_cast<float>(draw.uniform(0.5, 2));
            else if (p.fan_in == 0) x = static_cast<float>(draw.uniform(-spread, spread));
        }
        m.set_values(p.name(), values);
    }
}

// The slow version: all activations are kept, and one window is computed after the other.
struct slow_hits {
    std::vector<std::vector<double>> pfm;    // (U) of (W x 4)
    std::vector<std::vector<float>> outputs; // (U): of sequences with a hit
    std::vector<int> windows;
};
template <class Model>
slow_hits find_hits_slowly(Model& m, small_data const& data, std::vector<std::uint32_t> const& rows,
                           bool both_strands, ex::activation act, double share)
{
    std::size_t const length = data.length(), width = 6, units = 5, starts = length - width + 1;
    std::vector<std::vector<ex::letter>> sequences;
    for (auto const row : rows) {
        std::vector<ex::letter> codes(length);
        data.letters_of(row, codes);
        sequences.push_back(codes);
        if (!both_strands) continue;
        data.sequences.unpack_reverse_complement(row, codes);
        sequences.push_back(codes);
    }
    auto const w = m.values("linears.0.weight"), b = m.values("linears.0.bias"),
               gamma = m.values("linears.1.weight"), beta = m.values("linears.1.bias"),
               mean = m.values("linears.1.running_mean"), variance = m.values("linears.1.running_var");
    slow_hits out;
    for (std::size_t u = 0; u < units; ++u) {
        std::vector<double> a(sequences.size() * starts);
        for (std::size_t n = 0; n < sequences.size(); ++n)
            for (std::size_t t = 0; t < starts; ++t) {
                double c = static_cast<double>(b[u]);
                for (std::size_t k = 0; k < width; ++k)
                    if (auto const x = sequences[n][t + k]; x < 4)
                        c += static_cast<double>(w[(u * 4 + x) * width + k]);
                double const z =
                    (c - static_cast<double>(mean[u])) / std::sqrt(static_cast<double>(variance[u]) + 1e-5);
                a[n * starts + t] =
                    ex::activated(act, z * static_cast<double>(gamma[u]) + static_cast<double>(beta[u]));
            }
        double const most = *std::max_element(a.begin(), a.end());
        std::vector<double> pfm(4 * width);
        std::vector<float> outputs;
        int windows = 0;
        for (std::size_t n = 0; n < sequences.size(); ++n) {
            bool any = false;
            for (std::size_t t = 0; t < starts; ++t) {
                if (!(a[n * starts + t] > share * most)) continue;
                any = true;
                ++windows;
                for (std::size_t k = 0; k < width; ++k)
                    if (auto const x = sequences[n][t + k]; x < 4) ++pfm[4 * k + x];
            }
            if (!any) continue;
            m.predict({sequences[n].data(), 1, static_cast<ex::extent>(length)});
            outputs.push_back(m.run().unit_outputs(0, 1).data[u]);
        }
        out.pfm.push_back(pfm);
        out.outputs.push_back(outputs);
        out.windows.push_back(windows);
    }
    return out;
}

template <ex::activation A>
void hold_to_slow(bool both_strands, double share)
{
    small_data const data{40, 31, 3, 7};
    ex::model<small_net<A>, device> m{ex::seed{3}};
    shake(m, 11);
    auto const rows = data.all_rows();
    auto const slow = find_hits_slowly(m, data, rows, both_strands, A, share);
    auto const seen =
        ex::look_into(m, ex::part{data, rows}, {.share = share, .both_strands = both_strands, .batch = 7});
    CHECK(seen.hits.share == share);
    CHECK(seen.hits.both_strands() == both_strands);
    auto const head = m.values("final.weight");
    for (std::size_t u = 0; u < 5; ++u) {
        CAPTURE(u);
        CHECK(seen.hits.windows[u] == static_cast<std::uint64_t>(slow.windows[u]));
        CHECK(seen.hits.sequences[u] == slow.outputs[u].size());
        for (std::size_t i = 0; i < 24; ++i)
            CHECK(static_cast<double>(seen.hits.counts[24 * u + i]) == slow.pfm[u][i]);
        for (int o = 0; o < 3; ++o) {
            std::vector<double> products;
            for (float const x : slow.outputs[u])
                products.push_back(static_cast<double>(head[static_cast<std::size_t>(o) * 5 + u]) *
                                   static_cast<double>(x));
            double const expected = ex::median(products);
            double const found = seen.importances(static_cast<int>(u), o);
            if (std::isnan(expected)) CHECK(std::isnan(found));
            else CHECK(found == doctest::Approx(expected).epsilon(1e-5));
        }
    }
}

} // namespace

TEST_CASE("hits, motifs and importances are those of the obvious loops")
{
    for (bool const both : {false, true}) {
        hold_to_slow<ex::activation::exponential>(both, 0.5);
        hold_to_slow<ex::activation::relu>(both, 0.5);
        hold_to_slow<ex::activation::identity>(both, 0.3);
        hold_to_slow<ex::activation::softplus>(both, 0.7);
        hold_to_slow<ex::activation::sigmoid>(both, 0.9);
        hold_to_slow<ex::activation::elu>(both, 0.4);
    }
}

TEST_CASE("results do not depend on the batch, and the largest window is always a hit")
{
    small_data const data{33, 31, 3, 9};
    ex::model<small_net<ex::activation::exponential>, device> m{ex::seed{5}};
    auto const rows = data.all_rows();
    auto const one = ex::bank_scan<device>{m, {.batch = 1}}(ex::part{data, rows});
    auto const all = ex::bank_scan<device>{m, {.batch = 1000}}(ex::part{data, rows});
    CHECK(one.counts == all.counts);
    CHECK(one.largest == all.largest);
    CHECK(one.sequences == all.sequences);
    for (auto const n : all.windows) CHECK(n >= 1);
}

TEST_CASE("reference defect 1: medians for any number of units and outputs, not 100 x 50")
{
    small_data const data{12, 40, 2, 1};
    auto m = ex::make_paper_model<device>({.length = 40, .units = 7, .outputs = 2, .hidden = 4}, ex::seed{1});
    auto const rows = data.all_rows();
    auto const seen = ex::look_into(m, ex::part{data, rows});
    CHECK(seen.importances.units == 7);
    CHECK(seen.importances.tasks == 2);
    CHECK(seen.importances.values.size() == 14);
}

TEST_CASE("reference defect 2: with three and more dense layers a unit's output is one number")
{
    small_data const data{12, 40, 2, 1};
    for (int const num_fc : {0, 1, 3, 5, 8}) {
        CAPTURE(num_fc);
        auto m = ex::make_paper_model<device>(
            {.length = 40, .units = 3, .outputs = 2, .num_fc = num_fc, .hidden = 4}, ex::seed{1});
        auto const rows = data.all_rows();
        CHECK(ex::look_into(m, ex::part{data, rows}).importances.values.size() == 6);
    }
}

TEST_CASE("reference defect 7: activations beyond any float still give motifs")
{
    small_data const data{20, 31, 3, 4};
    ex::model<small_net<ex::activation::exponential>, device> m{ex::seed{2}};
    m.set_values("linears.1.weight", std::vector<float>(5, 4000.f));
    m.set_values("linears.1.bias", std::vector<float>(5, 2000.f)); // exp(2000) is no double either
    auto const rows = data.all_rows();
    auto const hits = ex::bank_scan<device>{m}(ex::part{data, rows});
    for (std::size_t u = 0; u < 5; ++u) {
        CHECK(hits.largest[u] > 1000);
        CHECK(hits.windows[u] >= 1);
        CHECK(hits.windows[u] < 20 * 26);
    }
}

TEST_CASE("reference defect 9: windows behind the last whole pooling cell count, and units without hits stay")
{
    // length 31, width 6: windows 0..25; pool 7: cells end at 20, so windows 21..25 reach no dense layer
    ex::packed_sequences sequences;
    small_data data{0, 31, 3, 1};
    data.sequences.append("end", std::string(25, 'A') + "GGGGGG");
    data.labels_by_row.assign(3, 1.f);
    ex::model<small_net<ex::activation::exponential>, device> m{ex::seed{2}};
    auto weights = m.values("linears.0.weight");
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i / 6 % 4 == 2 ? 2.f : 0.f; // prefers G
    m.set_values("linears.0.weight", weights);
    auto const rows = data.all_rows();
    auto const hits = ex::bank_scan<device>{m}(ex::part{data, rows});
    CHECK(hits.windows[0] == 1);
    CHECK(hits.counts[2] == 1);  // the first base is G: the window at 25
    CHECK(hits.counts[22] == 1); // and the last

    ex::model<small_net<ex::activation::relu>, device> dead{ex::seed{2}};
    dead.set_values("linears.1.bias", std::vector<float>{-1000, 0, 0, 0, 0}); // unit 0 never responds
    small_data const more{20, 31, 3, 4};
    auto const many = more.all_rows();
    auto const seen = ex::look_into(dead, ex::part{more, many});
    auto const motifs = ex::motifs_of(seen.hits);
    REQUIRE(motifs.motifs.size() == 5);
    CHECK(motifs.motifs[0].name == "filter0");
    CHECK(motifs.motifs[0].sites == 0);
    for (auto const& c : motifs.motifs[0].probabilities.columns)
        CHECK(c == ex::column{0.25, 0.25, 0.25, 0.25});
    for (int o = 0; o < 3; ++o) CHECK(std::isnan(seen.importances(0, o)));
    CHECK(seen.importances.values.size() == 15);
    CHECK(motifs.motifs[1].sites > 0);
    CHECK(!std::isnan(seen.importances(1, 0)));
}

TEST_CASE(
    "reference defect 10: motifs come from the bases of the chosen rows, not from others at their index")
{
    small_data const data{30, 31, 3, 8};
    ex::model<small_net<ex::activation::exponential>, device> m{ex::seed{6}};
    std::vector<std::uint32_t> const chosen{4, 7, 8, 20, 29};
    small_data alone{0, 31, 3, 1};
    for (auto const row : chosen) {
        alone.sequences.append("x", data.sequences.letters(row));
        alone.labels_by_row.insert(alone.labels_by_row.end(), 3, 0.f);
    }
    auto const rows = alone.all_rows();
    auto const a = ex::bank_scan<device>{m}(ex::part{data, chosen});
    auto const b = ex::bank_scan<device>{m}(ex::part{alone, rows});
    CHECK(a.counts == b.counts);
    CHECK(a.largest == b.largest);
}

TEST_CASE("well predicted: right on every resolved label, by rows of the data")
{
    small_data const data{60, 31, 3, 5};
    ex::model<small_net<ex::activation::exponential>, device> m{ex::seed{4}};
    shake(m, 2);
    std::vector<std::uint32_t> const rows{3, 5, 9, 10, 11, 12, 30, 31, 32, 33, 34, 35, 36, 50, 59};
    auto const right = ex::well_predicted(m, ex::part{data, rows}, {.batch = 4});
    std::set<std::uint32_t> const found{right.begin(), right.end()};
    CHECK(found.size() == right.size());
    for (auto const row : rows) {
        std::vector<ex::letter> codes(31);
        data.letters_of(row, codes);
        auto const logits = m.predict({codes.data(), 1, 31});
        bool all = true;
        for (std::size_t o = 0; o < 3; ++o) {
            float const label = data.labels_by_row[row * 3 + o];
            double const p = 1 / (1 + std::exp(-static_cast<double>(logits[o])));
            if (!std::isnan(label)) all = all && std::round(p) == static_cast<double>(label);
        }
        CHECK(found.contains(row) == all);
    }
}

TEST_CASE("no sequences: no hits, no numbers, no crash")
{
    small_data const data{5, 31, 3, 5};
    ex::model<small_net<ex::activation::exponential>, device> m{ex::seed{4}};
    std::vector<std::uint32_t> const none;
    auto const seen = ex::look_into(m, ex::part{data, none});
    CHECK(seen.hits.windows == std::vector<std::uint64_t>(5, 0));
    for (double const x : seen.importances.values) CHECK(std::isnan(x));
    CHECK(ex::motifs_of(seen.hits).motifs.size() == 5);
}

TEST_CASE("the cut of responses is where the activation crosses its share")
{
    using ex::activation;
    CHECK(ex::response_cut(activation::exponential, 0.5, 200) == doctest::Approx(200 - std::log(2.0)));
    CHECK(ex::response_cut(activation::relu, 0.5, 3) == 1.5);
    CHECK(std::isinf(ex::response_cut(activation::relu, 0.5, -3)));
    CHECK(std::isinf(ex::response_cut(activation::identity, 0.5, -3)));
    for (auto const a : {activation::softplus, activation::sigmoid, activation::tanh, activation::elu})
        for (double const top : {-2.0, 0.1, 0.9, 3.0, 12.0})
            for (double const share : {0.1, 0.5, 0.95}) {
                double const cut = ex::response_cut(a, share, top), limit = share * ex::activated(a, top);
                CAPTURE(static_cast<int>(a));
                CAPTURE(top);
                CAPTURE(share);
                if (cut == -std::numeric_limits<double>::infinity()) {
                    CHECK(ex::activated(a, -1e6) > limit);
                } else if (cut == std::numeric_limits<double>::infinity()) {
                    CHECK(!(ex::activated(a, top) > limit));
                } else {
                    CHECK(!(ex::activated(a, cut) > limit));
                    CHECK(ex::activated(a, std::nextafter(cut, 1e300)) > limit);
                }
            }
}

TEST_CASE("median as numpy's")
{
    std::vector<double> odd{5, 1, 3}, even{4, 1, 3, 2}, none;
    CHECK(ex::median(odd) == 3);
    CHECK(ex::median(even) == 2.5);
    CHECK(std::isnan(ex::median(none)));
}
