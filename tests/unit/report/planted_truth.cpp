#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <explainn/genomics/likeliest_word.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/insertion.hpp>
#include <explainn/interpret/nullify.hpp>
#include <explainn/train/metrics.hpp>

#include "planted_model.hpp"

namespace ex = explainn;
using planted::device;
using planted::it;
using planted::jaspar;
using planted::profile;

namespace {

/// The first units of the page carry what was planted, and raise or lower what it raises or lowers.
void hold_to_truth(planted::learned const& l)
{
    auto const raising = l.by_effect(0, false).front(), lowering = l.by_effect(0, true).front(),
               other = l.by_effect(1, false).front();
    CHECK(l.carries(raising, "CTCF"));
    CHECK(l.effect(raising, 0) > 0);
    CHECK(l.carries(lowering, "REST"));
    CHECK(l.effect(lowering, 0) < 0);
    CHECK(l.carries(other, "TP53"));
    CHECK(l.effect(other, 1) > 0);
}

} // namespace

TEST_CASE("planted truth: the report names the planted motifs first, with the right sign")
{
    auto& l = it();
    REQUIRE(l.report.measures.at(0).name == "auroc");
    CHECK(l.report.measures[0].by_output[0] > 0.87);
    CHECK(l.report.measures[0].by_output[1] > 0.9);
    hold_to_truth(l);
}

TEST_CASE("planted truth: so it does for other seeds, smaller models and fewer sequences")
{
    for (std::uint64_t const from : {2, 3, 4}) {
        CAPTURE(from);
        planted::learned const l{from, 3000, 16, 14};
        hold_to_truth(l);
    }
}

TEST_CASE("planted truth: the effect of a hit by hand, and where it says nothing")
{
    CHECK(ex::hit_effect(2, 1.5, 0.5, 0.5) == doctest::Approx(1));
    CHECK(ex::hit_effect(-2, 1.5, 0.5, 0.5) == doctest::Approx(-1));
    CHECK(ex::hit_effect(2, 1.5, 0.5, 0.1) == doctest::Approx(0.6));
    CHECK(ex::hit_effect(2, 1.5, NAN, 1) == 0);
    CHECK(std::isnan(ex::hit_effect(2, NAN, 0.5, 0)));
    // few sequences with a strong hit decide less than many with a weaker one
    CHECK(ex::hit_effect(1, 5, 0, 0.005) < ex::hit_effect(1, 1, 0, 0.5));
    auto& l = it();
    // it is what each strand's best window and output say
    ex::packed_sequences strands;
    std::vector<ex::letter> codes(l.truth.data.length());
    for (auto const row : l.motif_rows) {
        l.truth.data.letters_of(row, codes);
        strands.append("forward", codes);
        ex::reverse_complement(codes);
        strands.append("reverse", codes);
    }
    auto const outputs = ex::explain(l.model, strands, {.both_strands = false});
    auto const best = ex::best_windows(l.model, strands, {.both_strands = false});
    for (ex::extent u = 0; u < static_cast<ex::extent>(l.report.units.size()); ++u) {
        double largest = 0, with = 0, without = 0, hits = 0;
        for (ex::extent n = 0; n < best.sequences; ++n) largest = std::max(largest, best(n, u).activation);
        for (ex::extent n = 0; n < best.sequences; ++n) {
            bool const hit = best(n, u).activation > 0.5 * largest;
            (hit ? with : without) += static_cast<double>(outputs.unit_output(n, u));
            hits += hit;
        }
        double const p = hits / static_cast<double>(best.sequences);
        double const expected = l.seen.weights(u, 0) *
                                (with / hits - without / (static_cast<double>(best.sequences) - hits)) *
                                std::sqrt(p * (1 - p));
        CAPTURE(u);
        CHECK(l.seen.effects(u, 0) == doctest::Approx(expected).epsilon(1e-3));
    }
}

