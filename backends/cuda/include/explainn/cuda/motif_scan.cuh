// motif_scan and scan_winners: a warp takes 32 units and one sequence, and each lane finds the winners of the
// cells of its unit.
#pragma once
#include <explainn/cuda/scan.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

struct motif_scan_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    /// Sequences of a block: each of its eight warps takes four.
    static constexpr unsigned sequences = 32;

    scan_input in;
    activation act;
    unsigned pool, stride, cells, groups;
    float* y;              ///< (U, N, P)
    std::uint16_t* places; ///< of unit u from u of_unit on, (N, P); null: not wanted
    std::size_t of_unit;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        filter_tables const filter{t, in, t.block % groups};
        if (!filter.is_one()) return;
        float const scale = in.scale[filter.unit], shift = in.shift[filter.unit];
        float const sign = scale >= 0 ? 1.f : -1.f;
        unsigned const first = t.block / groups * sequences;
        for (unsigned s = first + t.warp(); s < first + sequences && s < in.n; s += threads / 32) {
            unsigned char const* const letters = in.sequence(s);
            std::size_t const row = std::size_t{s} * cells;
            float* const to = y + std::size_t{filter.unit} * in.n * cells + row;
            for (unsigned p = 0; p < cells; ++p) {
                unsigned window = p * stride;
                float best = filter.sum(letters + window);
                for (unsigned w = window + 1; w < p * stride + pool; ++w)
                    if (float const c = filter.sum(letters + w); sign * c > sign * best) best = c, window = w;
                to[p] = activated(act, response(scale, best, shift));
                if (places) places[filter.unit * of_unit + row + p] = static_cast<std::uint16_t>(window);
            }
        }
    }
};

/// A scan that writes its winners to `places`.
template <class T, template <class> class Op>
void scan(cuda<T>& b, Op<T> const& a, std::uint16_t* places, std::size_t of_unit)
{
    auto const scratch = b.scratch();
    motif_scan_kernel k{};
    k.in = input_of(b, scratch, a);
    if (k.in.units == 0 || k.in.n == 0) return;
    k.act = a.act;
    k.pool = static_cast<unsigned>(a.pool);
    k.stride = static_cast<unsigned>(a.stride);
    k.cells = static_cast<unsigned>(a.y.size(2));
    k.groups = static_cast<unsigned>(pieces(k.in.units, 32));
    k.y = a.y.data;
    k.places = places;
    k.of_unit = of_unit;
    launch(b.queue(), blocks(k.groups * pieces(k.in.n, motif_scan_kernel::sequences)), k,
           table_bytes(k.in.width));
}

} // namespace cuda_detail

/// op::motif_scan, which keeps the winners.
template <class T>
void run(cuda<T>& b, op::motif_scan<T> const& a)
{
    cuda_detail::scan(b, a, a.kept.template of_unit<std::uint16_t>(0), a.kept.each / sizeof(std::uint16_t));
}

/// op::scan_winners
template <class T>
void run(cuda<T>& b, op::scan_winners<T> const& a)
{
    cuda_detail::scan(b, a, a.at.data, a.at.stride());
}

} // namespace explainn::EXPLAINN_ABI
