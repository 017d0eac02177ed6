// scan_largest and scan_hits: both compute a response by the same function.
#pragma once
#include <limits>

#include <explainn/cuda/scan.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// The largest response of 32 units in a piece of the sequences.
struct scan_largest_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    static constexpr unsigned sequences = 64; ///< of a piece

    scan_input in;
    unsigned groups;
    float* largest; ///< (pieces, U)

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        filter_tables const filter{t, in, t.block % groups};
        unsigned const piece = t.block / groups, first = piece * sequences;
        float best = -std::numeric_limits<float>::infinity();
        if (filter.is_one()) {
            float const scale = in.scale[filter.unit], shift = in.shift[filter.unit];
            for (unsigned s = first + t.warp(); s < first + sequences && s < in.n; s += threads / 32)
                for (unsigned w = 0; w < in.windows(); ++w)
                    if (float const z = response(scale, filter.sum(in.sequence(s) + w), shift); z > best)
                        best = z;
        }
        t.barrier(); // the tables have been read
        float* const of_warps = t.template shared<float>();
        of_warps[t.index] = best;
        t.barrier();
        if (t.warp() != 0 || !filter.is_one()) return;
        for (unsigned w = 1; w < threads / 32; ++w)
            if (of_warps[w * 32 + t.lane()] > best) best = of_warps[w * 32 + t.lane()];
        largest[std::size_t{piece} * in.units + filter.unit] = best;
    }
};

struct scan_hits_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    static constexpr unsigned sequences = 32; ///< of a block

    scan_input in;
    unsigned groups;
    float const* cut;
    std::uint32_t* hits;   ///< (U, N)
    std::uint64_t* counts; ///< (U, W, 4)

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        filter_tables const filter{t, in, t.block % groups};
        if (!filter.is_one()) return;
        float const scale = in.scale[filter.unit], shift = in.shift[filter.unit], least = cut[filter.unit];
        unsigned const first = t.block / groups * sequences;
        for (unsigned s = first + t.warp(); s < first + sequences && s < in.n; s += threads / 32) {
            std::uint32_t found = 0;
            for (unsigned w = 0; w < in.windows(); ++w) {
                unsigned char const* const at = in.sequence(s) + w;
                if (!(response(scale, filter.sum(at), shift) > least)) continue;
                ++found;
                // whole numbers: the order in which they are added does not matter
                for (unsigned k = 0; k < in.width; ++k)
                    if (unsigned const x = at[k] / 5; x < 4)
                        add_at_once(counts + (std::size_t{filter.unit} * in.width + k) * 4 + x, 1);
            }
            hits[std::size_t{filter.unit} * in.n + s] = found;
        }
    }
};

} // namespace cuda_detail

/// op::scan_largest; it keeps nothing.
template <class T>
void run(cuda<T>& b, op::scan_largest<T> const& a)
{
    using namespace cuda_detail;
    auto const scratch = b.scratch();
    scan_largest_kernel k{};
    k.in = input_of(b, scratch, a);
    if (k.in.units == 0 || k.in.n == 0) return;
    k.groups = static_cast<unsigned>(pieces(k.in.units, 32));
    auto const parts = static_cast<unsigned>(pieces(k.in.n, scan_largest_kernel::sequences));
    k.largest = scratch.template make<float>(std::size_t{parts} * k.in.units);
    std::size_t const room = scan_largest_kernel::threads * sizeof(float), tables = table_bytes(k.in.width);
    launch(b.queue(), k.groups * parts, k, room > tables ? room : tables);
    unsigned const units = k.in.units;
    float const* const largest = k.largest;
    for_each(b, units, [=] EXPLAINN_KERNEL(std::size_t u) {
        for (unsigned p = 0; p < parts; ++p)
            if (float const x = largest[std::size_t{p} * units + u]; x > a.largest.data[u])
                a.largest.data[u] = x;
    });
}

/// op::scan_hits; it looks everywhere.
template <class T>
void run(cuda<T>& b, op::scan_hits<T> const& a)
{
    using namespace cuda_detail;
    auto const scratch = b.scratch();
    scan_hits_kernel k{};
    k.in = input_of(b, scratch, a);
    if (k.in.units == 0 || k.in.n == 0) return;
    k.groups = static_cast<unsigned>(pieces(k.in.units, 32));
    k.cut = a.cut.data;
    k.hits = a.hits.data;
    k.counts = a.counts.data;
    launch(b.queue(), blocks(k.groups * pieces(k.in.n, scan_hits_kernel::sequences)), k,
           table_bytes(k.in.width));
}

} // namespace explainn::EXPLAINN_ABI
