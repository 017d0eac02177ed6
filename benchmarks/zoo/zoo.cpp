// Times training steps and inference of a model of the zoo on the cpu backend and on random data.
//
//     bench_zoo NAME BATCH THREADS train|infer [REPEATS]
//
// Prints the median of sequences per second over the repeats.
#include <cstdio>
#include <string>

#include <explainn/cpu.hpp>
#include <explainn/model/network_description.hpp>
#include <explainn/train/trainer.hpp>
#include <explainn/zoo/zoo.hpp>

#include "common/rates.hpp"

namespace ex = explainn;

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fprintf(stderr, "error: expected NAME BATCH THREADS train|infer [REPEATS]\n");
        return 1;
    }
    auto const& card = ex::zoo_card_named(argv[1]);
    int const batch = std::stoi(argv[2]);
    bool const train = std::string{argv[4]} == "train";
    auto model = ex::make_model<ex::cpu<float>>(card.rows(card.length, card.outputs), ex::seed{1},
                                                ex::cpu<float>{ex::threads{std::stoi(argv[3])}});
    rates::batches_in_turn batches{static_cast<std::size_t>(batch), card.length, card.outputs};
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::evaluator<ex::cpu<float>> evaluate{model, ex::reading{false, static_cast<std::size_t>(batch)}};
    double const rate = rates::median_rate(batch, argc > 5 ? std::stoi(argv[5]) : 5, [&] {
        auto& here = batches.next();
        if (train) trainer.train_batch(here);
        else evaluate.logits(here);
    });
    std::printf("%.1f\n", rate);
}
