// Explains the decisions of a saved model: what each unit adds, where, and what a change of the sequence
// does.
//
//     explain sequences --model run/model.safetensors --sequences peaks.fa --out contributions.tsv
//     explain --help
//
// Each subcommand is a header beside this file.
#include "explain/sequences.hpp"
#include "explain/tracks.hpp"
#include "explain/variants.hpp"

int main(int argc, char** argv)
{
    using namespace explain_program;
    return run_program(argc, argv, [](CLI::App& app) {
        app.description("Explains a saved model, exactly: units, motif hits, mutations.");
        app.set_version_flag("--version", explainn::library_version);
        app.require_subcommand(1);
        add_sequences(app);
        add_variants(app);
        add_tracks(app);
    });
}
