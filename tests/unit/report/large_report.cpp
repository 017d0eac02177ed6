// Writes a report of 300 units and 50 tasks with made-up numbers into the folder of argument 1, for the
// browser's test.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include <explainn/core/rng.hpp>
#include <explainn/report/write_report.hpp>

namespace ex = explainn;

int main(int, char** argv)
{
    std::size_t const units = 300, tasks = 50, length = 200, sequences = 1500;
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    ex::model_report r;
    r.title = "300 units, 50 tasks </script><b>& a name that is markup</b>";
    r.length = length;
    r.collection = "made-up motifs";
    r.q = 0.05;
    for (int e = 0; e < 30; ++e) r.losses.push_back({0.5 / (1 + e), 0.1 + 0.5 / (1 + e)});
    r.best_epoch = 30;
    r.checks = {{"A check", ex::judgement::look, "Found.", "Expected."}};
    r.measures = {{"auroc", {}, 0.9}, {"auprc", {}, 0.6}};
    for (std::size_t o = 0; o < tasks; ++o) {
        ex::report_task t{"task" + std::to_string(o), 10000, 500 + o};
        for (int i = 0; i <= 100; ++i) {
            double const x = i / 100.0;
            for (auto* curve : {&t.roc, &t.precision_recall}) curve->x.push_back(x);
            t.roc.y.push_back(std::pow(x, 0.2));
            t.precision_recall.y.push_back(1 - x * x);
        }
        r.tasks.push_back(t);
        for (auto& m : r.measures) m.by_output.push_back(draw.uniform(0.5, 1));
    }
    r.weights = r.importances =
        r.effects = {static_cast<ex::extent>(units), static_cast<ex::extent>(tasks), {}};
    for (std::size_t u = 0; u < units; ++u) {
        ex::report_unit unit{"filter" + std::to_string(u)};
        for (int k = 0; k < 19; ++k) {
            ex::column c{};
            double sum = 0;
            for (double& x : c) sum += x = std::pow(draw.uniform(), 4) + 1e-3;
            for (double& x : c) x /= sum;
            unit.shape.probabilities.columns.push_back(c);
        }
        unit.shape.sites = u % 50 == 0 ? 0 : 1000 + static_cast<double>(u);
        for (int k = 0; k < 5; ++k)
            unit.matches.push_back({"TF" + std::to_string((u + static_cast<std::size_t>(k)) % 97),
                                    "MA" + std::to_string(u), u % 3 == 0 ? 0.4 : 1e-6});
        for (int k = 0; k < 50; ++k) unit.positions.push_back(draw.below(100));
        std::vector<double> outputs;
        for (int k = 0; k < 200; ++k) outputs.push_back(draw.uniform(0, 2));
        unit.outputs = ex::distribution_of(outputs);
        if (u < 60) unit.group = u / 3;
        for (std::size_t o = 0; o < tasks; ++o) {
            double const w = draw.uniform(-1, 1) * std::pow(draw.uniform(), 3);
            r.weights.values.push_back(w);
            r.importances.values.push_back(u % 50 == 0 ? NAN : w * unit.outputs.middle);
            r.effects.values.push_back(u % 50 == 0 ? NAN : w * draw.uniform());
        }
        for (int i = 0; i <= 20; ++i) unit.response.strength.push_back(std::tanh(i / 10.0));
        for (int i = 0; i < 26; ++i) unit.response.position.push_back(draw.uniform(0.8, 1));
        r.units.push_back(std::move(unit));
    }
    // twelve tasks have refined motifs, from the one on that is predicted best and shown first
    auto const& auprc = r.measures[1].by_output;
    auto const best = static_cast<std::size_t>(std::max_element(auprc.begin(), auprc.end()) - auprc.begin());
    for (std::size_t o = 0; o < 12; ++o)
        for (std::size_t place = 1; place <= 3; ++place) {
            std::size_t const u = 3 * o + place;
            r.refined.push_back({(best + o) % tasks,
                                 place,
                                 u,
                                 place < 3,
                                 r.units[u + 1].shape,
                                 {},
                                 "AUROC",
                                 0.9,
                                 0.85,
                                 0.89,
                                 0.84,
                                 0.92,
                                 u,
                                 2 * u});
            if (place == 1) r.refined.back().match = ex::report_match{"TF <b>1</b>", "MA1", 1e-6};
        }
    for (auto& task : r.tasks) {
        task.removal_measure = "auprc";
        task.before = 0.6;
        for (std::size_t i = 0; i < 20; ++i)
            task.removals.push_back({11 * i, 0.6 - draw.uniform(-0.02, 0.3) / (1 + static_cast<double>(i))});
    }
    r.removal_rows = 2000;
    r.pair_backgrounds = 10;
    for (std::size_t a = 0; a < 6; ++a)
        for (std::size_t b = a; b < 6; ++b)
            for (bool const reverse : {false, true}) {
                ex::report_pair pair{7 * a, 7 * b, reverse};
                for (int d = -40; d <= 40; ++d) {
                    if (std::abs(d) < 12) continue;
                    pair.distances.push_back(d);
                    for (std::size_t o = 0; o < tasks; ++o)
                        pair.beyond.push_back(draw.uniform(-1, 1) * std::pow(draw.uniform(), 6));
                }
                r.pairs.push_back(std::move(pair));
            }
    for (std::size_t g = 0; g < 20; ++g) {
        ex::report_group group{{3 * g, 3 * g + 1, 3 * g + 2}, r.units[3 * g].shape, {}};
        for (std::size_t o = 0; o < tasks; ++o) group.weights.push_back(draw.uniform(-1, 1));
        r.groups.push_back(group);
    }
    r.order = ex::clustered_order(r.weights);
    for (std::size_t o = 0; o < tasks; ++o)
        for (auto const* kind : {"Best explained", "Median", "Worst explained"}) {
            ex::report_example e{o, kind, "chr1:" + std::to_string(o), {}, 1, 0.9, 2.2, -1};
            for (std::size_t k = 0; k < length; ++k) {
                auto const base = draw.below(4);
                e.sequence += "ACGT"[base];
                for (std::size_t b = 0; b < 4; ++b)
                    e.effects.push_back(b == base ? NAN : draw.uniform(-1, 1));
            }
            for (std::size_t u = 0; u < 6; ++u) {
                e.units.push_back({u, 0.5, {}});
                for (int k = 0; k < 182; ++k) e.units.back().track.push_back(std::pow(draw.uniform(), 8));
            }
            r.examples.push_back(std::move(e));
        }
    ex::report_map map;
    for (std::size_t n = 0; n < sequences; ++n) {
        map.names.push_back("chr1:" + std::to_string(1000 * n) + "-" + std::to_string(1000 * n + 200));
        for (int k = 0; k < 2; ++k) {
            map.umap.push_back(draw.uniform(-10, 10));
            map.pca.push_back(draw.uniform(-3, 3));
        }
        for (std::size_t o = 0; o < tasks; ++o) {
            map.predictions.push_back(draw.uniform());
            map.labels.push_back(draw.below(3) == 0 ? std::nan("") : static_cast<double>(draw.below(2)));
        }
        for (std::size_t u = 0; u < units; ++u) map.outputs.push_back(draw.uniform(0, 2));
    }
    map.explained = {0.3, 0.2};
    r.map = std::move(map);
    ex::write_report(argv[1], r);
}
