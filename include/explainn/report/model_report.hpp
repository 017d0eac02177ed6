// The contents of a report on a model: numbers and words, before they become a page and tables.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/genomics/motif.hpp>
#include <explainn/interpret/distribution.hpp>
#include <explainn/interpret/output_groups.hpp>
#include <explainn/interpret/unit_task_table.hpp>
#include <explainn/interpret/weight_order.hpp>
#include <explainn/report/check.hpp>
#include <explainn/train/tasks.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn::EXPLAINN_ABI {

/// A line through points.
struct report_curve {
    std::vector<double> x, y;
    bool empty() const { return x.empty(); }
};

/// What a task's measure is without one unit.
struct report_removal {
    std::size_t unit = 0;
    double after = 0;
};

/// One task on the test part.
struct report_task {
    std::string name;
    std::size_t sequences = 0;              ///< with a label
    std::optional<std::size_t> positives{}; ///< of them, where labels are yes or no
    report_curve roc{}, precision_recall{}; ///< empty where they do not apply or a class is missing
    report_curve reliability{}; ///< x: predicted probability, y: share of labels that are 1; else empty
    double calibration_error = std::numeric_limits<double>::quiet_NaN(); ///< expected; of the reliability
    report_curve scatter{};        ///< x: labels, y: predictions of some sequences; empty for yes or no
    std::string removal_measure{}; ///< what `before` and `removals` are of: auprc or pcc; empty where nothing
                                   ///< was taken out
    double before = std::numeric_limits<double>::quiet_NaN(); ///< with all units
    std::vector<report_removal> removals{};                   ///< the largest change first
};

/// A known motif that is similar to a unit's motif.
struct report_match {
    std::string name; ///< the name that people use: CTCF
    std::string id;   ///< the name in its collection: MA0139.1
    double q = 1;
};

/// What a unit makes of one hit, read from its dense layers.
struct report_shape {
    std::vector<double>
        strength; ///< outputs for a hit of 0 to 1 of the largest activation, in the mean over places
    std::vector<double> position; ///< outputs for a hit of the largest activation, by pooled cell
    double without = 0;           ///< the output without a hit

    bool empty() const { return strength.empty(); }
};

/// One unit.
struct report_unit {
    std::string id;                      ///< filter3, as in filters.meme
    std::string name{};                  ///< given by the user (names.tsv); empty: called after its matches
    motif shape{};                       ///< what the logo draws and was compared; its sites are its hits
    std::vector<report_match> matches{}; ///< the best first
    std::size_t sequences = 0;           ///< with a hit, by strand
    std::vector<std::uint32_t> positions{}; ///< of the best hits, counted in equal parts of the sequence
    distribution outputs{};                 ///< of the unit over the sequences (by strand) with a hit
    std::optional<std::size_t> group{};     ///< where it is redundant with other units
    report_shape response{};                ///< empty where its network is of another form
    bool reads_signals = false;             ///< it has no motif and no hits; `outputs` are over all rows
    /// The units whose cells it reads, of the unit of a pair, which has no motif of its own either.
    std::optional<std::pair<std::size_t, std::size_t>> pair{};
};

/// A motif of one task: what a unit's motif became when it was refined on the task's sequences.
struct report_refined {
    std::size_t task = 0, place = 1, unit = 0;
    bool refined = true; ///< whether `shape` is the refined motif, or the unit's own
    motif shape{};
    std::optional<report_match> match{}; ///< the best known motif
    std::string measure{"AUROC"};        ///< of the next four numbers; Spearman where labels are numbers
    double valid = 0, filter_valid = 0; ///< of best hits on validation rows, and of those of the unit's motif
    double test = 0, filter_test = 0;   ///< the same on test rows
    double so_far = 0;                  ///< AUROC of this motif and those before it together, validation
    std::size_t importance_place = 1, weight_place = 1; ///< of the unit, by size among all units
};

/// Units whose motifs are similar.
struct report_group {
    std::vector<std::size_t> units;
    motif shape;                 ///< their common motif
    std::vector<double> weights; ///< by task, the sum of theirs
};

