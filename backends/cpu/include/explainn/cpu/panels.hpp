// C = A B for large matrices: the columns of B that a tile reads are laid next to each other first.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>

#include <explainn/cpu/product.hpp>
#include <explainn/cpu/scratch.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// Columns of a panel: as many as a tile of a product has at most.
inline std::size_t panel_columns(isa level)
{
    std::size_t const vector = lanes<float>(level);
    return vector * tile_vectors(vector * sizeof(float));
}
/// Numbers of the panels of a matrix, with what the last one has beyond its columns.
inline std::size_t panel_numbers(isa level, std::size_t rows, std::size_t columns)
{
    return rows * round_up(columns, panel_columns(level));
}

/// A matrix cut into panels of columns, each a piece of memory of its own. A tile of a product reads few
/// columns of every row of B. Where rows are long these lie on a page each and in few sets of the first
/// cache, which loses them before the next tile comes; in a panel they follow each other.
///
///     auto const level = simd::chosen_isa();
///     std::vector<float> weights(320 * 1280), memory(simd::panel_numbers(level, 320, 1280));
///     simd::panels const b{level, memory.data(), 320, 1280};
///     b.lay(weights.data(), 1280, 0, b.count());
class panels {
public:
    /// Of so many rows and columns, in memory of panel_numbers().
    panels(isa level, float* memory, std::size_t rows, std::size_t columns)
        : memory_{memory}, rows_{rows}, columns_{columns}, wide_{panel_columns(level)}
    {
    }
    std::size_t count() const { return (columns_ + wide_ - 1) / wide_; }

    /// Lays panels first to last - 1 of from[k row + j].
    void lay(float const* from, std::size_t row, std::size_t first, std::size_t last) const
    {
        constexpr std::size_t together = 4; // panels: what follows each other in a row is read at once
        for (std::size_t q = first; q < last; q += together)
            for (std::size_t k = 0; k < rows_; ++k)
                for (std::size_t r = q; r < std::min(q + together, last); ++r) {
                    float const* const in = from + k * row + r * wide_;
                    float* const out = panel(r) + k * wide_;
                    std::size_t const some = columns(r);
                    if (some < wide_) std::copy_n(in, some, out);
                    else
                        for (std::size_t j = 0; j < wide_; j += 8)
                            std::memcpy(out + j, in + j, 8 * sizeof(float));
                }
    }
    /// Lays all panels of the transposed of from[j row + k].
    void lay_turned(isa level, float const* from, std::size_t row) const
    {
        for (std::size_t q = 0; q < count(); ++q)
            turn(level,
                 transposition<float>{from + q * wide_ * row, row, columns(q), rows_, panel(q), wide_});
    }
    /// Computes p with this as B, of which the first p.depth rows count: the bits of multiply().
    void multiply(isa level, product<float> p) const
    {
        p.b_row = wide_;
        for (std::size_t q = 0; q < count(); ++q, p.c += wide_) {
            p.b = panel(q);
            p.columns = columns(q);
            simd::multiply(level, p);
        }
    }

private:
    float* memory_;
    std::size_t rows_, columns_, wide_;

    float* panel(std::size_t q) const { return memory_ + q * wide_ * rows_; }
    std::size_t columns(std::size_t q) const { return std::min(wide_, columns_ - q * wide_); }
};

/// Computes p as multiply() does, to the bit, by one panel of B after another where enough rows of A read it.
inline void multiply_large(isa level, product<float> const& p)
{
    constexpr std::size_t enough = 24; // rows: four tiles
    std::size_t const wide = panel_columns(level);
    if (p.rows < enough || p.b_row <= wide) return multiply(level, p);
    float* const memory = scratch<float>(piece::panel, p.depth * wide);
    for (std::size_t first = 0; first < p.columns; first += wide) {
        product<float> part = p;
        part.c += first;
        part.columns = std::min(wide, p.columns - first);
        panels const one{level, memory, p.depth, part.columns};
        one.lay(p.b + first, p.b_row, 0, 1);
        one.multiply(level, part);
    }
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
