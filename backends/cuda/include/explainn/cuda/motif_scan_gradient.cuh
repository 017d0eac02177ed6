// motif_scan_gradient: the sums of g x(winner) without a float atomic, in an order that never changes.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// The sums of g x(winner) and of g over a piece of the sequences, for one unit: (4 W + 1) floats. Each lane
/// has the places k of the filter that are its own, and each warp its sequences; warps are added in order.
struct winners_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;
    static constexpr unsigned sequences = 64; ///< of a piece

    letter const* letters; ///< (N, L)
    float const *y, *dy;   ///< (U, N, P)
    std::uint16_t const* places;
    std::size_t of_unit;
    activation act;
    unsigned n, length, width, cells, pieces_of_all;
    float* sums; ///< (U, pieces, 4 W + 1)

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        unsigned const unit = t.block / pieces_of_all, piece = t.block % pieces_of_all;
        unsigned const first = piece * sequences, last = first + sequences < n ? first + sequences : n;
        float* const to = sums + std::size_t{t.block} * (4 * width + 1);
        float* const of_warps = t.template shared<float>(); // (4 warps, 5 sums, 32 lanes)
        for (unsigned k0 = 0; k0 < width; k0 += 32) {
            unsigned const k = k0 + t.lane();
            float all = 0, a = 0, c = 0, g = 0, u = 0; // of all bases, and of each
            for (unsigned s = first + t.warp(); s < last; s += threads / 32) {
                std::size_t const row = std::size_t{s} * cells;
                std::size_t const from = std::size_t{unit} * n * cells + row;
                std::uint16_t const* const at = places + unit * of_unit + row;
                for (unsigned p = 0; p < cells; ++p) {
                    float const slope = dy[from + p] * rising_slope(act, y[from + p]);
                    all += slope;
                    letter const x = k < width ? letters[std::size_t{s} * length + at[p] + k] : letter_n;
                    a += x == 0 ? slope : 0;
                    c += x == 1 ? slope : 0;
                    g += x == 2 ? slope : 0;
                    u += x == 3 ? slope : 0;
                }
            }
            float* const mine = of_warps + t.warp() * 160 + t.lane();
            mine[0] = a, mine[32] = c, mine[64] = g, mine[96] = u, mine[128] = all;
            t.barrier();
            unsigned const base = t.warp(); // four warps add up the sums of four bases
            float sum = 0;
            for (unsigned w = 0; w < threads / 32; ++w) sum += of_warps[w * 160 + base * 32 + t.lane()];
            if (k < width) to[base * width + k] = sum;
            if (t.index == 0 && k0 == 0) {
                float total = 0;
                for (unsigned w = 0; w < threads / 32; ++w) total += of_warps[w * 160 + 128];
                to[4 * width] = total;
            }
            t.barrier();
        }
    }
};

/// The gradients of one unit from the sums of all pieces.
template <class T>
struct filter_gradient_kernel {
    static constexpr unsigned threads = 128;
    static constexpr bool meets = true;

    op::motif_scan_gradient<T> a;
    unsigned window, pieces_of_all; ///< 4 W
    float const* sums;

    EXPLAINN_KERNEL double total(std::size_t unit, unsigned i) const
    {
        double sum = 0;
        for (unsigned p = 0; p < pieces_of_all; ++p)
            sum += static_cast<double>(sums[(unit * pieces_of_all + p) * (window + 1) + i]);
        return sum;
    }
    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const u = t.block;
        T const* const w = a.weight.data + u * window;
        double* const room = t.template shared<double>();
        double c = 0; // sum of g times the response of the winner
        for (unsigned i = t.index; i < window; i += threads) c += static_cast<double>(w[i]) * total(u, i);
        c = sum_of_block(t, c, room);
        double const sum = total(u, window);
        double normalized = 0;
        if (a.mean)
            normalized =
                (c + sum * (static_cast<double>(a.bias.data[u]) - static_cast<double>(a.mean.data[u]))) *
                static_cast<double>(a.inv_sd.data[u]);
        for (unsigned i = t.index; i < window; i += threads) {
            double bracket = total(u, i);
            if (a.batch_statistics)
                bracket -= sum * a.window_mean.data[i] +
                           normalized * static_cast<double>(a.inv_sd.data[u]) *
                               static_cast<double>(a.covariance_weight.data[u * window + i]);
            a.dweight.data[u * window + i] = static_cast<T>(static_cast<double>(a.scale.data[u]) * bracket);
        }
        if (t.index != 0) return;
        a.dbias.data[u] =
            a.batch_statistics ? T(0) : static_cast<T>(static_cast<double>(a.scale.data[u]) * sum);
        if (a.dgamma) a.dgamma.data[u] = static_cast<T>(normalized);
        if (a.dbeta) a.dbeta.data[u] = static_cast<T>(sum);
    }
};

} // namespace cuda_detail

/// op::motif_scan_gradient
template <class T>
void run(cuda<T>& b, op::motif_scan_gradient<T> const& a)
{
    using namespace cuda_detail;
    auto const units = static_cast<unsigned>(a.weight.size(0));
    if (units == 0) return;
    auto const scratch = b.scratch();
    winners_kernel k{};
    k.letters = a.sequences.data;
    k.y = a.y.data;
    k.dy = a.dy.data;
    k.places = a.kept.template of_unit<std::uint16_t>(0);
    k.of_unit = a.kept.each / sizeof(std::uint16_t);
    k.act = a.act;
    k.n = static_cast<unsigned>(a.sequences.size(0));
    k.length = static_cast<unsigned>(a.sequences.size(1));
    k.width = static_cast<unsigned>(a.weight.size(2));
    k.cells = static_cast<unsigned>(a.dy.size(2));
    k.pieces_of_all = static_cast<unsigned>(pieces(k.n, winners_kernel::sequences));
    unsigned const window = 4 * k.width;
    k.sums = scratch.template make<float>(std::size_t{units} * k.pieces_of_all * (window + 1));
    launch(b.queue(), units * k.pieces_of_all, k, 4 * 160 * sizeof(float));
    launch(b.queue(), units, filter_gradient_kernel<T>{a, window, k.pieces_of_all, k.sums},
           (filter_gradient_kernel<T>::threads / 32) * sizeof(double));
}

} // namespace explainn::EXPLAINN_ABI
