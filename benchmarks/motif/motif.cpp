// Times of the motif toolkit: bench_motif compare|self|fourfold|scan|cluster [threads], seconds of each call,
// the first included. compare is 100 filters against JASPAR's 746 profiles, self the profiles against
// themselves, fourfold four copies of them against themselves. bench_motif sequences FILE writes the
// sequences that are scanned.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/motif/cluster.hpp>
#include <explainn/motif/compare.hpp>
#include <explainn/motif/scan.hpp>

namespace ex = explainn;

namespace {

std::vector<std::string> random_sequences()
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    std::vector<std::string> out(2000, std::string(200, 'A'));
    for (std::string& s : out)
        for (char& c : s) c = "ACGT"[draw.below(4)];
    return out;
}

template <class Work>
void time_it(Work work, int calls = 5)
{
    for (int call = 0; call < calls; ++call) {
        auto const begin = std::chrono::steady_clock::now();
        std::size_t const results = work();
        std::chrono::duration<double> const took = std::chrono::steady_clock::now() - begin;
        std::printf("%.5f %zu\n", took.count(), results);
    }
}

} // namespace

int main(int argc, char** argv)
{
    std::string const what = argc > 1 ? argv[1] : "";
    std::filesystem::path const data = EXPLAINN_EXAMPLE_DATA;
    if (what == "sequences" && argc > 2) {
        ex::output_file out{argv[2]};
        auto const sequences = random_sequences();
        for (std::size_t i = 0; i < sequences.size(); ++i)
            out << ">s" + std::to_string(i) + "\n" + sequences[i] + "\n";
        out.commit();
        return 0;
    }
    std::size_t const threads = argc > 2 ? std::stoul(argv[2]) : 2;
    auto const targets = ex::read_motifs(data / "JASPAR2020_CORE_vertebrates_non-redundant.meme.gz").motifs;
    if (what == "compare") {
        auto const queries = ex::read_motifs(data / "explainn_filters.meme.gz").motifs;
        ex::compare_options options;
        options.threads = threads;
        time_it([&] { return ex::compare_motifs(queries, targets, options).size() * targets.size(); });
    } else if (what == "self" || what == "fourfold") {
        std::vector<ex::motif> all;
        for (int copy = 0; copy < (what == "self" ? 1 : 4); ++copy)
            for (ex::motif m : targets) {
                if (copy > 0) m.name += "_" + std::to_string(copy + 1);
                all.push_back(std::move(m));
            }
        ex::compare_options options;
        options.threads = threads;
        time_it([&] { return ex::compare_motifs(all, all, options).size() * all.size(); },
                what == "self" ? 5 : 2);
    } else if (what == "scan") {
        ex::packed_sequences sequences;
        for (std::string const& s : random_sequences()) sequences.append("s", s);
        ex::scan_options options;
        options.threads = threads;
        time_it([&] { return ex::scan_motifs(targets, sequences, options).size(); });
    } else if (what == "cluster") {
        ex::cluster_options options;
        options.threads = threads;
        time_it([&] { return ex::cluster_motifs(targets, options).count(); });
    } else {
        for (char const* part : {"compare", "self", "fourfold", "scan", "cluster"}) {
            std::printf("%s: seconds, results\n", part);
            std::string const self = std::string{"'"} + argv[0] + "' " + part;
            std::fflush(stdout);
            if (std::system(self.c_str()) != 0) return 1;
        }
    }
}
