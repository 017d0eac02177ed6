// Predictions and labels of a small table, with a task's link applied.
#pragma once
#include <limits>
#include <vector>

#include <explainn/train/tasks.hpp>

namespace small {

namespace ex = explainn;
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct table {
    ex::extent outputs;
    std::vector<double> predictions, labels;

    ex::outcome_table view() const
    {
        ex::extent const rows = static_cast<ex::extent>(labels.size()) / outputs;
        return {{predictions.data(), rows, outputs}, {labels.data(), rows, outputs}};
    }
};

/// A table as a model gives it: logits, then the link row by row.
template <class Task>
table linked(Task const& task, ex::extent outputs, std::vector<double> logits, std::vector<double> labels)
{
    auto const width = static_cast<std::size_t>(outputs);
    for (std::size_t at = 0; at < logits.size(); at += width) task.link(std::span{logits}.subspan(at, width));
    return {outputs, std::move(logits), std::move(labels)};
}

/// The measure of that name.
inline ex::named_measure of(std::vector<ex::named_measure> const& all, std::string const& name)
{
    for (auto const& m : all)
        if (m.name == name) return m;
    throw ex::error{"no measure is called " + name};
}

} // namespace small
