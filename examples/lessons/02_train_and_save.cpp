// From sequences and labels in files to a trained model in a file.
#include <cstdio>

#include <explainn/explainn.hpp>

namespace ex = explainn;
using network = ex::paper_network<ex::paper{.length = 200, .units = 20, .outputs = 2, .hidden = 20}>;

int main()
{
    // 20,000 regions of open DNA, 200 bases each, and whether CEBPB and FOXA1 bind them, where that is known
    auto const data = ex::read_dataset("examples/data/sequences.fa.gz", "examples/data/labels.tsv.gz",
                                       {.targets = {"CEBPB", "FOXA1"}});
    auto const rows = ex::split_at_random(data, {.train = 40, .valid = 10, .test = 50}, ex::seed{1});

    // the trainer leaves the model with the epoch of the smallest validation loss
    ex::model<network, ex::cpu<float>> model{ex::seed{1}};
    ex::trainer trainer{model, ex::adam{.learning_rate = 0.003}, ex::bce_with_logits{},
                        ex::training{.epochs = 3, .both_strands = true}};
    trainer.fit(ex::part{data, rows.train}, ex::part{data, rows.valid});

    // how good it is on sequences that it has never seen: 0.5 is chance, 1 is perfect
    for (auto const& task : ex::measure(model, ex::part{data, rows.test}, data.tasks()))
        std::printf("%s: AUROC %s 0.7\n", task.task.c_str(), task.auroc > 0.7 ? "above" : "not above");

    // the file holds network, weights, names of the outputs and strands: any program can open it
    ex::write_model("lesson.safetensors", model, {.tasks = data.tasks(), .from = ex::seed{1}});
}
