// Labels of regions by the peaks of each task that they lie on.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/prepare/peaks.hpp>

namespace explainn::EXPLAINN_ABI {

/// What makes a region positive for a task: a peak at its centre, or a share of it that peaks cover.
enum class label_rule { centre, share };

/// How the replicates of a task are taken together: one of them is enough, or all must agree.
enum class replicate_rule { any, all };

/// How regions are labelled.
struct labelling {
    label_rule rule = label_rule::centre;
    /// A peak reaches at least so many bases to either side of its centre, so that summits of one base count
    /// as what they stand for.
    std::uint64_t reach = 50;
    double share = 0.5; ///< of label_rule::share: 1 from this share on
    replicate_rule replicates = replicate_rule::any;
};

/// Labels of regions for every task. With label_rule::centre a region is 1 where a peak of the task covers
/// its centre, with label_rule::share where peaks of the task cover that share of it; it is 0 where no peak
/// of the task overlaps it, and missing (unresolved) in the margin between. Of several replicates a region
/// has 1 where any has 1, 0 where all have 0, and is missing else; with replicate_rule::all it has 1 where
/// all have 1, 0 where all have 0, and is missing where they disagree.
///
///     region_labels all{summits, {0, 0, 1}, 2, {}};   // sets 0 and 1 are replicates of task 0
///     std::vector<float> labels(2);
///     all.labels_of({0, 1000, 1200}, labels);
class region_labels {
public:
    /// `task_of_set` says for every set of peaks which of the `tasks` tasks it belongs to. Throws error for a
    /// peak of no set and a share that is not above 0 and at most 1.
    region_labels(std::span<peak const> peaks, std::vector<std::uint32_t> task_of_set, std::size_t tasks,
                  labelling how)
        : how_{how}, task_of_set_{std::move(task_of_set)}, sets_of_task_(tasks)
    {
        if (!(how_.share > 0 && how_.share <= 1))
            throw error{"expected a share of a region above 0 and at most 1, found another"};
        for (std::uint32_t const task : task_of_set_) ++sets_of_task_[task];
        reaches_.reserve(peaks.size());
        for (peak const& each : peaks) {
            if (each.set >= task_of_set_.size()) throw error{"expected peaks of known sets, found another"};
            reaches_.push_back({each.contig, each.set,
                                std::min(each.start, each.centre - std::min(each.centre, how_.reach)),
                                std::max(each.end, each.centre + how_.reach + 1)});
        }
        std::sort(reaches_.begin(), reaches_.end(), [](reach const& a, reach const& b) {
            if (a.contig != b.contig) return a.contig < b.contig;
            return a.start != b.start ? a.start < b.start : a.set < b.set;
        });
        farthest_.reserve(reaches_.size());
        for (std::size_t i = 0; i < reaches_.size(); ++i) {
            bool const first = i == 0 || reaches_[i].contig != reaches_[i - 1].contig;
            farthest_.push_back(first ? reaches_[i].end : std::max(farthest_.back(), reaches_[i].end));
        }
    }

    std::size_t tasks() const { return sets_of_task_.size(); }
    /// Writes the label of every task; NaN where it is missing.
    void labels_of(stranded_region const& r, std::span<float> to)
    {
        over_.clear();
        auto const behind = std::partition_point(reaches_.begin(), reaches_.end(), [&](reach const& p) {
            return p.contig < r.contig || (p.contig == r.contig && p.start < r.end);
        });
        for (auto i = static_cast<std::size_t>(behind - reaches_.begin());
             i-- > 0 && reaches_[i].contig == r.contig && farthest_[i] > r.start;)
            if (reaches_[i].end > r.start) over_.push_back(reaches_[i]);
        std::sort(over_.begin(), over_.end(), [this](reach const& a, reach const& b) {
            std::uint32_t const task_a = task_of_set_[a.set], task_b = task_of_set_[b.set];
            if (task_a != task_b) return task_a < task_b;
            return a.set != b.set ? a.set < b.set : a.start < b.start;
        });
        std::fill(to.begin(), to.end(), 0.f);
        for (std::size_t at = 0; at < over_.size();) {
            std::uint32_t const task = task_of_set_[over_[at].set];
            std::size_t positive = 0; // sets; those that do not overlap are 0
            while (at < over_.size() && task_of_set_[over_[at].set] == task) positive += is_positive(r, at);
            bool const enough =
                how_.replicates == replicate_rule::any ? positive > 0 : positive == sets_of_task_[task];
            to[task] = enough ? 1.f : std::numeric_limits<float>::quiet_NaN();
        }
    }

private:
    struct reach {
        std::uint32_t contig, set;
        std::uint64_t start, end;
    };
    // of the peaks of one set from `at` on, which it passes
    bool is_positive(stranded_region const& r, std::size_t& at) const
    {
        std::uint64_t const length = r.end - r.start, centre = r.start + length / 2;
        std::uint64_t covered = 0, until = r.start;
        bool on_centre = false;
        for (std::uint32_t const set = over_[at].set; at < over_.size() && over_[at].set == set; ++at) {
            reach const& p = over_[at];
            on_centre = on_centre || (p.start <= centre && centre < p.end);
            std::uint64_t const from = std::max(p.start, until), to = std::min(p.end, r.end);
            if (to > from) covered += to - from;
            until = std::max(until, to);
        }
        if (how_.rule == label_rule::centre) return on_centre;
        return static_cast<double>(covered) >= how_.share * static_cast<double>(length);
    }

    labelling how_;
    std::vector<std::uint32_t> task_of_set_;
    std::vector<std::size_t> sets_of_task_;
    std::vector<reach> reaches_;
    std::vector<std::uint64_t> farthest_; // the largest end up to each, within its contig
    std::vector<reach> over_;
};

} // namespace explainn::EXPLAINN_ABI
