// Trains on real sequences, saves the model, opens the file again, and asks why it decides as it does.
#include <cstdio>

#include <explainn/explainn.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/model/open_model.hpp>

namespace ex = explainn;
using device = ex::cpu<float>;

int main()
{
    // which of two factors bind 20,000 regions of open DNA
    auto const data = ex::read_dataset("examples/data/sequences.fa.gz", "examples/data/labels.tsv.gz",
                                       {.targets = {"CEBPB", "FOXA1"}});
    auto const rows = ex::split_at_random(data, {.train = 60, .valid = 20, .test = 20}, ex::seed{1});

    // a card holds the numbers of the paper's network, which are known only when the program runs
    ex::paper_card const card{.length = 200, .units = 16, .outputs = 2, .hidden = 20};
    auto model = ex::make_paper_model<device>(card, ex::seed{1});
    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{.epochs = 10}};
    trainer.fit(ex::part{data, rows.train}, ex::part{data, rows.valid});

    // the file holds the network, its numbers, the names of the tasks and a self-test
    ex::write_model("model.safetensors", model, {.tasks = data.tasks(), .from = ex::seed{1}});

    // any program opens it without being told what network it holds
    auto const file = ex::read_model_file("model.safetensors");
    auto opened = ex::open_model<device>(file);
    for (auto const& task : ex::measure(opened, ex::part{data, rows.test}, file.facts.tasks))
        std::printf("%s: AUROC above 0.8: %s\n", task.task.c_str(), task.auroc > 0.8 ? "yes" : "no");

    // a logit is the bias and what every unit adds: the largest contribution names the unit to look at
    auto const seen = ex::explain(opened, ex::part{data, rows.test});
    std::size_t whole = 0;
    for (ex::extent n = 0; n < seen.sequences; ++n) {
        double logit = seen.bias(0);
        for (ex::extent u = 0; u < card.units; ++u) logit += seen.contribution(n, u, 0);
        double const off = logit - static_cast<double>(seen.logit(n, 0));
        whole += off < 1e-3 && off > -1e-3;
    }
    std::printf("contributions add up to the logit of %zu in %d sequences\n", whole, seen.sequences);
}
