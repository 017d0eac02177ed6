// Finds tasks by the names that files and options use.
#pragma once
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include <explainn/core/in_quotes.hpp>
#include <explainn/train/joint_task.hpp>

namespace explainn::EXPLAINN_ABI {

/// Calls f(task) with the task of this name (T::name); `binary` means multilabel. Throws error for any other
/// name and lists the known ones.
///
///     with_task("counts", [&](auto task) { task.link(row); });
template <class F>
decltype(auto) with_task(std::string_view name, F&& f)
{
    if (name == multilabel::name || name == "binary") return f(multilabel{});
    if (name == multiclass::name) return f(multiclass{});
    if (name == regression::name) return f(regression{});
    if (name == profile::name) return f(profile{});
    if (name == counts::name) return f(counts{});
    throw error{"expected a task among multilabel, multiclass, regression, profile and counts, found " +
                in_quotes(name)};
}

/// The tasks of a model with `outputs` outputs, by the text in its file: one task for all outputs ("counts"),
/// or one for each head with its number of outputs ("multilabel:8,regression:2"). Throws error for other
/// names or numbers.
///
///     tasks_of(file.facts.task, m.outputs()).link(row);
inline tasks_by_head tasks_of(std::string_view text, extent outputs)
{
    tasks_by_head all;
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const comma = std::min(text.find(',', at), text.size());
        std::string_view const head = text.substr(at, comma - at), name = head.substr(0, head.find(':'));
        extent count = text.find(':') == text.npos ? outputs : 0;
        if (name.size() < head.size()) {
            auto const number = head.substr(name.size() + 1);
            auto const end = std::from_chars(number.data(), number.data() + number.size(), count);
            if (end.ec != std::errc{} || end.ptr != number.data() + number.size()) count = 0;
        }
        if (count < 1)
            throw error{"expected tasks such as multilabel:8,regression:2, found " + in_quotes(text)};
        with_task(name, [&](auto const& task) { all.add(count, task); });
        at = comma + 1;
    }
    if (all.outputs() != outputs)
        throw error{"expected tasks for " + std::to_string(outputs) + " outputs, found " + in_quotes(text)};
    return all;
}

} // namespace explainn::EXPLAINN_ABI
