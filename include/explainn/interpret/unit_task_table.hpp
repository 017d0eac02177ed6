// Numbers by unit and task, and their file.
#pragma once
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// (U, O) numbers: weights or importances.
struct unit_task_table {
    extent units{}, tasks{};
    std::vector<double> values;
    double operator()(extent unit, extent task) const
    {
        return values[static_cast<std::size_t>(unit) * static_cast<std::size_t>(tasks) +
                      static_cast<std::size_t>(task)];
    }
};

/// The place, from 1, of a unit among all units by the size of their numbers for a task, the largest first;
/// of equal ones the first unit comes first, and nan comes last.
///
///     place_by_size(seen.importances, 3, 0);
inline std::size_t place_by_size(unit_task_table const& table, std::size_t unit, std::size_t task)
{
    auto const size = [&](extent u) {
        double const x = table(u, static_cast<extent>(task));
        return std::isnan(x) ? -1 : std::abs(x);
    };
    auto const mine = static_cast<extent>(unit);
    std::size_t place = 1;
    for (extent u = 0; u < table.units; ++u)
        place += size(u) > size(mine) || (size(u) == size(mine) && u < mine);
    return place;
}

/// Writes a header `unit` and the task names, then a row for each unit: filter0, ...; nan where there is no
/// number. Throws error unless there is a name for each task of the table.
inline void write_unit_tasks(std::filesystem::path const& path, unit_task_table const& table,
                             std::vector<std::string> const& tasks)
{
    if (tasks.size() != static_cast<std::size_t>(table.tasks))
        throw error{"expected names of " + std::to_string(table.tasks) + " tasks, found " +
                    std::to_string(tasks.size())};
    output_file out{path};
    out << "unit";
    for (auto const& task : tasks) out << '\t' << table_field(task);
    out << '\n';
    for (extent u = 0; u < table.units; ++u) {
        out << filter_name(u);
        for (extent o = 0; o < table.tasks; ++o) out << '\t' << number_text(table(u, o));
        out << '\n';
    }
    out.commit();
}

} // namespace explainn::EXPLAINN_ABI
