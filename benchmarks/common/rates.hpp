// The speed of a step on random data.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <span>
#include <vector>

#include <explainn/train/batches.hpp>

namespace rates {
namespace ex = explainn;

/// Seconds on the wall clock; where EXPLAINN_BENCH_CPU_TIME is set, those that this process computed: for one
/// thread on a machine that others use, too.
inline double now()
{
    static bool const computed = std::getenv("EXPLAINN_BENCH_CPU_TIME") != nullptr;
    if (computed) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Rates of `repeats` runs of about 0.7 s of step().
template <class Step>
double median_rate(int batch, int repeats, Step step)
{
    for (int i = 0; i < 3; ++i) step();
    double begin = now();
    step();
    int const steps = std::max(3, static_cast<int>(0.7 / (now() - begin)));
    std::vector<double> rates;
    for (int r = 0; r < repeats; ++r) {
        begin = now();
        for (int i = 0; i < steps; ++i) step();
        rates.push_back(batch * static_cast<double>(steps) / (now() - begin));
    }
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
}

/// Random rows of letters and labels, copied and packed as a data set's are.
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

/// Eight batches of random rows in turn, so that nothing which is computed from a batch's letters can be
/// reused in the next step. A step reads its batch from the data set, as training does.
class batches_in_turn {
public:
    batches_in_turn(std::size_t batch, int length, int outputs)
        : batch_{batch}, data_{8 * batch, length, outputs}
    {
        std::vector<std::uint32_t> rows(data_.rows);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
        order_ = ex::epoch_order(rows, false, ex::seed{1}, 1);
    }
    ex::host_batch& next()
    {
        here_.fill(data_, std::span{order_}.subspan(next_++ % 8 * batch_, batch_));
        return here_;
    }

private:
    std::size_t batch_;
    random_rows data_;
    std::vector<ex::sample> order_;
    ex::host_batch here_;
    std::size_t next_ = 0;
};

} // namespace rates
