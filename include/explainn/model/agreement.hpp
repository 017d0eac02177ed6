// The sentences of errors about data that do not fit a model, in one place.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <explainn/backend/view.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/core/shape.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/model/parameters.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// "1 task", "2 tasks"
inline std::string counted(std::size_t n, std::string const& one, std::string const& more)
{
    return std::to_string(n) + " " + (n == 1 ? one : more);
}
inline std::string counted(std::size_t n, std::string const& one) { return counted(n, one, one + "s"); }

/// Throws shape_error unless sequences have the length that a model reads.
inline void require_length(extent of_model, std::size_t of_data)
{
    if (of_model == 0) throw shape_error{"the model reads signals alone, and the data are sequences"};
    if (of_data != static_cast<std::size_t>(of_model))
        throw shape_error{"the model reads sequences of " +
                          counted(static_cast<std::size_t>(of_model), "base") + ", the data have " +
                          std::to_string(of_data)};
}
/// "350 signals" or "2 signals of 200 positions" or "no signals"
inline std::string signals_text(shape s)
{
    if (s.channels == 0) return "no signals";
    std::string const channels = counted(static_cast<std::size_t>(s.channels), "signal");
    return s.positions == 1 ? channels : channels + " of " + std::to_string(s.positions) + " positions";
}
/// Throws shape_error unless the signals of a row have the shape that a model reads; a model that reads none
/// accepts any.
inline void require_signals(shape of_model, shape of_data)
{
    if (of_model != shape{} && of_data != of_model)
        throw shape_error{"the model reads " + signals_text(of_model) + " a row, the data have " +
                          signals_text(of_data)};
}
/// Throws error where a signal is not finite; `of_row` is the number of signals in a row.
inline void require_finite_signals(std::span<float const> all, std::size_t of_row)
{
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!std::isfinite(all[i]))
            throw error{"expected finite signals, found " + number_text(static_cast<double>(all[i])) +
                        " at number " + std::to_string(i % of_row + 1) + " of row " +
                        std::to_string(i / of_row + 1)};
}
/// Throws shape_error unless data have as many tasks as a model has outputs.
inline void require_tasks(extent outputs, std::size_t tasks)
{
    if (tasks != static_cast<std::size_t>(outputs))
        throw shape_error{"the model has " + counted(static_cast<std::size_t>(outputs), "output") +
                          ", the data " + counted(tasks, "task")};
}
/// Throws shape_error unless there is a name for every output of a model.
inline void require_task_names(extent outputs, std::size_t names)
{
    if (names != static_cast<std::size_t>(outputs))
        throw shape_error{"the model has " + counted(static_cast<std::size_t>(outputs), "output") + ", " +
                          counted(names, "task name is", "task names are") + " given"};
}
/// Throws error unless every row is one of the data.
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
/// Throws shape_error for a view with a negative number of sequences or bases, and for one that has letters
/// but no memory.
inline void require_memory(view<letter const, 2> letters)
{
    extent const n = letters.size(0), bases = letters.size(1);
    if (n < 0 || bases < 0 || (n > 0 && bases > 0 && !letters))
        throw shape_error{"expected letters of some sequences, found " +
                          (n < 0       ? std::to_string(n) + " sequences"
                           : bases < 0 ? "sequences of " + std::to_string(bases) + " bases"
                                       : std::string{"no memory of letters"})};
}
/// Does the same for signals.
inline void require_memory(view<float const, 3> signals)
{
    bool const negative = signals.size(0) < 0 || signals.size(1) < 0 || signals.size(2) < 0;
    if (negative || (signals.count() > 0 && !signals))
        throw shape_error{
            "expected signals of some rows, found " +
            (negative ? std::string{"a negative number of them"} : std::string{"no memory of signals"})};
}
/// Throws shape_error unless an array with the numbers of a model has as many as the model.
inline void require_numbers(std::size_t of_model, std::size_t found, std::string const& where)
{
    if (found != of_model)
        throw shape_error{"the model holds " + counted(of_model, "number") + ", " + where + " " +
                          std::to_string(found)};
}
/// Throws error, naming the tensor, where one of its numbers is not finite.
template <class T>
void require_finite_numbers(std::string_view tensor, std::span<T const> numbers, std::string const& where)
{
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (!std::isfinite(numbers[i]))
            throw error{"expected finite numbers in " + std::string{tensor} + where + ", found " +
                        number_text(static_cast<double>(numbers[i])) + " at number " + std::to_string(i + 1)};
}
/// Does the same for all tensors in an array that is laid out as a model's numbers are.
template <class T>
void require_finite_tensors(parameter_list const& tensors, std::span<T const> numbers,
                            std::string const& where)
{
    for (parameter const& p : tensors)
        require_finite_numbers(p.name(), numbers.subspan(p.offset, p.count), where);
}

} // namespace explainn::EXPLAINN_ABI::detail
