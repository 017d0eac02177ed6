// Accessibility of single cells by cluster (the paper's Fig. 5): a profile over clusters for each region, the
// motifs of each group of clusters, and of one group against another.
//
//     single_cell --sequences peaks.fa.gz --labels clusters.tsv --groups states.tsv --contrast high:low --out
//     run
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "common/accessibility.hpp"
#include "common/program.hpp"

namespace {
namespace ex = explainn;
using namespace task_training;

struct cell_options : accessibility_options {
    std::vector<std::string> contrasts;
};

/// The two groups of "high:low".
std::pair<ex::output_group, ex::output_group> groups_of(std::string const& text,
                                                        std::vector<ex::output_group> const& groups)
{
    for (auto const& a : groups)
        for (auto const& b : groups)
            if (a.name != b.name && text == a.name + ':' + b.name) return {a, b};
    throw ex::error{"--contrast: expected two groups of --groups with a colon between, such as " +
                    groups.front().name + ':' + groups.back().name + ", found " + ex::in_quotes(text)};
}

void train(cell_options& o)
{
    if (o.groups.empty() && !o.contrasts.empty())
        throw ex::error{"--contrast: expected --groups with it, found none"};
    std::vector<char const*> more;
    if (!o.groups.empty()) more.push_back("lineages.tsv");
    if (!o.contrasts.empty()) more.push_back("contrasts.tsv");
    auto run = begin(o, {{"--groups", o.groups}}, more);
    shared::started_filters const starts{o.filters, o.card};
    run.read_report_inputs(static_cast<std::size_t>(o.card.units));
    loss_of(ex::profile{}, o.loss, o.reduction); // refused before data are read
    auto const read = run.read([&] { return o.data.read(o.how.from); });
    if (!o.contrasts.empty()) // names are wrong before hours of training, not after
        for (auto const& text : o.contrasts)
            groups_of(text, ex::read_output_groups(o.groups, read.data.tasks()));
    train_accessibility(run, o, read, starts, [&](auto const& seen, auto const& units, auto const& groups) {
        if (o.contrasts.empty()) return;
        lineage_table table{run.folder() / "contrasts.tsv", seen, units};
        for (auto const& text : o.contrasts) {
            auto const [high, low] = groups_of(text, groups);
            run.add(table.add(high.name, low.name, high.outputs, low.outputs));
            run.add(table.add(low.name, high.name, low.outputs, high.outputs));
        }
        table.commit();
    });
}

/// Made-up clusters of an islet of the pancreas: PDX1 opens beta cells, MAFB alpha cells, and in both RFX2
/// those of high and NRF1 those of low hormone.
void demo(cell_options o)
{
    auto const folder = shared::demo_folder("single_cell");
    make_up_regions(folder, 6000, {"beta_high", "beta_low", "alpha_high", "alpha_low"},
                    {{"PDX1", 0.4, {2, 2, 0, 0}},
                     {"Mafb", 0.4, {0, 0, 2, 2}},
                     {"RFX2", 0.3, {2, 0, 2, 0}},
                     {"NRF1", 0.3, {0, 2, 0, 2}}});
    write_groups(folder / "groups.tsv",
                 {{"beta_high", "high"}, {"alpha_high", "high"}, {"beta_low", "low"}, {"alpha_low", "low"}});
    std::fprintf(
        stderr,
        "demo: 6,000 made-up regions of 150 bases; PDX1 opens beta cells, MAFB alpha cells, RFX2 those of "
        "high and NRF1 those of low hormone\n");
    take_demo(o, folder);
    o.contrasts = {"high:low"};
    train(o);
    std::printf("results are in %s/; open %s in a browser; single_cell --help says what else there is\n",
                folder.string().c_str(), (folder / shared::report_name).string().c_str());
}

} // namespace

int main(int argc, char** argv)
{
    cell_options o;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Accessibility of single cells by cluster from sequence, and the motifs that tell clusters "
            "apart. Without an argument: a demo on made-up data.");
        app.set_version_flag("--version", ex::library_version);
        add_accessibility(app, o, argc > 1);
        app.add_option(
            "--contrast", o.contrasts,
            "two groups of --groups, A:B: which motifs speak for A and against B, and the other way, into "
            "contrasts.tsv; may be given several times");
        app.callback([&] { argc == 1 ? demo(o) : train(o); });
    });
}
