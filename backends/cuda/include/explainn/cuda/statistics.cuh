// window_statistics, conv_statistics, fold_norm and update_running.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

/// op::window_statistics. Pairs of letters that are d apart are counted once for each place of the sequence;
/// those of a pair of places of the window are sums of such counts. All are whole numbers.
template <class T>
void run(cuda<T>& b, op::window_statistics<T> const& a)
{
    using namespace cuda_detail;
    constexpr std::size_t piece = 128; // sequences, whose counts a byte holds
    auto const scratch = b.scratch();
    std::size_t const n_all = size_of(a.sequences.size(0)), length = size_of(a.sequences.size(1)),
                      width = a.mean.count() / 4, windows = length - width + 1;
    int* const pairs = scratch.template make<int>(width * length * 16); // (d, place, 4, 4)
    cuda<T>::runtime::clear(b.queue(), pairs, width * length * 16 * sizeof(int));
    for_each(b, pieces(n_all, piece) * width * length, [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const place = i % length, d = i / length % width, first = i / length / width * piece;
        if (place + d >= length) return;
        std::uint64_t low = 0, high = 0; // a byte for each pair: AA to CT, GA to TT
        for (std::size_t n = first; n < n_all && n < first + piece; ++n) {
            unsigned const x = a.sequences.data[n * length + place],
                           y = a.sequences.data[n * length + place + d];
            if (x > 3 || y > 3) continue;
            unsigned const pair = 4 * x + y;
            std::uint64_t const one = std::uint64_t{1} << 8 * (pair % 8);
            if (pair < 8) low += one;
            else high += one;
        }
        int* const to = pairs + (d * length + place) * 16;
        for (unsigned pair = 0; pair < 16; ++pair)
            if (int const count = static_cast<int>((pair < 8 ? low : high) >> 8 * (pair % 8) & 0xff);
                count != 0)
                add_at_once(to + pair, count);
    });
    double const all = static_cast<double>(n_all) * static_cast<double>(windows);
    for_each(b, 4 * width, [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const x = i / width, k = i % width;
        std::int64_t sum = 0;
        for (std::size_t t = 0; t < windows; ++t) sum += pairs[(k + t) * 16 + 5 * x];
        a.mean.data[i] = static_cast<double>(sum) / all;
    });
    for_each(b, width * width * 16, [=] EXPLAINN_KERNEL(std::size_t i) {
        std::size_t const y = i % 4, x = i / 4 % 4, k = i / 16 % width, d = i / 16 / width;
        if (k + d >= width) return;
        std::int64_t sum = 0;
        for (std::size_t t = 0; t < windows; ++t) sum += pairs[(d * length + k + t) * 16 + 4 * x + y];
        std::size_t const row = x * width + k, column = y * width + k + d;
        double const covariance = static_cast<double>(sum) / all - a.mean.data[row] * a.mean.data[column];
        a.covariance.data[row * 4 * width + column] = covariance;
        if (d != 0) a.covariance.data[column * 4 * width + row] = covariance;
    });
}

namespace cuda_detail {

template <class T>
struct conv_statistics_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    op::conv_statistics<T> a;
    std::size_t size; ///< 4 W

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const u = t.block;
        T const* const w = a.weight.data + u * size;
        double mean = 0, variance = 0;
        for (std::size_t i = t.index; i < size; i += threads) {
            double row = 0; // the covariance is symmetric: neighbours read neighbours
            for (std::size_t j = 0; j < size; ++j)
                row += a.window_covariance.data[j * size + i] * static_cast<double>(w[j]);
            mean += a.window_mean.data[i] * static_cast<double>(w[i]);
            variance += row * static_cast<double>(w[i]);
            a.covariance_weight.data[u * size + i] = static_cast<T>(row);
        }
        double* const room = t.template shared<double>();
        mean = sum_of_block(t, mean, room);
        variance = sum_of_block(t, variance, room);
        if (t.index != 0) return;
        a.mean.data[u] = static_cast<T>(mean + static_cast<double>(a.bias.data[u]));
        a.variance.data[u] = static_cast<T>(variance > 0 ? variance : 0.0);
    }
};

} // namespace cuda_detail

/// op::conv_statistics; a variance that rounding made negative becomes 0.
template <class T>
void run(cuda<T>& b, op::conv_statistics<T> const& a)
{
    using kernel = cuda_detail::conv_statistics_kernel<T>;
    if (a.weight.size(0) == 0) return;
    cuda_detail::launch(b.queue(), static_cast<unsigned>(a.weight.size(0)),
                        kernel{a, cuda_detail::size_of(a.weight.size(1))},
                        kernel::threads / 32 * sizeof(double));
}

/// op::fold_norm; without batch norm inv_sd is written as 1 where it is given.
template <class T>
void run(cuda<T>& b, op::fold_norm<T> const& a)
{
    cuda_detail::for_each(b, a.scale.count(), [=] EXPLAINN_KERNEL(std::size_t u) {
        double inv_sd = 1, scale = 1;
        if (a.gamma) {
            inv_sd = 1 / sqrt(static_cast<double>(a.variance.data[u]) + a.epsilon);
            scale = static_cast<double>(a.gamma.data[u]) * inv_sd;
        }
        a.scale.data[u] = static_cast<T>(scale);
        a.shift.data[u] = a.gamma ? static_cast<T>(static_cast<double>(a.beta.data[u]) +
                                                   scale * (static_cast<double>(a.bias.data[u]) -
                                                            static_cast<double>(a.mean.data[u])))
                                  : a.bias.data[u];
        if (a.inv_sd) a.inv_sd.data[u] = static_cast<T>(inv_sd);
    });
}

/// op::update_running
template <class T>
void run(cuda<T>& b, op::update_running<T> const& a)
{
    cuda_detail::for_each(b, a.mean.count(), [=] EXPLAINN_KERNEL(std::size_t i) {
        double const unbiased = static_cast<double>(a.variance.data[i]) * (a.count / (a.count - 1));
        a.running_mean.data[i] =
            static_cast<T>((1 - a.momentum) * static_cast<double>(a.running_mean.data[i]) +
                           a.momentum * static_cast<double>(a.mean.data[i]));
        a.running_variance.data[i] = static_cast<T>(
            (1 - a.momentum) * static_cast<double>(a.running_variance.data[i]) + a.momentum * unbiased);
    });
}

} // namespace explainn::EXPLAINN_ABI
