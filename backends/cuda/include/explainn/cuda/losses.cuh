// The loss of logits, and what is done with its totals.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// Losses, and labels that there are, of every block's elements; the blocks are added in order afterwards.
template <class T>
struct bce_kernel {
    static constexpr unsigned threads = 256, most_blocks = 256;
    static constexpr bool meets = true;
    op::bce_with_logits<T> a;
    std::size_t outputs, first, columns, all; ///< all: N times the columns
    double* sums;                             ///< (blocks, 2)

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        double loss = 0, labels = 0;
        for (std::size_t i = std::size_t{t.block} * threads + t.index; i < all;
             i += std::size_t{t.blocks} * threads) {
            std::size_t const at = i / columns * outputs + first + i % columns;
            double const x = static_cast<double>(a.logits.data[at]),
                         y = static_cast<double>(a.labels.data[at]);
            bool const known = y == y;
            if (known) {
                loss += (x > 0 ? x : 0.0) - x * y + log1p(exp(x > 0 ? -x : x));
                labels += 1;
            }
            if (a.gradient)
                a.gradient.data[at] = known ? static_cast<T>(a.weight * (1 / (1 + exp(-x)) - y)) : T(0);
        }
        double* const room = t.template shared<double>();
        loss = sum_of_block(t, loss, room);
        labels = sum_of_block(t, labels, room);
        if (t.index != 0) return;
        sums[2 * t.block] = loss;
        sums[2 * t.block + 1] = labels;
    }
};

} // namespace cuda_detail

/// op::bce_with_logits
template <class T>
void run(cuda<T>& b, op::bce_with_logits<T> const& a)
{
    using namespace cuda_detail;
    using kernel = bce_kernel<T>;
    auto const scratch = b.scratch();
    std::size_t const outputs = size_of(a.logits.size(1)), first = size_of(a.first),
                      columns = a.count > 0 ? size_of(a.count) : outputs - first,
                      all = size_of(a.logits.size(0)) * columns, wanted = pieces(all, kernel::threads),
                      parts = wanted < kernel::most_blocks ? wanted : kernel::most_blocks;
    double* const sums = scratch.template make<double>(2 * parts);
    if (all != 0)
        launch(b.queue(), blocks(parts), kernel{a, outputs, first, columns, all, sums},
               kernel::threads / 32 * sizeof(double));
    for_each(b, 2, [=] EXPLAINN_KERNEL(std::size_t which) {
        double sum = 0;
        for (std::size_t p = 0; p < parts; ++p) sum += sums[2 * p + which];
        a.totals.data[which] = (a.add ? a.totals.data[which] : 0.0) + a.weight * sum;
    });
}

/// op::divide_by_count
template <class T>
void run(cuda<T>& b, op::divide_by_count<T> const& a)
{
    cuda_detail::for_each(b, a.x.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        double const count = a.totals.data[1];
        a.x.data[i] = count > 0 ? static_cast<T>(static_cast<double>(a.x.data[i]) / count) : T(0);
    });
}

/// op::add_totals
template <class T>
void run(cuda<T>& b, op::add_totals<T> const& a)
{
    cuda_detail::for_each(b, 1, [=] EXPLAINN_KERNEL(std::size_t) {
        double const sum = a.totals.data[0];
        a.sums.data[0] += sum;
        a.sums.data[1] += a.totals.data[1];
        bool const finite = sum - sum == 0;
        if (a.now && a.sums.data[2] == 0 && !finite) a.sums.data[2] = static_cast<double>(a.now.data->batch);
    });
}

} // namespace explainn::EXPLAINN_ABI
