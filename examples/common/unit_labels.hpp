// What units are called: filter0, filter1, ..., and the names that users give them in names.tsv.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/genomics/motif_set.hpp>
#include <explainn/interpret/names_file.hpp>
#include <explainn/interpret/unit_names.hpp>

#include "common/program.hpp"

namespace shared {
namespace ex = explainn;

/// Declares --names, which every program takes that names units.
inline CLI::Option* add_names(CLI::App& c, std::string& path)
{
    return c.add_option(
        "--names", path,
        "names of units, as the page of a report saves them: a table with a header unit, name, and a row for "
        "each unit that has a name");
}

/// filter0, filter1, ...: what the units of a model are called in filters.meme and on the page of a report,
/// those of all banks in one row.
inline std::vector<std::string> unit_ids(std::size_t units)
{
    std::vector<std::string> ids;
    for (std::size_t u = 0; u < units; ++u) ids.push_back(ex::filter_name(static_cast<ex::extent>(u)));
    return ids;
}

/// The units of a model with the names of a names.tsv, if one is given.
class unit_labels {
public:
    /// Throws input_error as read_names does. Units may stand in the file as on the page of a report or as
    /// in the tables of explain, which differ where there are several banks.
    unit_labels(std::string const& path, std::vector<ex::unit_row> const& units) : given_{!path.empty()}
    {
        for (auto const& each : units) ids_.push_back(each.name);
        names_.resize(ids_.size());
        if (given_) names_ = ex::read_names(path, ids_, unit_ids(ids_.size()));
    }
    bool given() const { return given_; }
    std::vector<std::string> const& names() const { return names_; }

    /// filter3, or filter3:CTCF where it has a name.
    std::string label(std::size_t u) const
    {
        return names_[u].empty() ? ids_[u] : ids_[u] + ":" + ex::table_field(names_[u]);
    }
    /// The header of the columns unit and, where names are given, motif.
    std::string header() const { return given_ ? "unit\tmotif" : "unit"; }
    /// The fields of these columns, a point where a unit has no name.
    std::string fields(std::size_t u) const
    {
        if (!given_) return ids_[u];
        return ids_[u] + '\t' + (names_[u].empty() ? "." : ex::table_field(names_[u]));
    }

private:
    bool given_;
    std::vector<std::string> ids_, names_;
};

/// The motifs that have columns: units that read signals, or the cells of pairs, have none, and a file of
/// motifs cannot hold them.
inline ex::motif_set with_columns(ex::motif_set motifs)
{
    std::erase_if(motifs.motifs, [](ex::motif const& m) { return m.width() == 0; });
    return motifs;
}

/// Gives motifs of units, one a unit, the names that people read beside their own (MOTIF filter3 CTCF).
inline void name_motifs(ex::motif_set& motifs, std::vector<std::string> const& names)
{
    for (std::size_t u = 0; u < names.size() && u < motifs.motifs.size(); ++u)
        motifs.motifs[u].alternative_name = names[u];
}

} // namespace shared