/// What the words of two motifs say beyond what each says alone, by distance, on the strands of their logos
/// and with the second one turned round.
struct report_pair {
    std::size_t first = 0, second = 0; ///< units whose motifs the words are from
    bool reverse = false;              ///< the second word is turned round
    std::vector<int> distances{};      ///< from the first base of one word to that of the other; below 0: the
                                       ///< second comes first
    std::vector<double> beyond{};      ///< (distances, tasks): median of AB - A - B + b
};

/// What tells a group of outputs, such as the cell types of a lineage, from others.
///
///     report_contrast const one{"high", "low", contrast_units(seen, groups[0].outputs, groups[1].outputs,
///     1000)};
struct report_contrast {
    std::string group, against;       ///< in words
    std::vector<unit_contrast> units; ///< of model_report::units, those that speak most for the group first
};

/// A unit's part in the prediction of one sequence.
struct report_example_unit {
    std::size_t unit = 0;
    double contribution = 0;
    std::vector<double> track; ///< for each window, the activation as a share of the unit's largest
};

/// A sequence that shows how a prediction is made.
struct report_example {
    std::size_t task = 0;
    std::string kind; ///< "best explained", "median", "worst explained"
    std::string name, sequence;
    double label = 0, prediction = 0, logit = 0, bias = 0;
    /// (L, 4): change of the logit when the base is replaced; nan for the base itself
    std::vector<double> effects{};
    std::vector<report_example_unit> units{}; ///< those that contribute most, the largest first
    double rest = 0;                          ///< the sum of all other units' contributions
};

/// The sequences as points of a plane.
struct report_map {
    std::vector<std::string> names;
    std::vector<double> umap, pca;           ///< (N, 2) each
    std::array<double, 2> explained{};       ///< shares of the variance along the two principal components
    std::vector<double> predictions, labels; ///< (N, O)
    std::vector<double> outputs;             ///< (N, U)
};

/// The whole contents of a report. Fields that are empty are left out of the page.
struct model_report {
    std::string title = "ExplaiNN";
    std::string lead{};                                       ///< a sentence below the title
    std::vector<std::pair<std::string, std::string>> facts{}; ///< about the run: data, settings, versions
    std::vector<report_check> checks{};
    std::vector<epoch_losses> losses{};
    int best_epoch = 0;
    std::vector<report_task> tasks{};
    std::vector<named_measure> measures{};
    std::vector<report_unit> units{};
    unit_task_table weights{}, importances{}, effects{};
    table_order order{};
    std::vector<report_refined> refined{}; ///< by task and place
    std::vector<report_group> groups{};
    std::vector<report_contrast> contrasts{}; ///< of groups of outputs, where the user named some
    std::vector<report_example> examples{};
    std::optional<report_map> map{};
    std::size_t removal_rows = 0; ///< test sequences on which units were taken out
    std::vector<report_pair> pairs{};
    std::size_t pair_backgrounds = 0; ///< random sequences that the words were put into

    std::string collection{};   ///< what motifs were compared with; empty: they were not compared
    double q = 0.05;            ///< matches with a larger q do not count
    double share = 0.5;         ///< a hit exceeds this share of the unit's largest activation
    std::size_t length = 0;     ///< bases of a sequence; 0 where the model reads signals alone
    bool both_strands = false;  ///< sequences were read on both strands
    std::string motif_source{}; ///< the sequences that motifs come from, in words
    std::string test_source{};  ///< the sequences that measures come from, in words
};

namespace detail {
/// What units are ordered by: the size of their effect; among equals, such as units that every sequence has a
/// hit of, that of their importance. 0 for what is nan.
struct unit_size {
    double effect = 0, importance = 0;

    static unit_size of(model_report const& r, std::size_t unit, std::size_t task)
    {
        auto const size = [&](unit_task_table const& t) {
            double const x = t(static_cast<extent>(unit), static_cast<extent>(task));
            return std::isnan(x) ? 0 : std::abs(x);
        };
        return {size(r.effects), size(r.importances)};
    }
    bool some() const { return effect > 0 || importance > 0; }
    friend bool operator>(unit_size const& a, unit_size const& b)
    {
        return a.effect != b.effect ? a.effect > b.effect : a.importance > b.importance;
    }
};
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
