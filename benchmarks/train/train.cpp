// Times training steps and inference of the paper's network on the cpu backend, on random data.
//
//     bench_train UNITS LENGTH OUTPUTS BATCH THREADS train|infer [REPEATS [bfloat16]]
//
// Prints the median of sequences per second over the repeats.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/trainer.hpp>

namespace ex = explainn;

namespace {

using clock_type = std::chrono::steady_clock;

double seconds(clock_type::time_point from)
{
    return std::chrono::duration<double>(clock_type::now() - from).count();
}

/// Rates of `repeats` runs of about 0.7 s of step().
template <class Step>
double median_rate(int batch, int repeats, Step step)
{
    for (int i = 0; i < 3; ++i) step();
    auto begin = clock_type::now();
    step();
    int const steps = std::max(3, static_cast<int>(0.7 / seconds(begin)));
    std::vector<double> rates;
    for (int r = 0; r < repeats; ++r) {
        begin = clock_type::now();
        for (int i = 0; i < steps; ++i) step();
        rates.push_back(batch * static_cast<double>(steps) / seconds(begin));
    }
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
}

/// Random rows: letters and labels are copied and letters packed away as a data set's would be.
struct random_rows {
    std::vector<ex::letter> letters;
    std::vector<float> labels;
    std::size_t rows, bases, tasks;

    random_rows(std::size_t n, int length, int outputs)
        : rows{n}, bases{static_cast<std::size_t>(length)}, tasks{static_cast<std::size_t>(outputs)}
    {
        ex::random_numbers draw{ex::seed{1}, ex::stream::batches, 0};
        for (std::size_t i = 0; i < n * bases; ++i)
            letters.push_back(static_cast<ex::letter>(draw.uniform(0, 4)));
        for (std::size_t i = 0; i < n * tasks; ++i) labels.push_back(draw.uniform(0, 1) < 0.3 ? 1.f : 0.f);
    }
    std::size_t size() const { return rows; }
    std::size_t length() const { return bases; }
    std::size_t outputs() const { return tasks; }
    void letters_of(std::size_t row, std::span<ex::letter> to) const
    {
        std::copy_n(letters.begin() + static_cast<std::ptrdiff_t>(row * bases), bases, to.begin());
    }
    void labels_of(std::size_t row, std::span<float> to) const
    {
        std::copy_n(labels.begin() + static_cast<std::ptrdiff_t>(row * tasks), tasks, to.begin());
    }
    bool has_n(std::size_t) const { return false; }
};

} // namespace

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
    // eight batches in turn: what is made of a batch's letters must not last for the next step
    random_rows const data{8 * static_cast<std::size_t>(batch), given.length, given.outputs};
    std::vector<std::uint32_t> rows(data.rows);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
    ex::host_batch batch_here;
    auto const order = ex::epoch_order(rows, false, ex::seed{1}, 1);
    std::size_t next = 0;
    auto const fill = [&] {
        batch_here.fill(data, std::span{order}.subspan(next++ % 8 * static_cast<std::size_t>(batch),
                                                       static_cast<std::size_t>(batch)));
    };
    fill();

    ex::trainer trainer{model, ex::adam{}, ex::bce_with_logits{}, ex::training{}};
    ex::evaluator<ex::cpu<float>> evaluate{model, ex::reading{false, static_cast<std::size_t>(batch)}};
    // a step reads its batch from the data set, as training does
    double const rate = median_rate(batch, repeats, [&] {
        fill();
        if (train) trainer.train_batch(batch_here);
        else evaluate.logits(batch_here);
    });
    std::printf("%.1f\n", rate);
}
