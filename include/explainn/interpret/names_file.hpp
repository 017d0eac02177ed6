// Names that users give to units: names.tsv, which the page of a report saves and programs take.
#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads names.tsv: a header `unit` and `name` with a tab between, then a row for every unit that has a name;
/// an empty name is none. Gives a name for each of `units`, empty where the file has none. `also` is what
/// else each unit is called, if anything. Throws input_error for another header, a row of another number of
/// fields, a unit that the model does not have, or one that stands twice.
///
///     auto const names = read_names("names.tsv", {"filter0", "filter1"});
inline std::vector<std::string> read_names(std::filesystem::path const& path,
                                           std::vector<std::string> const& units,
                                           std::vector<std::string> const& also = {})
{
    std::map<std::string, std::size_t> number;
    for (std::size_t i = 0; i < units.size(); ++i) number.emplace(units[i], i);
    for (std::size_t i = 0; i < also.size() && i < units.size(); ++i) number.emplace(also[i], i);
    std::vector<std::string> names(units.size());
    std::vector<std::size_t> line_of(units.size());
    text_file file{path};
    std::string_view line;
    bool header = true;
    while (file.next(line)) {
        if (line.empty()) continue;
        std::size_t const tab = line.find('\t');
        if (tab == line.npos || line.find('\t', tab + 1) != line.npos)
            throw input_error{path, file.line(), "a unit and its name with a tab between", in_quotes(line)};
        std::string const unit{line.substr(0, tab)}, name{line.substr(tab + 1)};
        if (header) {
            if (unit != "unit" || name != "name")
                throw input_error{path, file.line(), "the header 'unit', tab, 'name'", in_quotes(line)};
            header = false;
            continue;
        }
        auto const at = number.find(unit);
        if (at == number.end())
            throw input_error{path, file.line(),
                              "a unit of the model, such as " +
                                  in_quotes(units.empty() ? std::string{"filter0"} : units.front()),
                              in_quotes(unit)};
        if (line_of[at->second] != 0)
            throw input_error{path, file.line(), "every unit once",
                              in_quotes(unit) + " again, first at line " +
                                  std::to_string(line_of[at->second])};
        line_of[at->second] = file.line();
        names[at->second] = name;
    }
    if (header) throw input_error{path, 0, "the header 'unit', tab, 'name'", "an empty file"};
    return names;
}

/// Writes names.tsv, one row a unit, as the page of a report saves it.
///
///     write_names("names.tsv", {"filter0", "filter1"}, {"CTCF", ""});
inline void write_names(std::filesystem::path const& path, std::vector<std::string> const& units,
                        std::vector<std::string> const& names)
{
    if (names.size() != units.size())
        throw error{"expected names of " + std::to_string(units.size()) + " units, found " +
                    std::to_string(names.size())};
    output_file out{path};
    out << "unit\tname\n";
    for (std::size_t i = 0; i < units.size(); ++i)
        out << table_field(units[i]) << '\t' << table_field(names[i]) << '\n';
    out.commit();
}

} // namespace explainn::EXPLAINN_ABI