TEST_CASE("planted truth: sites in held-out sequences are where the top hit of a unit with that motif is")
{
    auto& l = it();
    auto const best = ex::best_windows(l.model, ex::part{l.truth.data, l.rows.test});
    std::array<std::string, 3> const names{"CTCF", "REST", "TP53"};
    std::size_t all = 0, found = 0;
    for (auto const& site : l.truth.sites) {
        auto const at =
            std::find(l.rows.test.begin(), l.rows.test.end(), static_cast<std::uint32_t>(site.sequence));
        if (at == l.rows.test.end()) continue;
        ++all;
        bool overlaps = false;
        for (std::size_t u = 0; u < l.report.units.size(); ++u) {
            if (!l.carries(u, names[site.motif])) continue;
            auto const& w =
                best(static_cast<ex::extent>(at - l.rows.test.begin()), static_cast<ex::extent>(u));
            overlaps = overlaps || (static_cast<std::size_t>(w.start) < site.end &&
                                    static_cast<std::size_t>(w.start + best.width) > site.begin);
        }
        found += overlaps;
    }
    REQUIRE(all > 500);
    INFO(found, " of ", all);
    CHECK(static_cast<double>(found) >= 0.9 * static_cast<double>(all));
}

TEST_CASE("planted truth: examples add up, base effects stand where the site is, no check is bad")
{
    auto& l = it();
    REQUIRE(l.report.examples.size() == 6);
    for (auto const& e : l.report.examples) {
        double sum = e.bias + e.rest;
        for (auto const& u : e.units) sum += u.contribution;
        CHECK(sum == doctest::Approx(e.logit).epsilon(1e-4));
        CHECK(e.prediction == doctest::Approx(1 / (1 + std::exp(-e.logit))).epsilon(1e-4));
        CHECK(e.label == 1);
        if (e.kind != "Best explained") continue;
        // the base whose replacement costs most lies in a planted site
        std::size_t worst = 0;
        auto const cost = [&](std::size_t k) {
            double total = 0;
            for (std::size_t b = 0; b < 4; ++b)
                if (!std::isnan(e.effects[4 * k + b])) total -= e.effects[4 * k + b];
            return total;
        };
        for (std::size_t k = 0; k < e.sequence.size(); ++k)
            if (cost(k) > cost(worst)) worst = k;
        bool inside = false;
        for (auto const& s : l.truth.sites)
            if (l.truth.data.name(s.sequence) == e.name && s.motif == (e.task == 0 ? 0u : 2u))
                inside = inside || (worst >= s.begin && worst < s.end);
        CHECK(inside);
    }
    for (auto const& c : l.report.checks) {
        INFO(c.title, ": ", c.found);
        CHECK(c.said != ex::judgement::bad);
        CHECK(!c.found.empty());
        CHECK(!c.expected.empty());
    }
}

TEST_CASE("planted truth: without the units of a motif its task falls; motifs of two kinds are independent")
{
    auto& l = it();
    ex::additive_nullification<device> model{l.model, ex::part{l.truth.data, l.rows.test},
                                             ex::nullified::filter_mean};
    std::vector<std::uint8_t> labels;
    for (auto const row : l.rows.test)
        labels.push_back(static_cast<std::uint8_t>(l.truth.data.label(row, 1)));
    auto const effect = ex::nullify(model, [&](std::vector<double> const& logits) {
        std::vector<double> scores;
        for (std::size_t i = 1; i < logits.size(); i += 2) scores.push_back(logits[i]);
        return std::vector<double>{ex::auroc(scores, labels)};
    });
    // one of several units that carry a motif is soon missed little; all of them together are the task
    std::size_t worst = 0;
    for (std::size_t u = 0; u < effect.units; ++u)
        if (effect(u, 0) < effect(worst, 0)) worst = u;
    CHECK(effect(worst, 0) < effect.before[0]);
    auto const all = model.logits();
    std::vector<double> without(all.size() / 2);
    for (std::size_t i = 0; i < without.size(); ++i) without[i] = all[2 * i + 1];
    for (std::size_t u = 0; u < l.report.units.size(); ++u) {
        if (!l.carries(u, "TP53")) continue;
        auto const less = model.logits_without(u); // effects of units add up
        for (std::size_t i = 0; i < without.size(); ++i) without[i] += less[2 * i + 1] - all[2 * i + 1];
    }
    INFO(effect.before[0], " with, ", ex::auroc(without, labels), " without the units of TP53");
    CHECK(effect.before[0] - ex::auroc(without, labels) > 0.2);

    // words that other units see: AB - A - B + b is small beside what one of them adds
    auto const backgrounds = ex::random_backgrounds(20, 120, {0.25, 0.25, 0.25, 0.25}, ex::seed{3});
    auto const a = ex::likeliest_word(l.motifs[0].probabilities, 0),
               b = ex::likeliest_word(l.motifs[2].probabilities, 0);
    double const one = ex::marginalise(l.model, a, 50, backgrounds).medians[0];
    CHECK(one > 1);
    double most = 0;
    for (auto const& p : ex::cooperativity(l.model, a, b, backgrounds, {.step = 7}))
        most = std::max(most, std::abs(p.beyond[0]));
    INFO(most, " beside ", one);
    CHECK(most < 0.25 * one);
}

