// Times training steps and inference of the paper's network on a backend, on random data.
//
//     bench_train UNITS LENGTH OUTPUTS BATCH THREADS train|infer [REPEATS
//     [cpu|symmetric|places|bfloat16|blas|cuda|cublas|reference]]
//
// symmetric: cpu, with units that read both strands; places: these with a weight for the two places that
// mirror each other.
// Prints the median of sequences per second over the repeats.
#include <cstdio>
#include <string>
#include <utility>

#include <explainn/cpu.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/model/symmetric_units.hpp>
#include <explainn/train/trainer.hpp>
#if defined(EXPLAINN_BENCH_BLAS)
#include <explainn/blas.hpp>
#endif
#if defined(EXPLAINN_BENCH_CUDA)
#include <explainn/cuda.hpp>
#endif

#include "common/rates.hpp"

namespace ex = explainn;

namespace {
struct asked {
    ex::paper_card card;
    int batch{}, repeats{};
    bool train{}, symmetric{}, places{};
};

template <class B>
int measure(asked const& a, B device)
{
    auto network = ex::description_of(a.card);
    if (a.symmetric || a.places) network = ex::with_symmetric_units(std::move(network));
    if (a.places) network = ex::with_symmetric_places(std::move(network));
    auto model = ex::make_model<B>(ex::rows_of(network), ex::seed{1}, device);
    rates::batches_in_turn batches{static_cast<std::size_t>(a.batch), a.card.length, a.card.outputs};
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::evaluator<B> evaluate{model, ex::reading{false, static_cast<std::size_t>(a.batch)}};
    double const rate = rates::median_rate(a.batch, a.repeats, [&] {
        auto& here = batches.next();
        if (a.train) trainer.train_batch(here);
        else evaluate.logits(here);
    });
    std::printf("%.1f\n", rate);
    return 0;
}
} // namespace

int main(int argc, char** argv)
{
    if (argc < 7) {
        std::fprintf(stderr, "error: expected UNITS LENGTH OUTPUTS BATCH THREADS train|infer "
                             "[REPEATS [cpu|symmetric|places|bfloat16|blas|cuda|cublas|reference]]\n");
        return 1;
    }
    auto const number = [&](int i) { return std::stoi(argv[i]); };
    asked a{.card = {.length = number(2), .units = number(1), .outputs = number(3)},
            .batch = number(4),
            .repeats = argc > 7 ? number(7) : 5,
            .train = std::string{argv[6]} == "train"};
    ex::threads const threads{number(5)};
    std::string const device = argc > 8 ? argv[8] : "cpu";
    a.symmetric = device == "symmetric";
    a.places = device == "places";
    if (device == "cpu" || a.symmetric || a.places) return measure(a, ex::cpu<float>{threads});
    if (device == "bfloat16") return measure(a, ex::cpu<float>{threads, ex::dense_products::bfloat16});
    if (device == "reference") return measure(a, ex::reference<float>{});
#if defined(EXPLAINN_BENCH_BLAS)
    if (device == "blas") return measure(a, ex::blas<float>{threads});
#endif
#if defined(EXPLAINN_BENCH_CUDA)
    if (device == "cuda") return measure(a, ex::cuda<float>{});
    if (device == "cublas") return measure(a, ex::cuda<float>{0, ex::cuda_products::cublas});
#endif
    std::fprintf(stderr, "error: this program was not built with a device \"%s\"\n", device.c_str());
    return 1;
}
