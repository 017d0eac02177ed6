// Makes a report from a trained model, its data and facts about the training run.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <explainn/core/calibration.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/core/version.hpp>
#include <explainn/interpret/hit_positions.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/interpret/model_motifs.hpp>
#include <explainn/interpret/umap.hpp>
#include <explainn/io/split.hpp>
#include <explainn/motif/annotate.hpp>
#include <explainn/motif/cluster.hpp>
#include <explainn/motif/compare.hpp>
#include <explainn/report/curves.hpp>
#include <explainn/report/examples.hpp>
#include <explainn/report/motif_pairs.hpp>
#include <explainn/report/removed_units.hpp>
#include <explainn/report/unit_shapes.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/task_by_name.hpp>

namespace explainn::EXPLAINN_ABI {

/// The settings of a report, and facts that the model, its data and its insight do not hold.
struct report_options {
    std::string title{}; ///< empty: "ExplaiNN of N tasks"
    std::vector<std::pair<std::string, std::string>>
        facts{}; ///< about the training run; they follow the facts that the library adds itself
    std::vector<epoch_losses> losses{};
    int best_epoch = 0;
    std::vector<std::string> tasks{};         ///< names of the outputs
    std::string task{};                       ///< their meaning, as in model_facts::task; empty: multilabel
    std::span<motif const> known{};           ///< motifs to compare with; none: units have no names
    std::string collection{};                 ///< the name of that collection
    std::vector<std::string> names{};         ///< of units, from names.tsv; empty: after their matches
    std::vector<report_contrast> contrasts{}; ///< what tells groups of outputs apart
    std::string motif_source = "the training part"; ///< the rows that motifs come from, in words
    std::string test_source = "the test part";      ///< the rows that measures come from, in words
    outcomes const* measured = nullptr; ///< outcomes_of() the test rows, where they are known already
    std::span<model_motif const>
        refined{};                       ///< motifs of tasks (refine_model_motifs); none: they are left out
    double q = 0.05;                     ///< the largest q of a match that counts
    std::size_t most_sequences = 20000;  ///< for positions of hits: the most rows of the part
    std::size_t most_mapped = 1500;      ///< sequences on the map
    std::size_t most_example_tasks = 60; ///< tasks whose examples are computed, those with the best measures
    std::size_t most_removal_rows = 10000; ///< test sequences on which units are taken out; 0: none are
    std::size_t most_pair_motifs = 6;      ///< motifs whose pairs are tried at all distances; 0: none
    seed from{1};                          ///< of the map
};

namespace detail {

/// At most `most` of some rows, evenly distributed over them, in their order.
inline std::vector<std::uint32_t> some_of(std::span<std::uint32_t const> rows, std::size_t most)
{
    std::vector<std::uint32_t> out;
    std::size_t const count = std::min(rows.size(), most);
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(rows[count == rows.size() ? i : i * rows.size() / count]);
    return out;
}

/// A number that is the same for a sequence and its reverse complement.
inline std::uint64_t strandless_hash(std::vector<letter>& codes)
{
    auto const hash = [&codes] {
        std::uint64_t sum = 0x9E3779B97F4A7C15u;
        for (letter const x : codes) sum = (sum ^ x) * 0x100000001B3u;
        return sum ^ sum >> 29;
    };
    std::uint64_t const forward = hash();
    reverse_complement(codes);
    return std::min(forward, hash());
}

/// Rows of one part whose sequence occurs in another part too, on either strand.
template <labelled_sequences Data>
std::size_t shared_sequences(Data const& data, std::span<std::uint32_t const> train,
                             std::span<std::uint32_t const> test)
{
    std::vector<letter> codes(data.length());
    std::unordered_set<std::uint64_t> of_test;
    std::vector<std::uint64_t> in_order;
    for (auto const row : test) {
        data.letters_of(row, codes);
        in_order.push_back(strandless_hash(codes));
        of_test.insert(in_order.back());
    }
    std::unordered_set<std::uint64_t> both;
    for (auto const row : train) {
        data.letters_of(row, codes);
        if (auto const h = strandless_hash(codes); of_test.contains(h)) both.insert(h);
    }
    return static_cast<std::size_t>(
        std::count_if(in_order.begin(), in_order.end(), [&](auto h) { return both.contains(h); }));
}

/// Pearson's correlation of the logits of both strands over rows and outputs.
template <backend B, labelled_data Data>
double strand_correlation(basic_model<B>& m, Data const& data, std::span<std::uint32_t const> rows)
{
    evaluator<B> forward{m, {.both_strands = false}}, reverse{m, {.both_strands = false}};
    std::vector<double> a, b;
    forward(explainn::part{data, rows}, [&](std::size_t, auto y, host_batch const& batch) {
        for (std::size_t i = 0; i < y.count(); ++i) a.push_back(static_cast<double>(y.data[i]));
        host_batch turned = batch;
        turned.flip(static_cast<std::size_t>(m.length()));
        auto const x = reverse.logits(turned);
        for (std::size_t i = 0; i < x.count(); ++i) b.push_back(static_cast<double>(x.data[i]));
    });
    return a.size() < 2 ? std::numeric_limits<double>::quiet_NaN() : pearson(a, b);
}

/// Tasks with their curves and measures.
inline void report_tasks(model_report& r, outcomes const& seen, tasks_by_head const& tasks,
                         std::vector<std::string> const& names)
{
    auto const table = seen.table();
    r.measures = tasks.measures(table);
    bool const one = std::all_of(r.measures.begin(), r.measures.end(),
                                 [](auto const& m) { return m.name.starts_with("head1_"); });
    for (auto& m : r.measures)
        if (one) m.name.erase(0, 6);
    for (extent o = 0; o < table.outputs(); ++o) {
        report_task t{names[static_cast<std::size_t>(o)]};
        auto const p = column_pairs(table, o);
        t.sequences = p.labels.size();
        bool const yes_or_no =
            std::all_of(p.labels.begin(), p.labels.end(), [](double y) { return y == 0 || y == 1; });
        if (yes_or_no) {
            t.positives = static_cast<std::size_t>(std::count(p.labels.begin(), p.labels.end(), 1.0));
            auto curves = curves_of(p.predictions, p.labels);
            t.roc = std::move(curves.roc);
            t.precision_recall = std::move(curves.precision_recall);
            if (std::ranges::all_of(p.predictions, [](double x) { return x >= 0 && x <= 1; })) {
                auto reliable = calibration_of(p.predictions, p.labels);
                t.reliability = {std::move(reliable.predicted), std::move(reliable.observed)};
                t.calibration_error = reliable.expected_error;
            }
        } else {
            std::size_t const most = 600, count = std::min(most, p.labels.size());
            for (std::size_t i = 0; i < count; ++i) {
                std::size_t const at = i * p.labels.size() / count;
                t.scatter.x.push_back(p.labels[at]);
                t.scatter.y.push_back(p.predictions[at]);
            }
        }
        r.tasks.push_back(std::move(t));
    }
}

/// Units with their matches, and groups of units with similar motifs.
inline void report_units(model_report& r, model_insight const& seen, report_options const& how)
{
    std::vector<std::size_t> with_motif; // units that read signals have none
    std::vector<motif> compared;
    for (std::size_t u = 0; u < seen.motifs.motifs.size(); ++u) {
        motif const& m = seen.motifs.motifs[u];
        report_unit unit{m.name, u < how.names.size() ? how.names[u] : std::string{}, m};
        unit.sequences = static_cast<std::size_t>(seen.sequences[u]);
        unit.outputs = seen.outputs[u];
        unit.reads_signals = m.width() == 0;
        if (!unit.reads_signals) {
            with_motif.push_back(u);
            compared.push_back(m);
        }
        r.units.push_back(std::move(unit));
    }
    if (!how.known.empty() && !compared.empty())
        compare_each(std::span<motif const>{compared}, how.known, {},
                     [&](std::size_t i, std::vector<match> const& matches) {
                         std::size_t const u = with_motif[i], most = 5;
                         for (match const& m : matches) {
                             bool const first = r.units[u].matches.empty();
                             if (r.units[u].matches.size() == most || (!first && m.q > how.q)) break;
                             r.units[u].matches.push_back(
                                 {spoken_name(how.known[m.target]), how.known[m.target].name, m.q});
                         }
                     });
    // a unit without hits has no motif that could be similar to another
    std::vector<std::size_t> hit;
    std::vector<motif> motifs;
    std::vector<std::vector<double>> weights;
    for (std::size_t u = 0; u < r.units.size(); ++u) {
        if (!(r.units[u].shape.sites > 0)) continue;
        hit.push_back(u);
        motifs.push_back(r.units[u].shape);
        auto const row = seen.weights.values.begin() + static_cast<std::ptrdiff_t>(u) * seen.weights.tasks;
        weights.emplace_back(row, row + seen.weights.tasks);
    }
    for (auto& g : redundant_filters(motifs, weights)) {
        if (g.filters.size() < 2) continue;
        for (auto& i : g.filters) {
            i = hit[i];
            r.units[i].group = r.groups.size();
        }
        r.groups.push_back({std::move(g.filters), std::move(g.shape), std::move(g.weights)});
    }
}

/// The refined motifs of the tasks, with the known motifs that are like them.
inline void report_refined_motifs(model_report& r, model_insight const& seen, report_options const& how)
{
    std::vector<motif> shapes;
    for (model_motif const& m : how.refined) {
        bool const numbers = std::isnan(m.valid.auroc);
        auto const measure = [&](motif_quality const& q) { return numbers ? q.spearman : q.auroc; };
        r.refined.push_back({m.task,
                             m.place,
                             m.unit,
                             m.refined,
                             m.result,
                             {},
                             numbers ? "Spearman" : "AUROC",
                             measure(m.valid),
                             measure(m.filter_valid),
                             measure(m.test),
                             measure(m.filter_test),
                             m.auroc_so_far,
                             place_by_size(seen.importances, m.unit, m.task),
                             place_by_size(seen.weights, m.unit, m.task)});
        shapes.push_back(m.result);
    }
    if (how.known.empty() || shapes.empty()) return;
    compare_each(std::span<motif const>{shapes}, how.known, {},
                 [&](std::size_t i, std::vector<match> const& matches) {
                     if (matches.empty()) return;
                     auto const& best = how.known[matches.front().target];
                     r.refined[i].match = report_match{spoken_name(best), best.name, matches.front().q};
                 });
}

/// Says of units of pairs which units they read.
inline void report_unit_pairs(model_report& r, network_rows const& rows)
{
    std::vector<std::size_t> first_units; // by bank
    std::size_t unit = 0;
    for (auto const& bank : rows.banks) {
        first_units.push_back(unit);
        for (unit_pair const pair : rows.pairs_of(bank)) {
            std::size_t const paired = first_units[static_cast<std::size_t>(bank.paired)];
            r.units[unit++].pair = {paired + static_cast<std::size_t>(pair.first),
                                    paired + static_cast<std::size_t>(pair.second)};
        }
        if (bank.from != reads::pair_cells) unit += static_cast<std::size_t>(bank.units);
    }
}

/// Counts the places of the best hits of every unit in at most 50 equal parts of the sequence.
template <backend B, labelled_data Data>
void report_positions(model_report& r, basic_model<B>& m, explainn::part<Data> const& p,
                      model_insight const& seen)
{
    std::size_t unit = 0;
    for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
        auto const units = static_cast<std::size_t>(m.rows().bank(bank).units);
        if (m.rows().bank(bank).from != reads::dna) {
            unit += units;
            continue;
        }
        std::vector<double> const largest(seen.largest.begin() + static_cast<std::ptrdiff_t>(unit),
                                          seen.largest.begin() + static_cast<std::ptrdiff_t>(unit + units));
        auto const where = hit_positions(m, p, largest, {}, bank);
        auto const places = static_cast<std::size_t>(where.places), parts = std::min<std::size_t>(50, places);
        for (std::size_t u = 0; u < units; ++u, ++unit) {
            auto& bins = r.units[unit].positions;
            bins.assign(parts, 0);
            for (std::size_t k = 0; k < places; ++k)
                bins[k * parts / places] += where(static_cast<extent>(u), static_cast<extent>(k));
        }
    }
}

} // namespace detail

