// Prepares data: from peaks, reads, arrays or cells to a folder of sequences and labels to train on.
//
//     prepare regions --peaks MAX=max.narrowPeak --genome hg38.fa --length 200 --out max
//     prepare reads input=cycle0.fastq.gz bound=cycle4.fastq.gz --out selex
//     prepare array TF_ME.txt.gz --test TF_HK.txt.gz --transform quantile --out array
//     prepare cells filtered_peak_bc_matrix --clusters clusters.csv --genome hg38.fa --length 600 --out
//     islets prepare --help
//
// Each subcommand is a header beside this file.
#include "prepare/array.hpp"
#include "prepare/cells.hpp"
#include "prepare/reads.hpp"
#include "prepare/regions.hpp"

int main(int argc, char** argv)
{
    using namespace prepare_program;
    return run_program(argc, argv, [](CLI::App& app) {
        app.description(
            "Prepares data for training: FOLDER/sequences.fa.gz, labels.tsv.gz and prepared.json, "
            "which says how they were made.");
        app.set_version_flag("--version", explainn::library_version);
        app.require_subcommand(1);
        add_regions(app);
        add_reads(app);
        add_array(app);
        add_cells(app);
    });
}
