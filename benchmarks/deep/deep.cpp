// Times training steps and inference of an ordinary convolutional network, which is a bank of one, on the cpu
// backend and on random data: DeepCNN of the ExplaiNN paper's comparison.
//
//     bench_deep OUTPUTS BATCH THREADS train|infer [REPEATS]
//
// Prints the median of sequences per second over the repeats.
#include <cstdio>
#include <string>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/train/trainer.hpp>

#include "common/rates.hpp"

namespace ex = explainn;

using unit =
    ex::unit<ex::conv<19, 100>, ex::batch_norm, ex::relu, ex::max_pool<3>, ex::conv<7, 200>, ex::batch_norm,
             ex::relu, ex::max_pool<3>, ex::conv<4, 200>, ex::batch_norm, ex::relu, ex::max_pool<3>,
             ex::dense<1000>, ex::batch_norm, ex::relu, ex::dropout<ex::percent{30}>, ex::dense<1000>,
             ex::batch_norm, ex::relu, ex::dropout<ex::percent{30}>>;
using network = ex::network<ex::dna<200>, ex::bank<1, unit>, ex::linear_head<ex::dynamic>>;

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fprintf(stderr, "error: expected OUTPUTS BATCH THREADS train|infer [REPEATS]\n");
        return 1;
    }
    auto const number = [&](int i) { return std::stoi(argv[i]); };
    int const outputs = number(1), batch = number(2);
    bool const train = std::string{argv[4]} == "train";
    ex::model<network, ex::cpu<float>> model{
        {.outputs = outputs}, ex::seed{1}, ex::cpu<float>{ex::threads{number(3)}}};
    rates::batches_in_turn batches{static_cast<std::size_t>(batch), 200, outputs};
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::evaluator<ex::cpu<float>> evaluate{model, ex::reading{false, static_cast<std::size_t>(batch)}};
    double const rate = rates::median_rate(batch, argc > 5 ? number(5) : 5, [&] {
        auto& here = batches.next();
        if (train) trainer.train_batch(here);
        else evaluate.logits(here);
    });
    std::printf("%.1f\n", rate);
}
