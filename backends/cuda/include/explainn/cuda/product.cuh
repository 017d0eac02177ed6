// Products of matrices, one for each unit: tiles in shared memory, and simpler kernels where a side is 1.
#pragma once
#include <explainn/cuda/kernel.cuh>

namespace explainn::EXPLAINN_ABI::cuda_detail {

/// Some matrices, one for each unit: element (i, j) of unit u is data[u unit + i row + j column].
template <class X>
struct matrices {
    X* data{};
    std::size_t unit{}, row{}, column{};

    EXPLAINN_KERNEL X& at(std::size_t u, std::size_t i, std::size_t j) const
    {
        return data[u * unit + i * row + j * column];
    }
    matrices turned() const { return {data, unit, column, row}; }
    /// The same, to be read alone.
    matrices<X const> to_read() const { return {data, unit, row, column}; }
};
/// The matrices (N, F) of (U, N, F).
template <class X>
matrices<X> of_units(view<X, 3> v)
{
    return {v.data, v.stride(), size_of(v.size(2)), 1};
}

/// c = a b, plus a bias for each column where there is one, plus c where `add`.
struct product {
    matrices<float const> a, b;
    matrices<float> c;
    std::size_t units{}, rows{}, columns{}, inner{};
    float const* bias{}; ///< of unit u from u bias_unit on
    std::size_t bias_unit{};
    bool add = false;

    /// Writes a sum to its place.
    EXPLAINN_KERNEL void store(std::size_t u, std::size_t i, std::size_t j, float sum) const
    {
        float& to = c.at(u, i, j);
        if (bias) sum += bias[u * bias_unit + j];
        to = add ? to + sum : sum;
    }
};

/// A block computes 64 x 64 numbers of c, and each of its 256 threads 4 x 4 of them, from slices of a and b
/// of 16 in shared memory. With `parts` the inner sum is cut, and each part written to memory of its own.
struct tile_kernel {
    static constexpr unsigned threads = 256, tile = 64, slice = 16, stride = tile + 4;
    static constexpr bool meets = true;

    product p;
    unsigned tiles_down, tiles_across, parts;
    std::size_t part_length;
    float* partial; ///< (parts, U, rows, columns); null: c is written

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t at = t.block;
        std::size_t const across = at % tiles_across * tile;
        at /= tiles_across;
        std::size_t const down = at % tiles_down * tile;
        at /= tiles_down;
        std::size_t const part = at % parts, u = at / parts;
        std::size_t const first = part * part_length,
                          last = first + part_length < p.inner ? first + part_length : p.inner;
        float* const of_a = t.template shared<float>(); // (slice, stride)
        float* const of_b = of_a + slice * stride;
        unsigned const x = t.index % 16 * 4, y = t.index / 16 * 4;
        float sum[4][4] = {};
        for (std::size_t k0 = first; k0 < last; k0 += slice) {
            for (unsigned i = t.index; i < tile * slice; i += threads) {
                // neighbours read neighbours, however the matrix lies
                unsigned const k = p.a.column == 1 ? i % slice : i / tile,
                               r = p.a.column == 1 ? i / slice : i % tile;
                of_a[k * stride + r] = k0 + k < last && down + r < p.rows ? p.a.at(u, down + r, k0 + k) : 0.f;
            }
            for (unsigned i = t.index; i < tile * slice; i += threads) {
                unsigned const k = p.b.column == 1 ? i / tile : i % slice,
                               c = p.b.column == 1 ? i % tile : i / slice;
                of_b[k * stride + c] =
                    k0 + k < last && across + c < p.columns ? p.b.at(u, k0 + k, across + c) : 0.f;
            }
            t.barrier();
            for (unsigned k = 0; k < slice; ++k) {
                float left[4], right[4];
                for (unsigned i = 0; i < 4; ++i) left[i] = of_a[k * stride + y + i];
                for (unsigned j = 0; j < 4; ++j) right[j] = of_b[k * stride + x + j];
                for (unsigned i = 0; i < 4; ++i)
                    for (unsigned j = 0; j < 4; ++j) sum[i][j] += left[i] * right[j];
            }
            t.barrier();
        }
        for (unsigned i = 0; i < 4; ++i)
            for (unsigned j = 0; j < 4; ++j) {
                std::size_t const row = down + y + i, column = across + x + j;
                if (row >= p.rows || column >= p.columns) continue;
                if (partial) partial[((part * p.units + u) * p.rows + row) * p.columns + column] = sum[i][j];
                else p.store(u, row, column, sum[i][j]);
            }
    }
};

