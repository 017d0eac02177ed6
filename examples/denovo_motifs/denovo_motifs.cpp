// De novo motifs from any assay: a small ExplaiNN and enriched words propose them, each is refined, they are
// chosen by what each adds, tested on sequences that served for nothing before, and named.
//
//     denovo_motifs                                 a small real sample, in seconds
//     denovo_motifs --positives bound.fa --negatives unbound.fa --out found
//     denovo_motifs --positives bound.fa --out found           shuffled sequences are the negatives
//     denovo_motifs --peaks bound.narrowPeak --genome hg38.fa --out found
//     denovo_motifs --pbm array.txt.gz --out found
//     denovo_motifs --reads cycle0.fq.gz cycle1.fq.gz cycle2.fq.gz --out found
//     denovo_motifs --help
#include <cstdio>
#include <iostream>

#include <explainn/core/version.hpp>
#include <explainn/io/motif_file.hpp>

#include "common/example_data.hpp"
#include "common/run_folder.hpp"
#include "denovo_motifs/candidates.hpp"
#include "denovo_motifs/results.hpp"

namespace {
using namespace denovo;
using namespace shared;

void print_found(results const& r)
{
    std::printf("%-9s %-26s %7s %9s  %s\n", "motif", "consensus", "AUROC", "E", "looks like");
    for (std::size_t i = 0; i < r.found.size(); ++i) {
        auto const& f = r.found[i];
        std::printf("%-9s %-26s %7.3f %9.2g  %s\n", f.result.name.c_str(),
                    ex::iupac_consensus(f.result.probabilities).c_str(), f.test.auroc, f.e,
                    r.names[i].names.empty() ? "-" : r.names[i].names.c_str());
    }
    std::fflush(stdout);
}

void search(settings const& s)
{
    if (s.out.empty()) throw ex::error{"--out: expected a folder to write, found none"};
    auto const [least, most] = s.columns();
    auto const percent = s.percentages();
    fs::path const dir{s.out};
    require_own_files(results_in(dir, result_names), s.files());
    if (!s.overwrite) refuse_results(dir, result_names, "--overwrite");
    fs::path const known_file = s.known.empty()
                                    ? example_data() / "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz"
                                    : fs::path{s.known};
    auto const known = ex::read_motifs(known_file);
    if (known.motifs.empty()) throw ex::input_error{known_file, 0, "motifs to name by", "none"};

    input const in = read_input(s);
    auto const rows = split(in, percent, ex::seed{s.seed});
    make_folder(dir);
    std::cerr << in.source << ": " << rows.train.size() << " to fit, " << rows.valid.size() << " to choose, "
              << rows.test.size() << " to test\n";
    auto filters = propose(in, rows, s);

    ex::discover_options how;
    how.count = s.motifs;
    how.joint = s.joint;
    how.tune = s.tune;
    how.refine.least_columns = least;
    how.refine.most_columns = most;
    how.refine.both_strands = !s.forward_only;
    how.refine.rare_prior = s.rare ? 0.1 : 0;
    how.refine.random = ex::seed{s.seed};
    how.refine.threads = static_cast<std::size_t>(s.processor.threads);
    how.tell = [](std::string_view what) {
        if (interrupted()) throw interruption{"interrupted"};
        std::cerr << what << '\n';
    };
    auto starts = filters.motifs;
    for (auto& word : words_of(in, rows, how.refine)) starts.push_back(std::move(word));
    auto found = ex::discover_motifs(starts, in.sequences, in.labels, rows, how);
    auto r = finish(std::move(found), std::move(filters), std::move(starts), in, known.motifs,
                    !s.forward_only, how.refine.threads);
    if (s.dinucleotides) {
        how.tell("fitting pairs of neighbouring columns");
        r.dinucleotides = dinucleotide_table(r, in, rows, how.refine);
    }
    if (interrupted()) throw interruption{"interrupted"};
    if (s.overwrite) fs::remove(dir / "motifs.tsv"); // from now on they are not this run's
    write_results(dir, r, in, rows, !s.forward_only);
    print_found(r);
}

/// The whole of it on a small real sample.
void demo()
{
    fs::path const dir{"denovo_motifs_demo"}, mark = dir / ".made_by_denovo_motifs";
    if (is_there(dir) && !is_there(mark) && !(fs::is_directory(dir) && fs::is_empty(dir)))
        throw ex::error{"denovo_motifs_demo: expected no folder of this name, or one an earlier demo made, "
                        "found another"};
    make_folder(dir);
    ex::output_file{mark}.commit();
    settings s;
    s.sequences = (example_data() / "sequences.fa.gz").string();
    s.labels = (example_data() / "labels.tsv.gz").string();
    s.target = "FOXA1";
    s.out = dir.string();
    s.overwrite = true;
    s.motifs = 5;
    s.epochs = 5;
    std::cerr << "demo: regions of open DNA (human) that FOXA1 binds, and others\n";
    search(s);
    std::cout << "results are in " << dir.string() << "/; open " << (dir / "motifs.html").string()
              << " in a browser; denovo_motifs --help says what else there is\n";
}

} // namespace

int main(int argc, char** argv)
{
    settings s;
    return run_program(argc, argv, [&](CLI::App& app) {
        app.description(
            "Motifs that tell bound sequences from others, from ChIP-seq, arrays or selections. Without "
            "an argument: a demo into denovo_motifs_demo/.");
        app.set_version_flag("--version", ex::library_version);
        add_options(app, s);
        app.callback([&] {
            if (argc == 1) demo();
            else search(s);
        });
    });
}
