// Outputs that belong together, such as the cell types of a lineage, and which units distinguish one group
// from another.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/interpret/model_insight.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// Outputs that belong together.
struct output_group {
    std::string name;
    std::vector<extent> outputs; ///< numbers of outputs, ascending
};

/// Reads groups of outputs: a header `output` and `group` with a tab between, then a row for each output that
/// is in a group. The groups are returned in the order of the file. Throws input_error for another header, a
/// row of another number of fields, an output that the model does not have or that occurs twice, and no
/// groups.
///
///     auto const groups = read_output_groups("lineages.tsv", {"proerythroblast", "monocyte"});
inline std::vector<output_group> read_output_groups(std::filesystem::path const& path,
                                                    std::vector<std::string> const& outputs)
{
    std::map<std::string, extent> number;
    for (std::size_t i = 0; i < outputs.size(); ++i) number.emplace(outputs[i], static_cast<extent>(i));
    std::map<std::string, std::size_t> place;
    std::vector<std::size_t> line_of(outputs.size());
    std::vector<output_group> groups;
    text_file file{path, "an output and its group"};
    bool header = true;
    for (std::string_view line; file.next(line);) {
        if (line.empty()) continue;
        std::size_t const tab = line.find('\t');
        if (tab == line.npos || line.find('\t', tab + 1) != line.npos || tab == 0 || tab + 1 == line.size())
            file.refuse("an output and its group with a tab between", in_quotes(line));
        std::string const output{line.substr(0, tab)}, name{line.substr(tab + 1)};
        if (header) {
            if (output != "output" || name != "group")
                file.refuse("the header 'output', tab, 'group'", in_quotes(line));
            header = false;
            continue;
        }
        auto const at = number.find(output);
        if (at == number.end())
            file.refuse("an output of the model, such as " +
                            in_quotes(outputs.empty() ? std::string{"A"} : outputs.front()),
                        in_quotes(output));
        auto& first = line_of[static_cast<std::size_t>(at->second)];
        if (first != 0)
            file.refuse("every output once",
                        in_quotes(output) + " again, first at line " + std::to_string(first));
        first = file.line();
        auto const [group, is_new] = place.emplace(name, groups.size());
        if (is_new) groups.push_back({name, {}});
        groups[group->second].outputs.push_back(at->second);
    }
    if (groups.empty()) throw input_error{path, 0, "at least one group of outputs", "none"};
    for (auto& group : groups) std::ranges::sort(group.outputs);
    return groups;
}

/// What a hit of a unit contributes to some outputs and to others.
struct unit_contrast {
    extent unit{};
    double here{};  ///< mean importance over some outputs: what a hit contributes to their logits
    double there{}; ///< the same over the others
    double share{}; ///< the share of the sequences (by strand) with a hit of the unit
    /// How much the unit distinguishes the first outputs from the others, over all sequences.
    double gain() const { return share * (here - there); }
};

/// Every unit that has any hits, sorted by how much it favours the outputs `here` over `there`, the largest
/// first. `reads` is the number of sequences (by strand) from which the insight comes. Throws error where
/// either list is empty.
///
///     auto const by_unit = contrast_units(seen, groups[0].outputs, groups[1].outputs, reads);
inline std::vector<unit_contrast> contrast_units(model_insight const& seen, std::span<extent const> here,
                                                 std::span<extent const> there, std::size_t reads)
{
    if (here.empty() || there.empty())
        throw error{"expected outputs on both sides of a contrast, found none"};
    auto const mean = [&](extent unit, std::span<extent const> outputs) {
        double sum = 0;
        for (extent const o : outputs) sum += seen.importances(unit, o);
        return sum / static_cast<double>(outputs.size());
    };
    std::vector<unit_contrast> all;
    for (extent u = 0; u < seen.importances.units; ++u) {
        auto const hits = static_cast<double>(seen.sequences[static_cast<std::size_t>(u)]);
        unit_contrast const one{u, mean(u, here), mean(u, there),
                                reads == 0 ? 0 : hits / static_cast<double>(reads)};
        if (std::isfinite(one.gain()) && one.share > 0) all.push_back(one);
    }
    sort_keeping_order(all,
                       [](unit_contrast const& a, unit_contrast const& b) { return a.gain() > b.gain(); });
    return all;
}

/// Of the outputs 0 to `all` - 1, those that are not among the given ones.
///
///     std::vector<extent> const others = other_outputs(groups[0].outputs, m.outputs());
inline std::vector<extent> other_outputs(std::span<extent const> some, extent all)
{
    std::vector<extent> out;
    for (extent o = 0; o < all; ++o)
        if (std::ranges::find(some, o) == some.end()) out.push_back(o);
    return out;
}

} // namespace explainn::EXPLAINN_ABI
