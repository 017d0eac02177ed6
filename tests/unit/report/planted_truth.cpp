#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <explainn/cpu.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/insertion.hpp>
#include <explainn/interpret/nullify.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/split.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/report/report_of.hpp>
#include <explainn/train/trainer.hpp>

#include "planted.hpp"

namespace ex = explainn;
using device = ex::cpu<float>;

namespace {

ex::motif_set const& jaspar()
{
    static auto const all = ex::read_motifs(std::filesystem::path{EXPLAINN_EXAMPLE_DATA} /
                                            "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz");
    return all;
}
ex::motif const& profile(std::string const& id)
{
    return *std::find_if(jaspar().motifs.begin(), jaspar().motifs.end(),
                         [&](auto const& m) { return m.name == id; });
}

/// A model of planted motifs and its report, made once for all tests.
struct learned {
    std::vector<ex::motif> motifs{profile("MA0139.1"), profile("MA0138.2"),
                                  profile("MA0106.3")}; // CTCF, REST, TP53
    planted::truth truth = planted::plant(motifs, 6000, 120, 11);
    ex::split_rows rows = ex::split_at_random(truth.data, {80, 10, 10}, ex::seed{1});
    ex::basic_model<device> model = ex::make_paper_model<device>(
        {.length = 120, .units = 32, .outputs = 2, .hidden = 20, .dropout = 10}, ex::seed{1}, device{});
    std::vector<std::uint32_t> motif_rows;
    ex::model_insight seen;
    ex::model_report report;

    learned()
    {
        ex::trainer trainer{
            model,
            ex::adam{.learning_rate = 0.003},
            ex::bce_with_logits{},
            {.epochs = 16, .patience = 0, .batch = 100, .from = ex::seed{1}, .both_strands = true}};
        trainer.fit(ex::part{truth.data, rows.train}, ex::part{truth.data, rows.valid});
        motif_rows = ex::well_predicted(model, ex::part{truth.data, rows.train});
        seen = ex::look_into_all(model, ex::part{truth.data, motif_rows});
        report = ex::report_of(model, truth.data, rows, seen, motif_rows,
                               [&](std::uint32_t row) { return std::string{truth.data.name(row)}; },
                               {.losses = trainer.state().history,
                                .best_epoch = trainer.state().best_epoch,
                                .tasks = truth.data.tasks(),
                                .known = jaspar().motifs,
                                .collection = "JASPAR"});
    }
    /// Whether a unit's matches of q up to 0.05 name a motif.
    bool carries(std::size_t unit, std::string const& name) const
    {
        auto const& matches = report.units[unit].matches;
        return std::any_of(matches.begin(), matches.end(),
                           [&](auto const& m) { return m.q <= 0.05 && m.name == name; });
    }
    /// Units by falling (or rising) importance for a task.
    std::vector<std::size_t> by_importance(ex::extent task, bool rising) const
    {
        std::vector<std::size_t> units;
        for (std::size_t u = 0; u < report.units.size(); ++u)
            if (!std::isnan(seen.importances(static_cast<ex::extent>(u), task))) units.push_back(u);
        std::stable_sort(units.begin(), units.end(), [&](std::size_t a, std::size_t b) {
            double const x = seen.importances(static_cast<ex::extent>(a), task),
                         y = seen.importances(static_cast<ex::extent>(b), task);
            return rising ? x < y : x > y;
        });
        return units;
    }
};
learned& it()
{
    static learned one;
    return one;
}

} // namespace

TEST_CASE("planted truth: the report names the planted motifs first, with the right sign")
{
    auto& l = it();
    REQUIRE(l.report.measures.at(0).name == "auroc");
    CHECK(l.report.measures[0].by_output[0] > 0.87);
    CHECK(l.report.measures[0].by_output[1] > 0.9);
    auto const raising = l.by_importance(0, false), lowering = l.by_importance(0, true),
               other = l.by_importance(1, false);
    CHECK(l.carries(raising.front(), "CTCF"));
    CHECK(l.seen.importances(static_cast<ex::extent>(raising.front()), 0) > 0);
    CHECK(l.carries(lowering.front(), "REST"));
    CHECK(l.seen.importances(static_cast<ex::extent>(lowering.front()), 0) < 0);
    CHECK(l.carries(other.front(), "TP53"));
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
    auto const word = [](ex::motif const& m) {
        std::vector<ex::letter> out;
        for (auto const& c : m.probabilities.columns)
            out.push_back(static_cast<ex::letter>(std::max_element(c.begin(), c.end()) - c.begin()));
        return out;
    };
    auto const a = word(l.motifs[0]), b = word(l.motifs[2]);
    double const one = ex::marginalise(l.model, a, 50, backgrounds).medians[0];
    CHECK(one > 1);
    double most = 0;
    for (auto const& p : ex::cooperativity(l.model, a, b, backgrounds, {.step = 7}))
        most = std::max(most, std::abs(p.beyond[0]));
    INFO(most, " beside ", one);
    CHECK(most < 0.25 * one);
}
