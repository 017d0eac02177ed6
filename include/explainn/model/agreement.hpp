// The sentences that refuse data which are not what a model reads, in one place.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <explainn/core/shape.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// "1 task", "2 tasks"
inline std::string counted(std::size_t n, std::string const& one, std::string const& more)
{
    return std::to_string(n) + " " + (n == 1 ? one : more);
}
inline std::string counted(std::size_t n, std::string const& one) { return counted(n, one, one + "s"); }

/// Throws shape_error unless sequences are as long as a model reads them.
inline void require_length(extent of_model, std::size_t of_data)
{
    if (of_data != static_cast<std::size_t>(of_model))
        throw shape_error{"the model reads sequences of " +
                          counted(static_cast<std::size_t>(of_model), "base") + ", the data have " +
                          std::to_string(of_data)};
}
/// Throws shape_error unless data have as many tasks as a model has outputs.
inline void require_tasks(extent outputs, std::size_t tasks)
{
    if (tasks != static_cast<std::size_t>(outputs))
        throw shape_error{"the model has " + counted(static_cast<std::size_t>(outputs), "output") +
                          ", the data " + counted(tasks, "task")};
}
/// Throws shape_error unless every output of a model is given a name.
inline void require_task_names(extent outputs, std::size_t names)
{
    if (names != static_cast<std::size_t>(outputs))
        throw shape_error{"the model has " + counted(static_cast<std::size_t>(outputs), "output") + ", " +
                          counted(names, "task name is", "task names are") + " given"};
}
/// Throws error unless every row is one of the data's.
inline void require_rows(std::span<std::uint32_t const> rows, std::size_t of_data)
{
    std::uint32_t largest = 0;
    for (std::uint32_t const row : rows) largest = row > largest ? row : largest;
    if (!rows.empty() && largest >= of_data)
        throw error{"row " + std::to_string(largest) + " is asked for (they count from 0), the data have " +
                    counted(of_data, "row")};
}
/// Throws error unless there is room for a sequence in a batch.
inline void require_batch(std::size_t batch)
{
    if (batch == 0) throw error{"expected batches of at least one sequence, found 0"};
}
/// Throws shape_error unless an array of a model's numbers is as long as the model's own.
inline void require_numbers(std::size_t of_model, std::size_t found, std::string const& where)
{
    if (found != of_model)
        throw shape_error{"the model holds " + counted(of_model, "number") + ", " + where + " " +
                          std::to_string(found)};
}

} // namespace explainn::EXPLAINN_ABI::detail
