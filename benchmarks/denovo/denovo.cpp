// Cuts labelled sequences for a search of motifs, and tells how well the motifs that were found rank
// sequences that were never seen.
//
//     bench_denovo cut FOLDER_OF_TFBS OUT FACTOR...     OUT/FACTOR/{train,test}_{positives,negatives}.fa
//     bench_denovo arrays FOLDER_OF_PBM OUT NAME...     OUT/NAME_ME/...: trained on one design, tested on the
//     other bench_denovo score FOLDER TOOL=MOTIFS...          a line a tool, for the first motif and for the
//     best on train
//     bench_denovo ten FOLDER RANKED OTHERS     whether the best motif is among the ten first: see
//     ten_first.sh bench_denovo plant, judge, ceiling, shuffle: see planted.sh
//
// Factors: positives 1, negatives 0 of the same GC content (bins of 1 %), at most 2,000 positives; training
// on chr13 14 18 20 21 22, test on chr19. The test has five draws of negatives for each positive, so that its
// AUROC is the mean over the draws.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/place_name.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/pbm_file.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/motif/score.hpp>

#include "planted.hpp"

namespace ex = explainn;
namespace fs = std::filesystem;

namespace {
int gc_bin(std::string const& bases)
{
    std::size_t n = 0;
    for (char const c : bases) n += c == 'G' || c == 'C';
    return static_cast<int>(100 * n / bases.size());
}

// rows by label; `draws` lists of negatives, each with one of the GC content of every positive
struct matched {
    std::vector<std::uint32_t> positives, negatives;
};
matched match(ex::packed_sequences const& s, std::vector<std::uint32_t> positives,
              std::vector<std::uint32_t> const& others, std::size_t most, int draws)
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::choice};
    draw.shuffle(positives);
    positives.resize(std::min(positives.size(), most));
    std::map<int, std::vector<std::uint32_t>> bins;
    for (auto const row : others) bins[gc_bin(s.letters(row))].push_back(row);
    std::map<int, std::size_t> wanted;
    for (auto const row : positives) ++wanted[gc_bin(s.letters(row))];
    matched out;
    for (auto const row : positives) { // positives without a negative of their kind are left out
        auto const bin = gc_bin(s.letters(row));
        if (wanted[bin] > bins[bin].size()) --wanted[bin];
        else out.positives.push_back(row);
    }
    for (int k = 0; k < draws; ++k)
        for (auto& [bin, some] : bins) {
            draw.shuffle(some);
            out.negatives.insert(out.negatives.end(), some.begin(),
                                 some.begin() +
                                     static_cast<std::ptrdiff_t>(std::min(wanted[bin], some.size())));
        }
    return out;
}

void write_fasta(fs::path const& path, ex::packed_sequences const& s, std::vector<std::uint32_t> const& rows)
{
    ex::output_file out{path};
    std::size_t n = 0; // draws may repeat a name
    for (auto const row : rows)
        out << '>' << s.name(row) << (path.filename() == "test_negatives.fa" ? "_" + std::to_string(++n) : "")
            << '\n'
            << s.letters(row) << '\n';
    out.commit();
}
void write_part(fs::path const& folder, std::string const& part, ex::packed_sequences const& s,
                matched const& m)
{
    fs::create_directories(folder);
    write_fasta(folder / (part + "_positives.fa"), s, m.positives);
    write_fasta(folder / (part + "_negatives.fa"), s, m.negatives);
}

void cut(std::vector<std::string> const& a)
{
    std::vector<std::string> const factors(a.begin() + 2, a.end());
    auto const data =
        ex::read_dataset(a[0] + "/sequences.fa.gz", a[0] + "/labels.tsv.gz", {.targets = factors});
    for (std::size_t f = 0; f < factors.size(); ++f) {
        std::map<std::string, std::vector<std::uint32_t>> positives, negatives;
        for (std::uint32_t i = 0; i < data.size(); ++i) {
            std::string const chromosome{ex::place_of(data.sequences().name(i))->chromosome};
            char const* part = chromosome == "chr19" ? "test" : "train";
            float const y = data.label(i, f);
            if (y == 1) positives[part].push_back(i);
            if (y == 0) negatives[part].push_back(i);
        }
        for (std::string const part : {"train", "test"})
            write_part(
                fs::path{a[1]} / factors[f], part, data.sequences(),
                match(data.sequences(), positives[part], negatives[part], 2000, part == "test" ? 5 : 1));
    }
}

// the probes with a signal of four standard deviations above the mean, and at least the 100 highest, against
// others
void arrays(std::vector<std::string> const& a)
{
    for (std::size_t i = 2; i < a.size(); ++i)
        for (auto const& [train, test] : {std::pair{"ME", "HK"}, std::pair{"HK", "ME"}})
            for (std::string const part : {"train", "test"}) {
                fs::path const file =
                    fs::path{a[0]} / (a[i] + "_" + (part == "train" ? train : test) + ".txt.gz");
                auto const data = ex::read_pbm(file);
                std::vector<double> y;
                for (std::size_t k = 0; k < data.size(); ++k)
                    y.push_back(static_cast<double>(data.label(k, 0)));
                std::vector<double> sorted = y;
                std::nth_element(sorted.begin(), sorted.begin() + 99, sorted.end(), std::greater<>{});
                double const least = std::min(ex::positive_from(y), sorted[99]);
                std::vector<std::uint32_t> positives, others;
                for (std::uint32_t k = 0; k < data.size(); ++k)
                    (y[k] >= least ? positives : others).push_back(k);
                fs::path const folder = fs::path{a[1]} / (a[i] + "_" + train);
                write_part(folder, part, data.sequences(),
                           match(data.sequences(), positives, others, 2000, part == "test" ? 5 : 1));
                if (part == "train")
                    fs::copy_file(file, folder / "array.txt.gz", fs::copy_options::overwrite_existing);
            }
}

