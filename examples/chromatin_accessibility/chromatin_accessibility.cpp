// Accessibility of chromatin over cell types (the paper's Fig. 4, AI-TAC's data): a profile over columns for
// each region, and the motifs of each lineage.
//
//     chromatin_accessibility --sequences peaks.fa.gz --labels signals.tsv --groups lineages.tsv --out run
//     chromatin_accessibility --one-hot one_hot_seqs.npy --bases ATGC --signals cell_type_array.npy --out run
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "chromatin_accessibility/arrays.hpp"
#include "common/accessibility.hpp"
#include "common/program.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

void train(accessibility_options& o, array_options const& arrays)
{
    auto inputs = arrays.files();
    inputs.push_back({"--groups", o.groups});
    std::vector<char const*> more;
    if (!o.groups.empty()) more.push_back("lineages.tsv");
    auto run = begin(o, inputs, more);
    shared::started_filters const starts{o.filters, o.card};
    run.read_report_inputs(static_cast<std::size_t>(o.card.units));
    loss_of(ex::profile{}, o.loss, o.reduction); // refused before data are read
    auto const read = run.read([&]() -> ex::split_dataset {
        if (!arrays.given()) return o.data.read(o.how.from);
        if (!o.data.label_file().empty() || !o.data.sequences.empty())
            throw ex::error{
                "expected data in one way: --one-hot with --signals, or files of text; found both"};
        auto data = arrays.read();
        auto rows = o.data.split_of(data, o.how.from);
        return {std::move(data), std::move(rows)};
    });
    train_accessibility(run, o, read, starts, [](auto const&...) {});
}

/// Made-up regions of blood: GATA1 opens erythroid cells, CEBPA myeloid ones, RUNX1 lymphoid ones.
void demo(accessibility_options o)
{
    auto const folder = shared::demo_folder("chromatin_accessibility");
    std::vector<std::string> const types{"proerythroblast", "erythroblast", "megakaryocyte",
                                         "monocyte",        "macrophage",   "neutrophil",
                                         "B_cell",          "T_cell",       "NK_cell"};
    std::vector<std::string> const lineages{"erythroid", "myeloid", "lymphoid"};
    std::vector<std::pair<std::string, std::string>> group_of;
    for (std::size_t i = 0; i < types.size(); ++i) group_of.emplace_back(types[i], lineages[i / 3]);
    make_up_regions(folder, 6000, types,
                    {{"GATA1", 0.4, {2, 1.5, 1, 0, 0, 0, 0, 0, 0}},
                     {"CEBPA", 0.4, {0, 0, 0, 2, 1.5, 1, 0, 0, 0}},
                     {"RUNX1", 0.4, {0, 0, 0, 0, 0, 0, 1, 2, 1.5}}});
    write_groups(folder / "groups.tsv", group_of);
    std::fprintf(stderr,
                 "demo: 6,000 made-up regions of 150 bases; GATA1 opens erythroid cells, CEBPA myeloid ones, "
                 "RUNX1 lymphoid ones\n");
    take_demo(o, folder);
    train(o, {});
    std::printf(
        "results are in %s/; open %s in a browser; chromatin_accessibility --help says what else there is\n",
        folder.string().c_str(), (folder / shared::report_name).string().c_str());
}

} // namespace

int main(int argc, char** argv)
{
    accessibility_options o;
    array_options arrays;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Accessibility of chromatin over cell types from sequence, and the motifs of each lineage. "
            "Without an argument: a demo on made-up data.");
        app.set_version_flag("--version", ex::library_version);
        add_accessibility(app, o, argc > 1);
        add_arrays(app, arrays);
        app.callback([&] { argc == 1 ? demo(o) : train(o, arrays); });
    });
}
