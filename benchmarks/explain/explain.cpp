// Times saturation mutagenesis of the first sequences of a file.
//
//     bench_explain MODEL.safetensors SEQUENCES COUNT THREADS [REPEATS [CHANGES.npy]]
//
// Prints the median of the repeats: seconds for all substitutions of COUNT sequences (without reading them)
// by mutagenesis, and by running every mutant of as many of them as 20 seconds allow, for all. CHANGES.npy gets the
// changes (N, 4, L, O).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/npy.hpp>
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

ex::packed_sequences first_of(std::string const& path, std::size_t count)
{
    ex::fasta_file file{path};
    ex::packed_sequences some;
    while (some.size() < count && file.next(some)) {}
    return some;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fprintf(stderr, "error: expected MODEL SEQUENCES COUNT THREADS [REPEATS [CHANGES.npy]]\n");
        return 1;
    }
    using device = ex::cpu<float>;
    auto m = ex::open_model<device>(ex::read_model_file(argv[1]), device{ex::threads{std::stoi(argv[4])}});
    auto const all = first_of(argv[2], std::stoul(argv[3]));
    auto const few = first_of(argv[2], std::min<std::size_t>(all.size(), 20));
    int const repeats = argc > 5 ? std::stoi(argv[5]) : 5;
    float sum = 0;
    double const fast = median_seconds(repeats, [&] {
        ex::mutagenesis<device>{m}(all, [&](ex::mutants<float> const& some) {
            sum += some.of(ex::base_change::substitution).logits.back();
        });
    });
    double const slow = median_seconds(repeats, [&] {
        ex::slow_mutagenesis<device>{m}(few, [&](ex::mutants<float> const& some) {
            sum += some.of(ex::base_change::substitution).logits.back();
        });
    });
    std::printf("%.5f %.5f\n", fast, slow * static_cast<double>(all.size()) / static_cast<double>(few.size()));
    if (argc <= 6) return sum == 0.5f ? 2 : 0;
    auto const changes = ex::mutants_of(m, all);
    ex::write_npy(argv[6], ex::tensor_entry::of<float>(
                               "changes",
                               {static_cast<std::int64_t>(all.size()), m.length(), 4, m.outputs()},
                               changes.of(ex::base_change::substitution).logits));
    return 0;
}
