// Several heads on the same units: a task for the columns of each head.
#pragma once
#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/train/joint_loss.hpp>
#include <explainn/train/tasks.hpp>

namespace explainn::EXPLAINN_ABI {

/// Several tasks, each for the columns of its head. Their types are not part of this type, so that a file may
/// name the tasks.
///
///     tasks_by_head both;
///     both.add(8, multilabel{});
///     both.add(2, regression{});
class tasks_by_head {
public:
    /// Adds the next head: so many outputs with this task.
    template <task_kind Task>
    void add(extent outputs, Task const& task)
    {
        heads_.push_back({outputs, Task::name, [task](std::span<double> row) { task.link(row); },
                          [task](outcome_table const& t) { return task.measures(t); },
                          [task](outcome_table const& t) { return task.well_predicted(t); }});
    }
    /// The number of outputs of all heads.
    extent outputs() const
    {
        extent all = 0;
        for (auto const& h : heads_) all += h.outputs;
        return all;
    }
    /// "multilabel:8,regression:2", the text that a model file holds as its task and with_link() reads.
    std::string text() const
    {
        std::string all;
        for (auto const& h : heads_)
            all += (all.empty() ? "" : ",") + h.name + ":" + std::to_string(h.outputs);
        return all;
    }
    /// Applies the link of each head's task to its logits. Throws error for a row of another width.
    void link(std::span<double> row) const
    {
        require_width(static_cast<extent>(row.size()));
        std::size_t first = 0;
        for (auto const& h : heads_) {
            h.link(row.subspan(first, static_cast<std::size_t>(h.outputs)));
            first += static_cast<std::size_t>(h.outputs);
        }
    }
    /// The measures of every head, as head1_auroc, head2_pcc; they are nan at the outputs of other heads.
    std::vector<named_measure> measures(outcome_table const& t) const
    {
        std::vector<named_measure> all;
        each_head(t, [&](std::size_t i, extent first, head_rules const& h, outcome_table const& own) {
            for (auto m : h.measures(own)) {
                m.name = "head" + std::to_string(i + 1) + "_" + m.name;
                if (!m.by_output.empty()) {
                    std::vector<double> wide(static_cast<std::size_t>(t.outputs()),
                                             std::numeric_limits<double>::quiet_NaN());
                    std::copy(m.by_output.begin(), m.by_output.end(), wide.begin() + first);
                    m.by_output = std::move(wide);
                }
                all.push_back(std::move(m));
            }
        });
        return all;
    }
    /// Rows that are predicted well by every head that has a label in them; a row without labels is not one
    /// of them.
    std::vector<char> well_predicted(outcome_table const& t) const
    {
        auto const rows = static_cast<std::size_t>(t.rows());
        std::vector<char> good(rows, 1), labelled(rows, 0);
        each_head(t, [&](std::size_t, extent, head_rules const& h, outcome_table const& own) {
            auto const here = h.well_predicted(own);
            for (std::size_t n = 0; n < rows; ++n) {
                if (detail::row_pairs(own, static_cast<extent>(n)).labels.empty()) continue;
                labelled[n] = 1;
                good[n] = good[n] && here[n];
            }
        });
        for (std::size_t n = 0; n < rows; ++n) good[n] = good[n] && labelled[n];
        return good;
    }

private:
    struct head_rules {
        extent outputs{};
        std::string name;
        std::function<void(std::span<double>)> link;
        std::function<std::vector<named_measure>(outcome_table const&)> measures;
        std::function<std::vector<char>(outcome_table const&)> well_predicted;
    };

    void require_width(extent width) const
    {
        if (width != outputs())
            throw error{"expected tasks for " + std::to_string(width) + " outputs, found " + text()};
    }
    // calls each(head, first column, rules, the table of its columns)
    template <class Each>
    void each_head(outcome_table const& t, Each each) const
    {
        require_width(t.outputs());
        extent first = 0;
        for (std::size_t i = 0; i < heads_.size(); ++i) {
            extent const count = heads_[i].outputs;
            auto const columns_of_head = [&](view<double const, 2> all) {
                std::vector<double> own;
                own.reserve(static_cast<std::size_t>(t.rows() * count));
                for (extent n = 0; n < t.rows(); ++n)
                    for (extent o = 0; o < count; ++o) own.push_back(all(n, first + o));
                return own;
            };
            auto const predictions = columns_of_head(t.predictions), labels = columns_of_head(t.labels);
            each(i, first, heads_[i],
                 outcome_table{{predictions.data(), t.rows(), count}, {labels.data(), t.rows(), count}});
            first += count;
        }
    }

    std::vector<head_rules> heads_;
};

namespace detail {
template <class L, class... Tasks>
inline constexpr bool fits_by_head = false;
template <class... L, class... Tasks>
    requires(sizeof...(L) == sizeof...(Tasks))
inline constexpr bool fits_by_head<joint_loss<L...>, Tasks...> = (loss_for<L, Tasks> && ...);
} // namespace detail

/// A task for every head of a network, checked by the compiler against the heads of its type.
///
///     using net = network<dna<200>, bank<100, my_unit>, linear_head<8>, linear_head<2>>;
///     joint_task const both{net::heads, multilabel{}, regression{}};
///     trainer t{m, adam{}, both.own_loss(), training{}};
template <task_kind... Tasks>
class joint_task : public tasks_by_head {
public:
    using loss_type = joint_loss<typename Tasks::loss_type...>;
    static constexpr char const* name = "joint";
    explicit joint_task(std::array<extent, sizeof...(Tasks)> outputs, Tasks const&... tasks)
        : outputs_{outputs}
    {
        std::size_t i = 0;
        (add(outputs[i++], tasks), ...);
    }
    /// The tasks' own losses, by head.
    loss_type own_loss() const { return loss_type{outputs_, typename Tasks::loss_type{}...}; }
    /// Whether a type is a loss with a loss for each head that fits its task.
    template <class L>
    static constexpr bool loss = detail::fits_by_head<L, Tasks...>;

private:
    std::array<extent, sizeof...(Tasks)> outputs_;
};
template <task_kind... Tasks>
joint_task(std::array<extent, sizeof...(Tasks)>, Tasks const&...) -> joint_task<Tasks...>;

} // namespace explainn::EXPLAINN_ABI
