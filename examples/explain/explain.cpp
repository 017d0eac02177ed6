// Explains the decisions of a saved model: what each unit adds, where, and what a change of the sequence
// does.
//
//     explain                       the model of tf_binding's demo, on a few sequences
//     explain sequences --model run/model.safetensors --sequences peaks.fa --out contributions.tsv
//     explain --help
//
// Each subcommand is a header beside this file.
#include "explain/attributions.hpp"
#include "explain/cooperativity.hpp"
#include "explain/demo.hpp"
#include "explain/dependencies.hpp"
#include "explain/design.hpp"
#include "explain/filters.hpp"
#include "explain/hits.hpp"
#include "explain/map.hpp"
#include "explain/mutagenesis.hpp"
#include "explain/nullify.hpp"
#include "explain/pairs.hpp"
#include "explain/patterns.hpp"
#include "explain/report.hpp"
#include "explain/sequences.hpp"
#include "explain/tracks.hpp"
#include "explain/units.hpp"
#include "explain/variants.hpp"

int main(int argc, char** argv)
{
    using namespace explain_program;
    return run_program(argc, argv, [argc](CLI::App& app) {
        app.description("Explains a saved model, exactly: units, motif hits, mutations. Without an argument: "
                        "the model of tf_binding's demo, into explain_demo/.");
        app.set_version_flag("--version", explainn::library_version);
        app.require_subcommand(argc > 1 ? 1 : 0);
        add_sequences(app);
        add_nullify(app);
        add_cooperativity(app);
        add_units(app);
        add_map(app);
        add_pairs(app);
        add_report(app);
        add_filters(app);
        add_hits(app);
        add_mutagenesis(app);
        add_attributions(app);
        add_patterns(app);
        add_dependencies(app);
        add_design(app);
        add_variants(app);
        add_tracks(app);
        if (argc == 1) app.callback(run_demo);
    });
}
