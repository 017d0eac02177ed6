// The options of denovo_motifs and what its help says of them.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/text.hpp>

#include "common/data.hpp"
#include "common/outputs.hpp"
#include "common/processor.hpp"
#include "common/program.hpp"

namespace denovo {
namespace ex = explainn;

struct settings {
    std::string positives, negatives;                           // FASTA of bound and unbound sequences
    std::string peaks, genome, contig_names, centre = "middle"; // or intervals of a genome
    std::uint64_t length = 200;                                 // bases around each of them
    std::string sequences, labels, target;                      // or FASTA, a table, and a column of it
    std::string pbm;                                            // or a microarray
    std::vector<std::string> reads;                             // or reads of the cycles of a selection
    std::string known, out;
    std::string width = "6,20", split = "80,10,10";
    std::size_t motifs = 10;
    int units = 24, epochs = 20;
    std::uint64_t seed = 1;
    bool forward_only = false, rare = false, joint = false, tune = true, dinucleotides = false,
         overwrite = false;
    shared::processor_options processor;

    /// All files that are read, by their options.
    std::vector<shared::given_path> files() const
    {
        std::vector<shared::given_path> all{{"--positives", positives},
                                            {"--negatives", negatives},
                                            {"--peaks", peaks},
                                            {"--genome", genome},
                                            {"--contig-names", contig_names},
                                            {"--sequences", sequences},
                                            {"--labels", labels},
                                            {"--pbm", pbm},
                                            {"--known", known}};
        for (auto const& file : reads) all.push_back({"--reads", file});
        return all;
    }
    /// The fewest and the most columns of a motif. Throws error for other text than two numbers.
    std::pair<std::size_t, std::size_t> columns() const
    {
        auto const parts = shared::list_of(width, "--width");
        std::vector<std::size_t> n;
        for (auto const& part : parts)
            if (auto const x = ex::number_of(part); x && *x >= 1 && *x <= 100 && *x == static_cast<int>(*x))
                n.push_back(static_cast<std::size_t>(*x));
        if (n.size() != 2 || parts.size() != 2 || n[0] > n[1])
            throw ex::error{
                "--width: expected the fewest and the most columns, from 1 to 100, such as 6,20, found " +
                ex::in_quotes(width)};
        return {n[0], n[1]};
    }
    /// Percentages of training, validation and test. Throws error where they are none.
    std::vector<double> percentages() const
    {
        std::vector<double> percent;
        for (auto const& part : shared::list_of(split, "--split"))
            if (auto const x = ex::number_of(part); x && *x > 0) percent.push_back(*x);
        if (percent.size() != 3 || percent[0] + percent[1] + percent[2] != 100)
            throw ex::error{
                "--split: expected three percentages that add up to 100, such as 80,10,10, found " +
                ex::in_quotes(split)};
        return percent;
    }
};

inline void add_options(CLI::App& c, settings& s)
{
    c.add_option("--positives", s.positives, "FASTA, plain or gzip, of sequences that hold the motifs");
    c.add_option(
        "--negatives", s.negatives,
        "FASTA of sequences that do not (default: each positive, shuffled with its pairs of neighbours "
        "kept)");
    c.add_option("--peaks", s.peaks,
                 "instead: BED, narrowPeak, broadPeak, summits or GFF3; the regions around peaks are set "
                 "against windows of --genome outside them with the same GC, repeats and N");
    c.add_option("--genome", s.genome, "FASTA (plain or bgzip are read in place) or 2bit");
    c.add_option("--contig-names", s.contig_names,
                 "two names in each line: a contig's in --peaks, and in --genome");
    c.add_option("--length", s.length, "bases around the centre of each peak")->check(in_range(8, 100000));
    c.add_option("--centre", s.centre,
                 "what regions lie around: the middle of a peak, or its summit (column 10 of narrowPeak)")
        ->check(CLI::IsMember({"middle", "summit"}));
    c.add_option("--sequences", s.sequences, "instead: FASTA of sequences with labels");
    c.add_option("--labels", s.labels,
                 "table: header, then a row a sequence: 1, 0, a real number, or nothing (unresolved)");
    c.add_option("--target", s.target, "column of --labels (default: its only one)");
    c.add_option("--pbm", s.pbm,
                 "instead: microarray, a table of probe and signal; high signals are set against others");
    c.add_option(
        "--reads", s.reads,
        "instead: FASTA or FASTQ of a selection (SELEX), a file a cycle, the first cycle first: the last "
        "cycle is set against the first; one file alone is set against its shuffled reads");
    c.add_option("--out", s.out, "folder to write");
    c.add_option("--motifs", s.motifs, "motifs at most")->check(in_range(1, 1000));
    c.add_option("--width", s.width, "the fewest and the most columns of a motif");
    c.add_option("--split", s.split, "percentages that motifs are fitted to, chosen by and tested on");
    c.add_option("--known", s.known, "motif file to name motifs by (default: JASPAR 2020, vertebrates)");
    c.add_option("--units", s.units, "units of the model that proposes motifs")->check(in_range(1, 1000));
    c.add_option("--epochs", s.epochs, "epochs of its training at most")->check(in_range(1, 10000));
    c.add_flag("--norc", s.forward_only, "leave the reverse strand out (default: no)");
    c.add_flag(
        "--rare", s.rare,
        "also look for motifs that few positives hold: each is fitted more often, which takes twice the time "
        "(default: no)");
    c.add_flag(
        "--joint", s.joint,
        "also fit all motifs together, and take those apart that stand for two kinds of sites, which takes "
        "three times the time (default: no)");
    c.add_flag("--tune,!--no-tune", s.tune,
               "fit each chosen motif with other priors and widths, and as a palindrome where it is nearly "
               "one; what explains the sequences best that serve to choose stays (default: yes)");
    c.add_flag("--dinucleotides", s.dinucleotides,
               "also fit each motif with weights of neighbouring pairs of bases, into dinucleotides.tsv "
               "(default: no)");
    c.add_option("--seed", s.seed, "what shuffles, split and training follow from");
    shared::add_processor(c, s.processor);
    c.add_flag("--overwrite", s.overwrite, "replace the folder's results (default: no)");
}

} // namespace denovo
