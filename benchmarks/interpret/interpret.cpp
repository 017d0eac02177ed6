// Times the two passes over sequences that give every filter's motif.
//
//     bench_interpret MODEL.safetensors SEQUENCES COUNT THREADS [REPEATS [PWMS.tsv]]
//
// Prints seconds for the first COUNT sequences of a file (without reading it) for motifs alone and with
// importances, the median of the repeats, and the number of hits. PWMS.tsv gets four shares a line, 17 digits
// each.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <string>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>

namespace ex = explainn;

namespace {

template <class Work>
double median_seconds(int repeats, Work work)
{
    std::vector<double> seconds;
    for (int i = 0; i < repeats; ++i) {
        auto const begin = std::chrono::steady_clock::now();
        work();
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

ex::unlabelled first_of(std::string const& path, std::size_t count, std::size_t length)
{
    ex::fasta_file file{path};
    ex::packed_sequences some;
    while (some.size() < count && file.next(some)) {}
    return {std::move(some), length};
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fprintf(stderr, "error: expected MODEL SEQUENCES COUNT THREADS [REPEATS [PWMS.tsv]]\n");
        return 1;
    }
    using device = ex::cpu<float>;
    auto model =
        ex::paper_model_of<device>(ex::read_model_file(argv[1]), device{ex::threads{std::stoi(argv[4])}});
    auto const data = first_of(argv[2], std::stoul(argv[3]), static_cast<std::size_t>(model.length()));
    int const repeats = argc > 5 ? std::stoi(argv[5]) : 5;
    std::vector<std::uint32_t> rows(data.size());
    std::iota(rows.begin(), rows.end(), 0u);
    ex::part const all{data, rows};

    ex::motif_set motifs;
    double const plain =
        median_seconds(repeats, [&] { motifs = ex::motifs_of(ex::bank_scan<device>{model}(all)); });
    double const both = median_seconds(repeats, [&] { ex::look_into(model, all); });
    double hits = 0;
    for (auto const& m : motifs.motifs) hits += m.sites;
    std::printf("%.5f %.5f %.0f\n", plain, both, hits);
    if (argc <= 6) return 0;
    ex::output_file out{argv[6]};
    for (auto const& m : motifs.motifs)
        for (auto const& c : m.probabilities.columns)
            for (std::size_t i = 0; i < 4; ++i) out << ex::number_text(c[i], 17) << (i == 3 ? '\n' : '\t');
    out.commit();
}
