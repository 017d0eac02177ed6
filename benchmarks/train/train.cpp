// Times training steps and inference of the paper's network on the cpu backend, on random data.
//
//     bench_train UNITS LENGTH OUTPUTS BATCH THREADS train|infer [REPEATS [bfloat16]]
//
// Prints the median of sequences per second over the repeats.
#include <cstdio>
#include <string>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/trainer.hpp>

#include "common/rates.hpp"

namespace ex = explainn;

int main(int argc, char** argv)
{
    if (argc < 7) {
        std::fprintf(stderr,
                     "error: expected UNITS LENGTH OUTPUTS BATCH THREADS train|infer [REPEATS [bfloat16]]\n");
        return 1;
    }
    auto const number = [&](int i) { return std::stoi(argv[i]); };
    ex::sizes given{.length = number(2), .units = {number(1)}, .outputs = number(3)};
    given.width = 19, given.pool = given.stride = 7, given.hidden = 100, given.dropout = 30;
    int const batch = number(4), repeats = argc > 7 ? number(7) : 5;
    bool const train = std::string{argv[6]} == "train";
    auto const products = argc > 8 && std::string{argv[8]} == "bfloat16" ? ex::dense_products::bfloat16
                                                                         : ex::dense_products::float32;

    ex::model<ex::dynamic_paper_network<2>, ex::cpu<float>> model{
        given, ex::seed{1}, ex::cpu<float>{ex::threads{number(5)}, products}};
    rates::batches_in_turn batches{static_cast<std::size_t>(batch), given.length, given.outputs};
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::evaluator<ex::cpu<float>> evaluate{model, ex::reading{false, static_cast<std::size_t>(batch)}};
    double const rate = rates::median_rate(batch, repeats, [&] {
        auto& here = batches.next();
        if (train) trainer.train_batch(here);
        else evaluate.logits(here);
    });
    std::printf("%.1f\n", rate);
}