/// A report on a model: measures and curves of the test rows, the motifs of `seen` with their matches, and
/// examples and a map of test sequences. `motif_rows` are the rows that `seen` comes from; name_of(row)
/// returns the name of a sequence. Throws error where data, model and names do not fit each other, as
/// outcomes_of and compare_motifs do.
///
///     auto const right = well_predicted(m, part{data, split.train});
///     auto const seen = look_into_all(m, part{data, right});
///     motif_set const jaspar = read_motifs("jaspar.meme");
///     model_report const report = report_of(
///         m, data, split, seen, right, [&](std::uint32_t row) { return std::string{data.name(row)}; },
///         {.tasks = data.tasks(), .known = jaspar.motifs, .collection = "JASPAR 2020"});
///
/// A model may read signals, alone or beside DNA: its units of signals have no motif, and pairs of motifs are
/// tried only where it reads DNA alone.
template <backend B, labelled_data Data>
model_report report_of(basic_model<B>& m, Data const& data, split_rows const& rows, model_insight const& seen,
                       std::vector<std::uint32_t> const& motif_rows,
                       std::function<std::string(std::uint32_t)> const& name_of, report_options how)
{
    detail::require_task_names(m.outputs(), how.tasks.size());
    auto const tasks = tasks_of(how.task.empty() ? multilabel::name : how.task, m.outputs());
    model_report r;
    auto const outputs = static_cast<std::size_t>(m.outputs());
    r.title = how.title.empty()
                  ? "ExplaiNN of " + std::to_string(outputs) + (outputs == 1 ? " task" : " tasks")
                  : how.title;
    r.losses = how.losses;
    r.contrasts = std::move(how.contrasts);
    r.best_epoch = how.best_epoch;
    r.weights = seen.weights;
    r.importances = seen.importances;
    r.effects = seen.effects;
    r.order = clustered_order(seen.weights);
    r.collection = how.known.empty()        ? std::string{}
                   : how.collection.empty() ? std::string{"the known motifs"}
                                            : how.collection;
    r.q = how.q;
    bool const reads_dna = m.rows().reads_dna(), reads_signals = m.rows().reads_signals();
    r.length = static_cast<std::size_t>(m.length());
    r.both_strands = m.both_strands() || seen.both_strands; // symmetric units always read both
    r.motif_source = how.motif_source;
    r.test_source = how.test_source;

    part const test{data, rows.test};
    outcomes const own = how.measured ? outcomes{} : outcomes_of(m, test, tasks);
    outcomes const& outcome = how.measured ? *how.measured : own;
    if (outcome.labels.size() != rows.test.size() * outputs || outcome.outputs != m.outputs())
        throw shape_error{"expected outcomes of " + std::to_string(rows.test.size()) + " test rows and " +
                          std::to_string(outputs) + " tasks, found " + std::to_string(outcome.labels.size()) +
                          " labels"};
    detail::report_tasks(r, outcome, tasks, how.tasks);
    detail::report_units(r, seen, how);
    detail::report_unit_pairs(r, m.rows());
    detail::report_refined_motifs(r, seen, how);
    auto const position_rows = detail::some_of(motif_rows, how.most_sequences);
    detail::report_positions(r, m, part{data, position_rows}, seen);

    detail::report_removals(r, m, part{data, detail::some_of(rows.test, how.most_removal_rows)}, tasks);
    detail::report_shapes(r, m, part{data, detail::some_of(motif_rows, how.most_mapped)}, seen.largest);
    if (reads_dna && !reads_signals) detail::report_pairs(r, m, how.most_pair_motifs, how.from);

    // a part of the test sequences, for what needs every unit's output
    auto const mapped = detail::some_of(rows.test, how.most_mapped);
    auto const explained = explain(m, part{data, mapped});
    std::size_t const units = r.units.size();
    std::vector<float> unit_outputs(explained.unit_outputs.begin(), explained.unit_outputs.end());

    // the network and the data, in words
    auto const widths = [&] {
        std::string text;
        for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank)
            text +=
                (bank == 0 ? "" : " and ") + std::to_string(m.rows().bank(bank).units) +
                (m.rows().bank(bank).from != reads::dna
                     ? std::string{m.rows().bank(bank).from == reads::pair_cells ? " units of pairs"
                                                                                 : " units that read signals"}
                     : (filter_bank<B>{m, bank}.symmetric() ? " symmetric units" : " units") +
                           std::string{" with filters of "} +
                           std::to_string(filter_bank<B>{m, bank}.width()) + " bases");
        return text;
    }();
    std::size_t numbers = 0;
    for (auto const& each : m.parameters()) numbers += each.count;
    std::string const read = (reads_dna ? std::to_string(r.length) + " bases" : std::string{}) +
                             (reads_dna && reads_signals ? " and " : "") +
                             (reads_signals ? detail::signals_text(m.rows().signals) : std::string{});
    r.lead = "A model of " + detail::units_text(units) + " that reads " + read + " and predicts " +
             std::to_string(outputs) + (outputs == 1 ? " task." : " tasks.");
    r.facts = {
        {"Network", widths + ", " + detail::count_text(numbers) + " parameters and statistics"},
        {"Strands", !reads_dna ? "none: the model reads signals"
                    : m.both_strands()
                        ? "both: logits are the mean over a sequence and its reverse complement"
                    : has_symmetric_units(m.rows())
                        ? "the given strand; symmetric units take the larger response of both strands"
                        : "the given strand alone"},
        {"Sequences", (rows.train.empty() ? detail::count_text(rows.test.size())
                                          : detail::count_text(rows.train.size()) + " training, " +
                                                detail::count_text(rows.valid.size()) + " validation, " +
                                                detail::count_text(rows.test.size()) + " test") +
                          "; " + read + " each"},
        {"Motifs from", detail::count_text(motif_rows.size()) + " sequences: " + how.motif_source}};
    if (!r.collection.empty())
        r.facts.emplace_back("Compared with",
                             r.collection + ", " + detail::count_text(how.known.size()) + " motifs");
    r.facts.insert(r.facts.end(), how.facts.begin(), how.facts.end());
    r.facts.emplace_back("Version", std::string{"explainn "} + library_version);

    // the checklist
    std::size_t dead = 0;
    for (std::size_t u = 0; u < units; ++u) {
        bool same = true;
        for (std::size_t n = 1; n < mapped.size(); ++n)
            same = same && unit_outputs[n * units + u] == unit_outputs[u];
        dead += same;
    }
    r.checks.push_back(check_sums(explained.largest_error));
    std::vector<std::size_t> positives;
    std::vector<std::string> with_positives;
    for (auto const& t : r.tasks)
        if (t.positives) {
            positives.push_back(*t.positives);
            with_positives.push_back(t.name);
        }
    if (!positives.empty()) r.checks.push_back(check_few_positives(with_positives, positives, "test"));
    if constexpr (labelled_sequences<Data>)
        if (!rows.train.empty() && reads_dna)
            r.checks.push_back(
                check_leaks(detail::shared_sequences(data, rows.train, rows.test), rows.test.size()));
    if (!r.losses.empty()) {
        r.checks.push_back(check_convergence(r.losses, r.best_epoch));
        r.checks.push_back(check_overfitting(r.losses, r.best_epoch));
    }
    for (auto const& measure : r.measures)
        if (measure.name == "auroc") r.checks.push_back(check_chance(how.tasks, measure.by_output));
    if (reads_dna)
        r.checks.push_back(check_strands(detail::strand_correlation(m, data, mapped), m.both_strands()));
    r.checks.push_back(check_dead_units(dead, units));
    if (!r.collection.empty() && reads_dna) {
        std::size_t with_hits = 0, without = 0;
        for (auto const& u : r.units)
            if (u.shape.sites > 0) {
                ++with_hits;
                without += u.matches.empty() || u.matches.front().q > how.q;
            }
        r.checks.push_back(check_unknown_motifs(without, with_hits, how.q, r.collection));
    }

    // examples, of the tasks that the model predicts best
    std::vector<std::size_t> chosen(outputs);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    if (outputs > how.most_example_tasks && !r.measures.empty() &&
        r.measures.front().by_output.size() == outputs) {
        auto const& by = r.measures.front().by_output;
        auto const rank = [&](std::size_t o) { return std::isnan(by[o]) ? -1e300 : by[o]; };
        sort_places(chosen, [&](auto a, auto b) { return rank(a) > rank(b); });
    }
    chosen.resize(std::min(chosen.size(), how.most_example_tasks));
    std::sort(chosen.begin(), chosen.end());
    example_maker<B> make{m, seen.largest};
    for (std::size_t const o : chosen)
        for (auto const& [role, n] : example_rows(outcome.table(), static_cast<extent>(o))) {
            std::vector<std::uint32_t> const one{rows.test[n]};
            auto e = make(name_of(one.front()), part{data, one}, static_cast<extent>(o));
            e.kind = role;
            e.label = outcome.labels[n * outputs + o];
            e.prediction = outcome.predictions[n * outputs + o];
            r.examples.push_back(std::move(e));
        }

    // the map
    if (mapped.size() >= 4 && units >= 2 && static_cast<std::size_t>(explained.head->features) == units) {
        report_map map;
        auto const pca = principal_components_of(unit_outputs, mapped.size(), units, 2);
        map.pca = pca.coordinates;
        map.explained = {pca.share(0), pca.share(1)};
        map.umap = umap(unit_outputs, mapped.size(), units, {.from = how.from});
        map.outputs.assign(unit_outputs.begin(), unit_outputs.end());
        std::vector<float> labels(outputs);
        for (std::size_t n = 0; n < mapped.size(); ++n) {
            map.names.push_back(name_of(mapped[n]));
            data.labels_of(mapped[n], labels);
            map.labels.insert(map.labels.end(), labels.begin(), labels.end());
            std::vector<double> row;
            for (std::size_t o = 0; o < outputs; ++o)
                row.push_back(static_cast<double>(explained.logits[n * outputs + o]));
            tasks.link(row);
            map.predictions.insert(map.predictions.end(), row.begin(), row.end());
        }
        r.map = std::move(map);
    }
    return r;
}

} // namespace explainn::EXPLAINN_ABI
