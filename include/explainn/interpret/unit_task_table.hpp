// Numbers by unit and task, and their file.
#pragma once
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
