// A model's motifs refined task by task, and ranked by what they say about validation sequences.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/io/split.hpp>
#include <explainn/motif/choose_in_turn.hpp>
#include <explainn/motif/discover.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// How much of a model's data its motifs are refined on. The defaults take about half a second of one
/// processor for a task of sequences of 200 bases.
struct model_motif_options {
    std::size_t most_tasks = 12;  ///< the tasks with the most sequences of their rarer label; 0: none
    std::size_t most_motifs = 3;  ///< of a task
    std::size_t sequences = 2000; ///< of a task's training rows, at most; half of them positives where labels
                                  ///< are 1 and 0. Validation and test rows: half as many each
    std::size_t least_sequences = 10; ///< tasks with fewer of a label among training rows, or fewer than half
                                      ///< as many among validation rows, are left out
    refine_options refine{};          ///< its strands and threads are also those of the choice; its seed is
                                      ///< also that of the rows
    /// Its count, strands and threads are not used. The best of 100 motifs that say nothing makes the summed
    /// loss fall by more than 6 nats in 5 % of cases.
    choice_options choose{.least_gain = 6};
};

/// A motif of one task: what a filter's motif became, and what both say about the task's sequences.
struct model_motif {
    std::size_t task = 0;
    std::size_t place = 1; ///< among the motifs of the task, from 1: the order of the choice
    std::size_t unit = 0;  ///< the filter that it began as
    bool refined = true;   ///< whether `result` is the refined motif, or the filter's own, which did better
    motif result{};        ///< what was chosen
    motif_quality valid{}; ///< of its best hits on the validation rows that it was chosen by
    motif_quality test{};  ///< of its best hits on the test rows, which served for nothing before
    motif_quality filter_valid{};   ///< of the filter's own motif on the same validation rows
    motif_quality filter_test{};    ///< and on the same test rows
    motif_quality occupancy_test{}; ///< of the occupancy by `result` on the test rows
    double gain =
        0; ///< how far the mean loss of the regression falls where it joins those before it, in nats
    double auroc_so_far = std::numeric_limits<double>::quiet_NaN(); ///< of the regression with all so far
    std::vector<std::size_t> alike{};                               ///< other units whose motifs are like it
};

namespace detail {
/// What the labels of some rows are, by task.
struct label_counts {
    std::vector<std::size_t> resolved, ones;
    std::vector<bool> binary; ///< every resolved label is 1 or 0

    template <labelled_sequences Data>
    label_counts(Data const& data, std::span<std::uint32_t const> rows)
        : resolved(data.outputs()), ones(data.outputs()), binary(data.outputs(), true)
    {
        std::vector<float> labels(data.outputs());
        for (std::uint32_t const row : rows) {
            data.labels_of(row, labels);
            for (std::size_t t = 0; t < labels.size(); ++t) {
                if (std::isnan(labels[t])) continue;
                ++resolved[t];
                ones[t] += labels[t] == 1;
                if (labels[t] != 0 && labels[t] != 1) binary[t] = false;
            }
        }
    }
    /// The rows of a task with its rarer label; of numbers, all rows with a label.
    std::size_t rarer(std::size_t task, bool yes_no) const
    {
        return yes_no ? std::min(ones[task], resolved[task] - ones[task]) : resolved[task];
    }
};

/// Some of the rows in which a task has a label: as many of each label as there are, or half of `most`.
template <labelled_sequences Data>
class task_rows {
public:
    task_rows(Data const& data, std::size_t task, bool binary) : data_{data}, task_{task}, binary_{binary} {}