/// A warp computes one number of c: for few columns, and rows of a that lie together.
struct row_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    product p;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const at = std::size_t{t.block} * (threads / 32) + t.warp();
        if (at >= p.units * p.rows * p.columns) return; // the whole warp
        std::size_t const j = at % p.columns, i = at / p.columns % p.rows, u = at / p.columns / p.rows;
        float sum = 0;
        for (std::size_t k = t.lane(); k < p.inner; k += 32) sum += p.a.at(u, i, k) * p.b.at(u, k, j);
        sum = sum_of_warp(t, sum);
        if (t.lane() == 0) p.store(u, i, j, sum);
    }
};

/// Threads of a block as lanes, one for each column of a tile, times rows. Columns are as many as there are,
/// rounded up to a power of two, and 32 at most.
struct column_tiles {
    unsigned lanes, tiles;
    explicit column_tiles(std::size_t columns) : lanes{1}
    {
        while (lanes < 32 && lanes < columns) lanes *= 2;
        tiles = static_cast<unsigned>(pieces(columns, lanes));
    }
};
/// The sums over the rows of threads of a block, for each lane and in every row; always in the same order.
/// `room` is shared memory for one X a thread.
template <class X>
EXPLAINN_KERNEL X sum_of_rows(thread const& t, X x, unsigned lanes, X* room)
{
    room[t.index] = x;
    t.barrier();
    for (unsigned half = t.threads / 2; half >= lanes; half /= 2) {
        if (t.index < half) room[t.index] += room[t.index + half];
        t.barrier();
    }
    x = room[t.index % lanes];
    t.barrier();
    return x;
}

/// to(u, j) = sum over rows i of factor(u, i) x(u, i, j); without factors the sum of x.
struct column_sum_kernel {
    static constexpr unsigned threads = 256;
    static constexpr bool meets = true;
    matrices<float const> factor, x; ///< a factor's column is 0
    matrices<float> to;              ///< its row is 0
    std::size_t rows, columns;
    column_tiles tiles;

    EXPLAINN_KERNEL void operator()(thread const& t) const
    {
        std::size_t const u = t.block / tiles.tiles;
        std::size_t const j = std::size_t{t.block % tiles.tiles} * tiles.lanes + t.index % tiles.lanes;
        float sum = 0;
        if (j < columns)
            for (std::size_t i = t.index / tiles.lanes; i < rows; i += threads / tiles.lanes)
                sum += factor.data ? factor.at(u, i, 0) * x.at(u, i, j) : x.at(u, i, j);
        sum = sum_of_rows(t, sum, tiles.lanes, t.template shared<float>());
        if (t.index < tiles.lanes && j < columns) to.at(u, 0, j) = sum;
    }
};
/// The sums of the columns of some matrices, each row times a factor where there are factors.
template <class T>
void sum_columns(cuda<T>& b, matrices<float const> x, matrices<float const> factor, matrices<float> to,
                 std::size_t units, std::size_t rows, std::size_t columns)
{
    column_tiles const tiles{columns};
    if (units == 0 || columns == 0) return;
    launch(b.queue(), blocks(units * tiles.tiles), column_sum_kernel{factor, x, to, rows, columns, tiles},
           column_sum_kernel::threads * sizeof(float));
}

