// Arrays of xtensor: letters and labels in; predictions, contributions, importances and motifs out.
#include <cstdio>

#include <explainn/explainn.hpp>
#include <explainn/interpret/tensors.hpp>

namespace ex = explainn;
using unit = ex::unit<ex::conv<9>, ex::batch_norm, ex::relu, ex::global_max_pool>;
using network = ex::network<ex::dna<40>, ex::bank<4, unit>, ex::linear_head<1>>;

int main()
{
    // 600 random sequences; every other one holds TGACTCA, the site of AP-1, and has label 1
    xt::xtensor<ex::letter, 2> letters = xt::zeros<ex::letter>({600, 40});
    xt::xtensor<float, 2> labels = xt::zeros<float>({600, 1});
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    for (ex::letter& base : letters) base = static_cast<ex::letter>(draw.below(4));
    for (std::size_t n = 0; n < 600; n += 2) {
        auto const start = draw.below(40 - 7);
        for (std::size_t k = 0; k < 7; ++k) letters(n, start + k) = ex::letter_of("TGACTCA"[k]);
        labels(n, 0) = 1;
    }

    // training takes the arrays as a data set
    ex::tensor_dataset const data{letters, labels};
    auto const rows = ex::split_at_random(data.size(), {.train = 70, .valid = 15, .test = 15}, ex::seed{1});
    ex::model<network, ex::cpu<float>> model{ex::seed{1}};
    ex::trainer trainer{model, ex::adam{0.01}, ex::bce_with_logits{}, ex::training{.epochs = 60}};
    trainer.fit(ex::part{data, rows.train}, ex::part{data, rows.valid});

    // predictions (N, O) of the test sequences (N, L)
    auto const unseen = ex::letters_tensor(ex::part{data, rows.test});
    auto const truth = ex::labels_tensor(ex::part{data, rows.test});
    auto const logits = ex::predict(model, unseen);
    std::size_t right = 0;
    for (std::size_t n = 0; n < logits.shape(0); ++n) right += (logits(n, 0) > 0) == (truth(n, 0) == 1);
    std::printf("%s of %zu test sequences are told apart\n", right >= 72 ? "8 in 10 or more" : "few",
                logits.shape(0));

    // a logit is the bias and what the units add (N, U, O)
    auto const added = ex::contributions_tensor(ex::explain(model, unseen));
    double off = ex::tensor<1>(model, "final.bias")(0) - logits(0, 0);
    for (std::size_t u = 0; u < added.shape(1); ++u) off += added(0, u, 0);
    std::printf("contributions (%zu, %zu, %zu) add up to the logit: %s\n", added.shape(0), added.shape(1),
                added.shape(2), off < 1e-4 && off > -1e-4 ? "yes" : "no");

    // the most important unit (U, O) and its motif (4, W)
    auto const insight = ex::look_into(model, letters);
    auto const importances = ex::tensor_of(insight.importances);
    std::size_t best = 0;
    for (std::size_t u = 1; u < importances.shape(0); ++u)
        if (!(importances(u, 0) <= importances(best, 0))) best = u;
    auto const motifs = ex::tensor_of(ex::motifs_of(insight.hits)); // (U, 4, W)
    std::printf("the motif of the most important unit: ");
    for (std::size_t k = 0; k < motifs.shape(2); ++k)
        for (std::size_t base = 0; base < 4; ++base)
            if (motifs(best, base, k) > 0.6) std::putchar("ACGT"[base]);
    std::putchar('\n');
}
