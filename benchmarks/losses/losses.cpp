// The losses of the first 20 training steps of the paper's network on the sample in examples/data, from
// seed 1.
#include <cstdio>
#include <numeric>

#include <explainn/cpu.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/trainer.hpp>

namespace ex = explainn;

int main()
{
    auto const data =
        ex::read_dataset(EXPLAINN_EXAMPLE_DATA "/sequences.fa.gz", EXPLAINN_EXAMPLE_DATA "/labels.tsv.gz");
    using network = ex::paper_network<ex::paper{.length = 200, .units = 100, .outputs = 8}>;
    ex::model<network, ex::cpu<float>> m{ex::seed{1}};
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    std::vector<std::uint32_t> rows(data.size());
    std::iota(rows.begin(), rows.end(), 0u);
    auto const order = ex::epoch_order(rows, false, ex::seed{1}, 1);
    ex::host_batch b;
    for (std::size_t i = 0; i < 20; ++i) {
        b.fill(data, ex::batch_of(std::span<ex::sample const>{order}, 100, i));
        std::printf("%.7f\n", t.train_batch(b).mean());
    }
}