/// How cuBLAS takes the transpose of some matrices; null data: it cannot, since neither rows nor columns lie
/// together, or a number is beyond its range.
template <class X>
cublas_product::matrix<X> turned_for_cublas(matrices<X> const& m)
{
    bool const by_row = m.column == 1;
    std::size_t const step = by_row ? m.row : m.column;
    if ((!by_row && m.row != 1) || step > 0x7fffffff) return {};
    return {m.data, static_cast<int>(step), static_cast<long long>(m.unit), !by_row};
}
/// The product as cuBLAS computes it: c' = b' a', since its matrices lie column by column.
inline cublas_product for_cublas(product const& p)
{
    cublas_product q{};
    if ((p.rows | p.columns | p.inner | p.units) > 0x7fffffff) return q;
    q.a = turned_for_cublas(p.b);
    q.b = turned_for_cublas(p.a);
    q.c = turned_for_cublas(p.c);
    q.rows = static_cast<int>(p.columns), q.columns = static_cast<int>(p.rows),
    q.inner = static_cast<int>(p.inner), q.units = static_cast<int>(p.units);
    q.add = p.add;
    return q;
}

/// Computes a product by the kernel that suits its sizes, or by cuBLAS where it is wanted and can. The order
/// of its sums depends on the sizes alone.
template <class T>
void multiply(cuda<T>& b, product const& p)
{
    std::size_t const all = p.units * p.rows * p.columns;
    if (all == 0) return;
    if (b.cublas() && p.inner > 1) {
        cublas_product q = for_cublas(p);
        if (q.a.data && q.b.data && q.c.data && !q.c.turned) {
            if (p.bias)
                for_each(b, all, [=] EXPLAINN_KERNEL(std::size_t at) {
                    p.store(at / p.columns / p.rows, at / p.columns % p.rows, at % p.columns, 0.f);
                });
            q.add = q.add || p.bias;
            return cuda<T>::runtime::multiply(b.queue(), b.cublas(), q);
        }
    }
    if (p.inner == 1)
        return for_each(b, all, [=] EXPLAINN_KERNEL(std::size_t at) {
            std::size_t const j = at % p.columns, i = at / p.columns % p.rows, u = at / p.columns / p.rows;
            p.store(u, i, j, p.a.at(u, i, 0) * p.b.at(u, 0, j));
        });
    if (p.rows == 1 && p.inner >= 32 && p.b.column == 1 && !p.bias && !p.add)
        return sum_columns(b, p.b, {p.a.data, p.a.unit, p.a.column, 0}, {p.c.data, p.c.unit, 0, p.c.column},
                           p.units, p.inner, p.columns);
    if (p.columns <= 2 && p.a.column == 1)
        return launch(b.queue(), blocks(pieces(all, row_kernel::threads / 32)), row_kernel{p});
    tile_kernel k{};
    k.p = p;
    k.tiles_down = static_cast<unsigned>(pieces(p.rows, tile_kernel::tile));
    k.tiles_across = static_cast<unsigned>(pieces(p.columns, tile_kernel::tile));
    // few tiles leave a device idle: then the inner sum is cut into parts of at least 128
    std::size_t const tiles = p.units * k.tiles_down * k.tiles_across;
    std::size_t const wanted = pieces(128, tiles), most = p.inner / 128;
    std::size_t const parts = wanted < most ? wanted : most > 0 ? most : 1;
    k.part_length = pieces(pieces(p.inner, parts), tile_kernel::slice) * tile_kernel::slice;
    k.parts = static_cast<unsigned>(p.inner == 0 ? 1 : pieces(p.inner, k.part_length));
    auto const scratch = b.scratch();
    unsigned const cut = k.parts;
    if (cut > 1) k.partial = scratch.template make<float>(cut * all);
    launch(b.queue(), blocks(tiles * cut), k, 2 * tile_kernel::slice * tile_kernel::stride * sizeof(float));
    if (cut == 1) return;
    float const* const partial = k.partial;
    for_each(b, all, [=] EXPLAINN_KERNEL(std::size_t at) {
        float sum = 0;
        for (unsigned part = 0; part < cut; ++part) sum += partial[part * all + at];
        p.store(at / p.columns / p.rows, at / p.columns % p.rows, at % p.columns, sum);
    });
}

} // namespace explainn::EXPLAINN_ABI::cuda_detail
