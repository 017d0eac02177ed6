// What chromatin_accessibility and single_cell do alike: a profile over columns (cell types, clusters) for
// each region, and motifs by group of columns.
#pragma once
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "common/lineages.hpp"
#include "common/made_up.hpp"

namespace task_training {

struct accessibility_options : run_options {
    ex::paper_card card;
    std::string groups;
};

inline void add_accessibility(CLI::App& c, accessibility_options& o, bool needs_out)
{
    c.add_option("--out", o.out, "folder for the results")->required(needs_out);
    add_data(c, o.data);
    shared::add_architecture(c, o.card);
    shared::add_filters(c, o.filters);
    add_training(c, o);
    c.add_option(
        "--groups", o.groups,
        "columns that belong together, such as a lineage's cell types: a table with the header output, "
        "group; motifs by group go into lineages.tsv and the report");
}

/// Trains on data that are read, from filters that `starts` sets, and hands what the model looks for, its
/// units' spoken names and the groups of columns to also().
template <class Also>
void train_accessibility(shared::training_run& run, accessibility_options& o, ex::split_dataset const& read,
                         shared::started_filters const& starts, Also also)
{
    ex::profile const task;
    auto const& [data, rows] = read;
    require_labels(task, data, o.data.label_file());
    std::vector<ex::output_group> groups;
    if (!o.groups.empty()) groups = ex::read_output_groups(o.groups, data.tasks());
    o.card.length = static_cast<ex::extent>(data.length());
    o.card.outputs = static_cast<ex::extent>(data.outputs());
    network m = ex::make_paper_model<device>(o.card, o.how.from, o.processor.device());
    auto facts = facts_of(o, data);
    facts["architecture"] = ex::to_json(o.card);
    starts.add_facts(facts);
    starts.start(m, o.how);
    shared::run_data<ex::dataset> const given{data, data, rows, data.tasks()};
    train_and_write(run, o, task, m, given, std::move(facts), [&](auto const& look) {
        if (starts.given()) starts.finish(run.folder(), look().second, run.known_motifs(), given.outputs);
        if (groups.empty()) return;
        run.step("groups", [&] {
            seen_rows const& seen = look();
            auto const units = spoken_units(seen.second.motifs, run.known_motifs());
            write_lineages(run, seen, units, groups);
            also(seen, units, groups);
            return shared::counted(groups.size(), "group") + " of outputs";
        });
    });
}

/// A motif that made-up regions may hold, by chance, and what it adds to each column.
struct made_up_effect {
    char const* motif;
    double chance;
    std::vector<double> adds;
};

/// Regions with words of motifs, and the accessibility of each column: 1, what the motifs add, and noise.
inline void make_up_regions(std::filesystem::path const& folder, std::size_t count,
                            std::vector<std::string> const& columns,
                            std::vector<made_up_effect> const& effects)
{
    shared::motif_words const words;
    shared::made_up_data data{folder, "accessibility.tsv", columns};
    for (std::size_t i = 0; i < count; ++i) {
        ex::random_numbers draw{ex::seed{1}, ex::stream::backgrounds, static_cast<std::uint32_t>(i)};
        shared::made_up_sequence region{150, draw};
        std::vector<double> signal(columns.size(), 1);
        for (auto const& effect : effects) {
            if (draw.uniform() >= effect.chance) continue;
            region.put(words.draw(effect.motif, draw));
            for (std::size_t k = 0; k < signal.size(); ++k) signal[k] += effect.adds[k];
        }
        for (double& x : signal) x += shared::noise(draw, 0.25);
        data.add(region.text(), signal);
    }
    data.commit();
}

/// Writes a table of groups as --groups takes it.
inline void write_groups(std::filesystem::path const& path,
                         std::vector<std::pair<std::string, std::string>> const& group_of_output)
{
    ex::output_file out{path};
    out << "output\tgroup\n";
    for (auto const& [output, group] : group_of_output) out << output << '\t' << group << '\n';
    out.commit();
}

/// The options of a demonstration on what make_up_regions made in a folder.
inline void take_demo(accessibility_options& o, std::filesystem::path const& folder)
{
    o.data.sequences = (folder / "sequences.fa.gz").string();
    o.data.labels = (folder / "accessibility.tsv").string();
    o.groups = (folder / "groups.tsv").string();
    o.out = folder.string();
    o.overwrite = true;
    o.recipe = "recommended";
    o.take_recipe();
    o.how.epochs = 12;
    o.card.units = 24;
}

} // namespace task_training
