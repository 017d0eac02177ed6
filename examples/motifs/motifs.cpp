// The motif toolkit as a program: compare, annotate, scan, score, refine, cluster, choose, draw and convert
// motifs. Without an argument it compares and draws a model's filters beside JASPAR's profiles into
// motifs_demo/.
#include "common/program.hpp"
#include "motifs/cluster.hpp"
#include "motifs/compare.hpp"
#include "motifs/demo.hpp"
#include "motifs/refine.hpp"
#include "motifs/scan.hpp"

int main(int argc, char** argv)
{
    using namespace motifs_program;
    return run_program(argc, argv, [argc](CLI::App& app) {
        app.description("Read, compare, scan, refine, cluster and draw motifs. Without an argument: a demo "
                        "into motifs_demo/.");
        add_compare(app);
        add_annotate(app);
        add_scan(app);
        add_score(app);
        add_refine(app);
        add_cluster(app);
        add_choose(app);
        add_logo(app);
        add_convert(app);
        app.require_subcommand(argc > 1 ? 1 : 0);
        if (argc == 1) app.callback(run_demo);
    });
}
