// A model from its file: what it predicts for a sequence, which units decide, and where they look.
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>

#include <explainn/explainn.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/io/unlabelled.hpp>

namespace ex = explainn;

int main()
{
    // opening computes a few logits anew and refuses a file whose own logits differ
    auto const file = ex::read_model_file("lesson.safetensors"); // lesson 2 wrote it
    auto model = ex::open_model<ex::cpu<float>>(file);
    std::printf("%d units, outputs %s and %s\n", model.units(), file.facts.tasks[0].c_str(),
                file.facts.tasks[1].c_str());

    // the first hundred sequences, read on both strands, as the model was trained
    auto const length = static_cast<std::size_t>(model.length());
    auto const sequences = ex::read_unlabelled("examples/data/sequences.fa.gz", length);
    std::vector<std::uint32_t> rows(100);
    std::iota(rows.begin(), rows.end(), 0u);
    ex::part const some{sequences, rows};
    auto const seen = ex::explain(model, some);         // logits, and what every unit adds to them
    auto const windows = ex::best_windows(model, some); // where every unit responds most

    // the sequence that FOXA1 binds with the highest probability
    int best = 0, output = 1;
    for (int n = 1; n < seen.sequences; ++n)
        if (seen.logit(n, output) > seen.logit(best, output)) best = n;
    double const logit = static_cast<double>(seen.logit(best, output));
    std::printf("probability of FOXA1: %s\n", 1 / (1 + std::exp(-logit)) > 0.5 ? "above one half" : "low");

    // the logit is the bias and what the units add; the strongest unit and the bases it reads
    double sum = seen.bias(output);
    int strongest = 0;
    for (int u = 0; u < model.units(); ++u) {
        sum += seen.contribution(best, u, output);
        if (seen.contribution(best, u, output) > seen.contribution(best, strongest, output)) strongest = u;
    }
    std::printf("bias and contributions add up to the logit: %s\n",
                std::abs(sum - logit) < 1e-4 ? "yes" : "no");
    auto const& at = windows(best, strongest);
    std::vector<ex::letter> letters(length);
    sequences.letters_of(rows[static_cast<std::size_t>(best)], letters);
    std::string bases;
    for (int k = 0; k < windows.width; ++k)
        bases += ex::char_of(letters[static_cast<std::size_t>(at.start + k)]);
    bool const forkhead = bases.find("AAACA") != bases.npos || bases.find("TGTTT") != bases.npos;
    std::printf("the strongest unit reads FOXA1's AAACA on either strand: %s\n", forkhead ? "yes" : "no");
}