struct labelled {
    ex::packed_sequences sequences;
    std::vector<std::vector<double>> labels{{}};
    std::optional<ex::windowed_sequences> windows;
};
std::unique_ptr<labelled> read_part(fs::path const& folder, std::string const& part)
{
    auto p = std::make_unique<labelled>();
    for (auto const& [name, label] : {std::pair{"positives", 1.0}, std::pair{"negatives", 0.0}}) {
        ex::fasta_file file{folder / (part + "_" + name + ".fa")};
        while (file.next(p->sequences)) p->labels[0].push_back(label);
    }
    p->windows.emplace(p->sequences);
    return p;
}
double auroc(ex::motif m, labelled const& p, ex::motif_ranking by)
{
    m.counts.reset();
    m.sites = 20;
    return ex::score_motif(ex::score_matrix{m, {}, 0.1}, *p.windows, p.labels, by)[0].auroc;
}

void score(std::vector<std::string> const& a)
{
    fs::path const folder{a[0]};
    auto const train = read_part(folder, "train"), test = read_part(folder, "test");
    for (std::size_t i = 1; i < a.size(); ++i) {
        auto const equals = a[i].find('=');
        auto const motifs = ex::read_motifs(a[i].substr(equals + 1)).motifs;
        std::string only; // TOOL=FILE of JASPAR: the profiles of the factor alone
        if (a[i].starts_with("jaspar="))
            only = folder.filename().string().substr(0, folder.filename().string().find('_'));
        double best_on_train = -1, first_hit = NAN, first_occupancy = NAN, best_hit = NAN;
        std::size_t count = 0;
        for (auto const& m : motifs) {
            std::string name = m.alternative_name;
            for (char& c : name) c = static_cast<char>(std::toupper(c));
            for (char& c : only) c = static_cast<char>(std::toupper(c));
            if (!only.empty() && name != only) continue;
            if (count++ == 0) {
                first_hit = auroc(m, *test, ex::motif_ranking::best_hit);
                first_occupancy = auroc(m, *test, ex::motif_ranking::occupancy);
            }
            if (double const t = auroc(m, *train, ex::motif_ranking::best_hit); t > best_on_train) {
                best_on_train = t;
                best_hit = auroc(m, *test, ex::motif_ranking::best_hit);
            }
        }
        std::printf("%s\t%s\t%zu\t%zu\t%.4f\t%.4f\t%.4f\n", folder.filename().c_str(),
                    a[i].substr(0, equals).c_str(),
                    static_cast<std::size_t>(std::count(test->labels[0].begin(), test->labels[0].end(), 1.0)),
                    count, first_hit, first_occupancy, best_hit);
        std::fflush(stdout);
    }
}

// A line: which motif of both files ranks the test sequences best; its AUROC; the best AUROC of the ten first
// of RANKED; the one of these that is most like the best motif, how like, and whether that is enough to be
// called the same (0.8, as a search calls it) or as good (AUROC less by at most 0.001).
void ten(std::vector<std::string> const& a)
{
    fs::path const folder{a[0]};
    auto const test = read_part(folder, "test");
    auto first = ex::read_motifs(a[1]).motifs;
    auto const others = ex::read_motifs(a[2]).motifs;
    std::vector<ex::motif> all = first;
    all.insert(all.end(), others.begin(), others.end());
    first.resize(std::min<std::size_t>(first.size(), 10));
    ex::motif const* best = nullptr;
    double most = -1, most_of_first = -1, like = -1;
    for (std::size_t i = 0; i < all.size(); ++i) {
        double const area = auroc(all[i], *test, ex::motif_ranking::best_hit);
        if (area > most) {
            most = area;
            best = &all[i];
        }
        if (i < first.size()) most_of_first = std::max(most_of_first, area);
    }
    if (best == nullptr) throw ex::error{a[1] + ": expected motifs, found none"};
    std::string which;
    for (auto const& m : first)
        if (double const x = ex::align(m.probabilities, best->probabilities, 5).similarity; x > like) {
            like = x;
            which = m.name;
        }
    std::printf("%s\t%zu\t%s\t%.4f\t%.4f\t%s\t%.3f\t%d\t%d\n", folder.filename().c_str(), first.size(),
                best->name.c_str(), most, most_of_first, which.c_str(), like, like >= 0.8,
                most_of_first >= most - 0.001);
}
} // namespace

int main(int argc, char** argv)
{
    std::vector<std::string> const all(argv + std::min(argc, 2), argv + argc);
    std::string const what = argc > 1 ? argv[1] : "";
    try {
        if (what == "cut" && all.size() > 2) cut(all);
        else if (what == "arrays" && all.size() > 2) arrays(all);
        else if (what == "score" && all.size() > 1) score(all);
        else if (what == "ten" && all.size() == 3) ten(all);
        else if (what == "plant" && all.size() == 7)
            bench_planted::plant(all[0], all[1], std::stod(all[2]), std::stoul(all[3]), std::stoul(all[4]),
                                 std::stoul(all[5]), std::stod(all[6]));
        else if (what == "judge" && all.size() == 2) bench_planted::judge(all[0], all[1]);
        else if (what == "ceiling" && all.size() == 1) bench_planted::ceiling(all[0]);
        else if (what == "shuffle" && all.size() > 3)
            bench_planted::shuffle({all.begin() + 3, all.end()}, all[0], std::stoul(all[1]),
                                   std::stoul(all[2]));
        else {
            std::fprintf(stderr, "bench_denovo cut|arrays|score|ten|plant|judge|ceiling|shuffle ...: see the "
                                 "head of denovo.cpp\n");
            return 1;
        }
    } catch (std::exception const& e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
}