TEST_CASE("planted truth: units taken out, and pairs on the page, say what was planted")
{
    auto& l = it();
    CHECK(l.carries(l.report.tasks[1].removals.at(0).unit, "TP53"));
    CHECK(l.report.tasks[1].removals.at(0).after < l.report.tasks[1].before);
    CHECK(l.report.removal_rows == l.rows.test.size());
    // a pair of each two of the motifs, and of each with itself, both ways round
    REQUIRE(l.report.pairs.size() >= 12);
    std::array<std::string, 3> const names{"CTCF", "REST", "TP53"};
    for (auto const& name : names)
        CHECK(std::any_of(l.report.pairs.begin(), l.report.pairs.end(),
                          [&](auto const& p) { return l.carries(p.first, name); }));
    for (auto const& p : l.report.pairs) {
        auto const width = [&](std::size_t u) {
            return static_cast<int>(ex::likeliest_word(l.report.units[u].shape.probabilities).size());
        };
        REQUIRE(p.beyond.size() == 2 * p.distances.size());
        for (int const d : p.distances) CHECK((d >= width(p.first) || -d >= width(p.second)));
    }
}

TEST_CASE("planted truth: a spacing shows at the distance and strands where it was planted, and nowhere else")
{
    auto const& first = profile("MA0037.3");  // GATA3
    auto const& second = profile("MA0801.1"); // MGA
    std::size_t const gap = 3, length = 60;
    auto const truth = planted::plant_spacing(first, second, gap, 3000, length, 5);
    auto const rows = ex::split_at_random(truth.data, {80, 10, 10}, ex::seed{1});
    auto m = ex::make_paper_model<device>({.length = static_cast<ex::extent>(length),
                                           .units = 8,
                                           .outputs = 1,
                                           .width = 22,
                                           .hidden = 20,
                                           .dropout = 10},
                                          ex::seed{1}, device{});
    ex::trainer trainer{m,
                        ex::adam{.learning_rate = 0.003},
                        ex::bce_with_logits{},
                        {.epochs = 20, .patience = 0, .batch = 100, .from = ex::seed{1}}};
    trainer.fit(ex::part{truth.data, rows.train}, ex::part{truth.data, rows.valid});
    auto const quality = ex::measure(m, ex::part{truth.data, rows.test}, truth.data.tasks()).front();
    INFO("AUROC ", quality.auroc);
    REQUIRE(quality.auroc > 0.8); // neither motif says anything alone

    auto const a = ex::likeliest_word(first.probabilities, 0),
               b = ex::likeliest_word(second.probabilities, 0);
    auto const backgrounds = ex::random_backgrounds(30, length, {0.25, 0.25, 0.25, 0.25}, ex::seed{3});
    auto points = ex::cooperativity(m, a, b, backgrounds);
    auto const at = std::max_element(points.begin(), points.end(),
                                     [](auto const& x, auto const& y) { return x.beyond[0] < y.beyond[0]; });
    CHECK(at->distance == static_cast<ex::extent>(a.size() + gap));
    CHECK_FALSE(at->turned.first_reverse);
    CHECK_FALSE(at->turned.second_reverse);
    double const there = at->beyond[0];
    CHECK(there > 1);
    // elsewhere nothing is like it: what a base more or less leaves is what half a site leaves
    double most = 0;
    for (auto const& p : points)
        if (&p != &*at) most = std::max(most, p.beyond[0]);
    INFO(there, " where it was planted, at most ", most, " elsewhere");
    CHECK(most < 0.5 * there);
    // the report finds it by itself, in the words of its own units
}
