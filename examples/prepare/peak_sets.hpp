// The peaks of every task, from one file a task or from one file of all.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/genome/contigs.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/labels.hpp>
#include <explainn/prepare/peaks.hpp>

#include "common/data.hpp"
#include "prepare/output.hpp"

namespace prepare_program {

struct peak_options {
    std::vector<std::string> files; ///< [NAME=]FILE
    std::string tasks = "all", centre = "middle";
    bool by_name = false;
};

/// Peaks with the tasks that they belong to; a set is one file's peaks of one task.
struct peak_sets {
    std::vector<ex::peak> peaks;
    std::vector<std::string> tasks;
    std::vector<std::uint32_t> task_of_set;
    ex::region_counts counts;
};

/// The name of a file without its folder and its endings: "MAX" of "peaks/MAX.narrowPeak.gz".
inline std::string stem_of(std::string const& file)
{
    static constexpr std::array<std::string_view, 13> endings{
        ".gz",  ".bgz", ".bed", ".narrowPeak", ".broadPeak", ".gff3",  ".gff",
        ".gtf", ".txt", ".tsv", ".bw",         ".bigWig",    ".bigwig"};
    std::string name = std::filesystem::path{file}.filename().string();
    for (std::size_t i = 0; i < endings.size(); ++i)
        if (name.size() > endings[i].size() && name.ends_with(endings[i])) {
            name.resize(name.size() - endings[i].size());
            i = static_cast<std::size_t>(-1); // from the first on again
        }
    return name;
}

/// Reads them; a task is listed where it is first met, or as --tasks lists them.
inline peak_sets read_peak_sets(peak_options const& o, ex::contig_list const& contigs,
                                ex::contig_renames const& renames)
{
    peak_sets out;
    bool const chosen = o.tasks != "all";
    std::map<std::string, std::uint32_t, std::less<>> tasks;
    auto const add_task = [&](std::string const& name) {
        auto const number = static_cast<std::uint32_t>(out.tasks.size());
        if (!tasks.emplace(name, number).second) return false;
        out.tasks.push_back(name);
        return true;
    };
    if (chosen)
        for (auto const& name : shared::list_of(o.tasks, "--tasks"))
            if (!add_task(name))
                throw ex::error{"--tasks: expected every task once, found " + ex::in_quotes(name) + " twice"};
    std::vector<std::size_t> met(out.tasks.size());
    auto const centre = o.centre == "summit" ? ex::peak_centre::summit : ex::peak_centre::middle;
    std::map<std::string, std::string> file_of_stem;
    for (auto const& given : o.files) {
        named_file const from = named_file_of(given, "--peaks");
        if (o.by_name && !from.name.empty())
            throw ex::error{"--peaks: expected files without NAME= where --tasks-by-name takes the names of "
                            "tasks from column 4, found " +
                            ex::in_quotes(given)};
        std::string const name = from.name.empty() ? stem_of(from.file) : from.name;
        if (!o.by_name && from.name.empty() && !file_of_stem.emplace(name, from.file).second)
            throw ex::error{"--peaks: expected files of different names, or NAME=FILE, found " + from.file +
                            " and " + file_of_stem[name] + "; replicates of one task have one NAME"};
        std::map<std::string, std::uint32_t, std::less<>> sets; // of this file, by task
        std::size_t lines = 0;
        std::size_t const unknown = ex::each_interval(
            from.file, contigs, renames, [&](ex::bed_interval const& each, std::size_t contig) {
                if (++lines % 65536 == 0) stop_if_interrupted();
                std::string const& task = o.by_name ? each.name : name;
                if (task.empty())
                    throw ex::input_error{from.file, each.line,
                                          "the name of a task in column 4 (--tasks-by-name)", "none"};
                auto set = sets.find(task);
                if (set == sets.end()) {
                    auto found = tasks.find(task);
                    if (found == tasks.end()) {
                        if (chosen) return;
                        add_task(task);
                        met.push_back(0);
                        found = tasks.find(task);
                    }
                    set = sets.emplace(task, static_cast<std::uint32_t>(out.task_of_set.size())).first;
                    out.task_of_set.push_back(found->second);
                }
                ++met[out.task_of_set[set->second]];
                ++out.counts.read;
                out.peaks.push_back(ex::peak_of(each, contig, set->second, centre, from.file));
            });
        out.counts.read += unknown;
        out.counts.unknown_contig += unknown;
    }
    for (std::size_t t = 0; t < met.size(); ++t)
        if (met[t] == 0)
            throw ex::error{"--tasks: expected names of tasks that have peaks, found " +
                            ex::in_quotes(out.tasks[t])};
    return out;
}

/// The rows of a table of values (reads counted in regions, by sample) as peaks, whose names tell their
/// places as chrom:start-end; the columns are the tasks.
inline peak_sets peaks_of_table(ex::label_table const& table, std::string const& file,
                                ex::contig_list const& contigs, ex::contig_renames const& renames,
                                std::vector<std::uint32_t>& row_of_peak)
{
    peak_sets out;
    out.tasks = table.tasks;
    out.task_of_set.assign(1, 0);
    for (std::size_t i = 0; i < table.rows(); ++i) {
        auto const place = ex::place_of(table.name(i));
        if (!place)
            throw ex::input_error{file, 0, "rows with names that tell places, such as chr5:1000-1500",
                                  ex::in_quotes(table.name(i))};
        ++out.counts.read;
        auto const contig = ex::contig_in(contigs, place->chromosome, renames, file, 0);
        if (!contig) {
            ++out.counts.unknown_contig;
            continue;
        }
        if (place->end > contigs[*contig].length)
            throw ex::input_error{file, 0,
                                  "places within the " + std::to_string(contigs[*contig].length) +
                                      " bases of " + ex::in_quotes(place->chromosome) + " in " +
                                      contigs.file().string() + " (is it of this assembly?)",
                                  ex::in_quotes(table.name(i))};
        out.peaks.push_back(
            ex::peak_of({std::string{place->chromosome}, place->start, place->end, {}, place->strand, 0, {}},
                        *contig, 0, ex::peak_centre::middle, file));
        row_of_peak.push_back(static_cast<std::uint32_t>(i));
    }
    return out;
}

} // namespace prepare_program
