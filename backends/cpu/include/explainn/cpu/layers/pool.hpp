// op::pool and its gradient, by rows of positions.
#pragma once
#include <algorithm>
#include <cstdint>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/scratch.hpp>
#include <explainn/cpu/simd.hpp>

namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH {

/// best(l) = the largest of x(l), ..., x(l + width - 1), the first of equals, and how far from l it stands;
/// or their sum. `best` and `places` have room for 32 numbers more than x.
struct sliding_kernel {
    float const* x{};
    std::size_t count{}, width{}; ///< cells may begin at 0 to count - 1
    bool average{};
    float* best{};
    std::int32_t* places{};

    template <int B>
    static EXPLAINN_INLINE void run(sliding_kernel const& argument)
    {
        sliding_kernel const k = argument;
        if (k.average) return sums<B>(k);
        numbers<B>(k);
        // a window of 13 is two of 8, which are two of 4, which are two of 2
        for (std::size_t span = 1; span < k.width;) {
            std::size_t const step = span < k.width - span ? span : k.width - span;
            widen<B>(k, span, step);
            span += step;
        }
    }

private:
    // windows of one number
    template <int B>
    static EXPLAINN_INLINE void numbers(sliding_kernel const& k)
    {
        std::size_t const length = k.count + k.width - 1;
        for (std::size_t l = 0; l < length; l += pack<float, B>::size) {
            load_until<B>(k.x, l, length).store(k.best + l);
            pack<std::int32_t, B>{}.store(k.places + l);
        }
    }
    // windows of span + step numbers, from those of `span`
    template <int B>
    static EXPLAINN_INLINE void widen(sliding_kernel const& k, std::size_t span, std::size_t step)
    {
        using F = pack<float, B>;
        using P = pack<std::int32_t, B>;
        std::size_t const windows = k.count + k.width - span - step;
        for (std::size_t l = 0; l < windows; l += F::size) {
            F const here = F::load(k.best + l), there = F::load(k.best + l + step);
            P const place = P::load(k.places + l), later = P::load(k.places + l + step);
            auto const more = greater(there, here);
            choose(more, there, here).store(k.best + l);
            choose(more, P{later.v + static_cast<std::int32_t>(step)}, place).store(k.places + l);
        }
    }
    template <int B>
    static EXPLAINN_INLINE void sums(sliding_kernel const& k)
    {
        using F = pack<float, B>;
        std::size_t const length = k.count + k.width - 1;
        for (std::size_t l = 0; l < k.count; l += F::size) {
            F sum = load_until<B>(k.x, l, length);
            for (std::size_t j = 1; j < k.width; ++j) sum = sum + load_until<B>(k.x, l + j, length);
            sum.store(k.best + l);
        }
    }
};

/// Where the places of the maxima of a row are kept: 16 bits each, (rows of a unit, cells) of every unit.
inline std::uint16_t* places_of(own_bytes_by_unit kept, std::size_t row, std::size_t of_unit,
                                std::size_t cells)
{
    return kept.of_unit<std::uint16_t>(row / of_unit) + row % of_unit * cells;
}

/// The sum of a row.
struct row_sum_kernel {
    float const* x{};
    std::size_t count{};
    float* to{};

    template <int B>
    static EXPLAINN_INLINE void run(row_sum_kernel const& argument)
    {
        using F = pack<float, B>;
        row_sum_kernel const k = argument;
        F all = F::zero();
        for (std::size_t i = 0; i < k.count; i += F::size) all = all + load_until<B>(k.x, i, k.count);
        *k.to = sum(all);
    }
};

/// op::pool; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void pool(isa level, op::pool<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.x.size(3)), cells = static_cast<std::size_t>(o.y.size(3)),
               width = static_cast<std::size_t>(o.width), stride = static_cast<std::size_t>(o.stride);
    std::size_t const rows = o.x.count() / std::max<std::size_t>(length, 1),
                      of_unit = rows / std::max<std::size_t>(static_cast<std::size_t>(o.x.size(0)), 1);
    auto const padding = static_cast<std::ptrdiff_t>(o.padding);
    bool const slides = padding == 0 && width <= 16 && width <= length,
               whole = !slides && o.average && padding == 0 && width == length;
    spread(rows, std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        std::size_t const starts = slides ? length - width + 1 : 0, room = slides ? length + 32 : 0;
        float* const best = scratch<float>(piece::outputs, room);
        std::int32_t* const places = scratch<std::int32_t>(piece::image, room);
        float const per_cell = static_cast<float>(width);
        for (std::size_t row = begin; row < end; ++row) {
            float const* const x = o.x.data + row * length;
            float* const y = o.y.data + row * cells;
            std::uint16_t* const at = o.kept && !o.average ? places_of(o.kept, row, of_unit, cells) : nullptr;
            if (whole) {
                dispatch<row_sum_kernel>(level, row_sum_kernel{x, length, y});
                *y /= per_cell;
                continue;
            }
            if (slides) {
                dispatch<sliding_kernel>(level, sliding_kernel{x, starts, width, o.average, best, places});
                for (std::size_t p = 0; p < cells; ++p) {
                    std::size_t const l = p * stride;
                    y[p] = o.average ? best[l] / per_cell : best[l];
                    if (at) at[p] = static_cast<std::uint16_t>(l + static_cast<std::size_t>(places[l]));
                }
                continue;
            }
            for (std::size_t p = 0; p < cells; ++p) {
                auto const from = static_cast<std::ptrdiff_t>(p * stride) - padding;
                auto const first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(from, 0)),
                           last = static_cast<std::size_t>(std::min(from + static_cast<std::ptrdiff_t>(width),
                                                                    static_cast<std::ptrdiff_t>(length)));
                std::size_t top = first;
                double sum = 0;
                for (std::size_t l = first; l < last; ++l) {
                    if (x[l] > x[top]) top = l;
                    sum += double(x[l]);
                }
                y[p] = o.average ? static_cast<float>(sum / double(width)) : x[top];
                if (at) at[p] = static_cast<std::uint16_t>(top);
            }
        }
    });
}

/// op::pool_gradient; `spread(n, block, f)` shares out f(first, last).
template <class Spread>
void pool_gradient(op::pool_gradient<float> const& o, Spread&& spread)
{
    auto const length = static_cast<std::size_t>(o.dx.size(3)),
               cells = static_cast<std::size_t>(o.dy.size(3));
    std::size_t const rows = o.dx.count() / std::max<std::size_t>(length, 1),
                      of_unit = rows / std::max<std::size_t>(static_cast<std::size_t>(o.dx.size(0)), 1);
    spread(rows, std::size_t{64}, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            float* const dx = o.dx.data + row * length;
            float const* const dy = o.dy.data + row * cells;
            std::fill_n(dx, length, 0.0f);
            std::uint16_t const* const at = o.average ? nullptr : places_of(o.kept, row, of_unit, cells);
            for (std::size_t p = 0; p < cells; ++p) {
                if (!o.average) {
                    dx[at[p]] += dy[p];
                    continue;
                }
                float const share = dy[p] / static_cast<float>(o.width);
                auto const from = static_cast<extent>(p) * o.stride - o.padding;
                for (extent l = std::max(from, 0); l < std::min(from + o.width, o.dx.size(3)); ++l)
                    dx[l] += share;
            }
        }
    });
}

} // namespace explainn::EXPLAINN_ABI::simd::EXPLAINN_BUILT_WITH