    labelled_part sample(std::span<std::uint32_t const> rows, std::size_t most, random_numbers& draw) const
    {
        std::vector<std::uint32_t> by_label[2];
        for (std::uint32_t const row : rows)
            if (float const y = label(row); !std::isnan(y))
                by_label[binary_ && y == 1 ? 1 : 0].push_back(row);
        std::vector<std::uint32_t> chosen;
        for (auto& some : by_label) {
            draw.shuffle(some);
            some.resize(std::min(some.size(), binary_ ? most / 2 : most));
            chosen.insert(chosen.end(), some.begin(), some.end());
        }
        std::sort(chosen.begin(), chosen.end());
        labelled_part out;
        std::vector<letter> letters(data_.length());
        for (std::uint32_t const row : chosen) {
            data_.letters_of(row, letters);
            out.sequences.append("", std::span<letter const>{letters});
            out.labels.push_back(static_cast<double>(label(row)));
        }
        return out;
    }

private:
    float label(std::uint32_t row) const
    {
        labels_.resize(data_.outputs());
        data_.labels_of(row, labels_);
        return labels_[task_];
    }
    Data const& data_;
    std::size_t task_;
    bool binary_;
    mutable std::vector<float> labels_;
};

/// The motifs of one task, as refine_model_motifs() says.
inline std::vector<model_motif> motifs_of_task(std::span<motif const> filters, std::size_t task,
                                               labelled_part const& train, labelled_part const& valid,
                                               labelled_part const& test, model_motif_options const& o)
{
    bool const both = o.refine.both_strands;
    windowed_sequences const in_train{train.sequences}, in_valid{valid.sequences}, in_test{test.sequences};
    choice_options how = o.choose;
    how.both_strands = both;
    how.threads = o.refine.threads;
    how.count = o.most_motifs + 1; // one of them may turn out to be like another
    auto const begun = choose_in_turn(filters, in_valid, valid.labels, how);
    std::vector<motif> pool;          // each chosen filter: refined, and as it is
    std::vector<refined_from> became; // by chosen filter
    std::vector<double> logits;
    for (motif_choice const& each : begun) {
        auto const r = refine(filters[each.candidate], in_train, train.labels, o.refine, logits);
        logits = logits_of(r, in_train, logits, both);
        became.push_back(r.from);
        pool.push_back(r.result);
        pool.push_back(filters[each.candidate]);
    }
    how.count = pool.size();
    std::vector<model_motif> found;
    for (motif_choice const& each : choose_in_turn(pool, in_valid, valid.labels, how)) {
        motif_choice const& from = begun[each.candidate / 2];
        if (found.size() == o.most_motifs) break;
        if (std::any_of(found.begin(), found.end(),
                        [&](model_motif const& other) { return other.unit == from.candidate; }))
            continue; // the other form of a motif that is there
        model_motif m;
        m.task = task;
        m.place = found.size() + 1;
        m.unit = from.candidate;
        m.refined = each.candidate % 2 == 0 && became[each.candidate / 2] != refined_from::given;
        m.result = pool[each.candidate];
        m.valid = each.best_hit;
        m.filter_valid = from.best_hit;
        m.test = quality_of(m.result, in_test, test.labels, both, motif_ranking::best_hit);
        m.occupancy_test = quality_of(m.result, in_test, test.labels, both, motif_ranking::occupancy);
        m.filter_test = quality_of(filters[m.unit], in_test, test.labels, both, motif_ranking::best_hit);
        m.gain = each.gain;
        m.auroc_so_far = each.auroc_so_far;
        m.alike = from.alike;
        for (std::size_t const other : each.alike)
            if (std::size_t const unit = begun[other / 2].candidate;
                unit != m.unit && std::find(m.alike.begin(), m.alike.end(), unit) == m.alike.end())
                m.alike.push_back(unit);
        found.push_back(std::move(m));
    }
    return found;
}
} // namespace detail

/// The motifs of a model's filters, refined and ranked for its tasks. For each task, filters are chosen by
/// what their motifs say about validation rows, each beside those chosen before it (choose_in_turn); these
/// are refined in turn on training rows (refine); refined and unrefined forms are then chosen from together
/// on the validation rows, so that a motif that refinement made worse stays as it was. By task and place;
/// tasks whose motifs say nothing have none. Filters without columns or hits say nothing. Labels of 1 and 0
/// are learned as such, others as real numbers. The same seed gives the same bits for any number of threads.
///
/// Throws error as refine() does.
///
///     auto const found = refine_model_motifs(seen.motifs.motifs, data, split);
///     found[0].result;                            // of the first task; found[0].unit is its filter
template <labelled_sequences Data>
std::vector<model_motif> refine_model_motifs(std::span<motif const> filters, Data const& data,
                                             split_rows const& rows, model_motif_options const& o = {})
{
    std::size_t const tasks = data.outputs();
    std::vector<motif> some; // filters with a motif, and their numbers
    std::vector<std::size_t> unit;
    for (std::size_t u = 0; u < filters.size(); ++u)
        if (filters[u].width() > 0 && filters[u].sites > 0) {
            some.push_back(filters[u]);
            unit.push_back(u);
        }
    std::vector<model_motif> all;
    if (some.empty() || o.most_tasks == 0) return all;

    detail::label_counts const in_train{data, rows.train}, in_valid{data, rows.valid},
        in_test{data, rows.test};
    auto const yes_no = [&](std::size_t t) {
        return in_train.binary[t] && in_valid.binary[t] && in_test.binary[t];
    };
    auto const rarer = [&](std::size_t t) { return in_train.rarer(t, yes_no(t)); };
    std::vector<std::size_t> order;
    for (std::size_t t = 0; t < tasks; ++t)
        if (rarer(t) >= o.least_sequences && 2 * in_valid.rarer(t, yes_no(t)) >= o.least_sequences)
            order.push_back(t);
    sort_places(order, [&](std::size_t a, std::size_t b) { return rarer(a) > rarer(b); });
    order.resize(std::min(order.size(), o.most_tasks));
    std::sort(order.begin(), order.end());
    for (std::size_t const t : order) {
        detail::task_rows<Data> const of{data, t, yes_no(t)};
        random_numbers draw{o.refine.random, stream::choice, static_cast<std::uint32_t>(t)};
        auto const train = of.sample(rows.train, o.sequences, draw),
                   valid = of.sample(rows.valid, o.sequences / 2, draw),
                   test = of.sample(rows.test, o.sequences / 2, draw);
        auto const varies = [](std::vector<double> const& y) {
            return std::any_of(y.begin(), y.end(), [&](double x) { return x != y.front(); });
        };
        if (!varies(train.labels) || !varies(valid.labels)) continue;
        for (auto& each : detail::motifs_of_task(some, t, train, valid, test, o)) {
            each.unit = unit[each.unit];
            for (std::size_t& other : each.alike) other = unit[other];
            all.push_back(std::move(each));
        }
    }
    return all;
}

} // namespace explainn::EXPLAINN_ABI
