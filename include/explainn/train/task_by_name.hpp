// Tasks by the names that files and options give them.
#pragma once
#include <string>
#include <string_view>

#include <explainn/core/in_quotes.hpp>
#include <explainn/train/tasks.hpp>

namespace explainn {

/// Calls f(task) with the task of that name, as T::name has it; `binary` is multilabel. Throws error, listing
/// the names, for another one.
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

} // namespace explainn
