// What units of pairs read and their products by distance, with gradients: plain loops over floats side by
// side, which compilers turn into vectors.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include <explainn/backend/ops.hpp>
#include <explainn/cpu/device.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// to(i) += factor x from(i) for n numbers.
inline void add_scaled(float* to, float const* from, float factor, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) to[i] += factor * from[i];
}
/// f(i) for every unit and sequence of x (U, N, 2, L), shared out over the threads.
template <class F>
void each_pair_of_tracks(cpu<float>& b, view<float const, 4> x, F f)
{
    b.for_blocks(static_cast<std::size_t>(x.size(0)) * static_cast<std::size_t>(x.size(1)), std::size_t{16},
                 [&f](std::size_t first, std::size_t last) {
                     for (std::size_t i = first; i < last; ++i) f(i);
                 });
}

} // namespace detail

/// op::pair_cells
inline void run(cpu<float>& b, op::pair_cells<float> const& o)
{
    auto const n = static_cast<std::size_t>(o.x.size(1)),
               each = static_cast<std::size_t>(o.x.size(2)) * static_cast<std::size_t>(o.x.size(3));
    b.for_blocks(static_cast<std::size_t>(o.pairs.size(0)) * n, std::size_t{64},
                 [&](std::size_t first, std::size_t last) {
                     for (std::size_t i = first; i < last; ++i)
                         for (std::size_t side = 0; side < 2; ++side) {
                             auto const unit = static_cast<std::size_t>(
                                 o.pairs(static_cast<extent>(i / n), static_cast<extent>(side)));
                             std::copy_n(o.x.data + (unit * n + i % n) * each, each,
                                         o.y.data + (2 * i + side) * each);
                         }
                 });
}

/// op::pair_cells_gradient. It is called for a block of units by the thread that has them.
inline void run(cpu<float>&, op::pair_cells_gradient<float> const& o)
{
    auto const n = static_cast<std::size_t>(o.dx.size(1)),
               each = static_cast<std::size_t>(o.dx.size(2)) * static_cast<std::size_t>(o.dx.size(3));
    for (extent k = 0; k < o.pairs.size(0); ++k)
        for (extent side = 0; side < 2; ++side) {
            extent const unit = o.pairs(k, side) - o.first;
            if (unit < 0 || unit >= o.dx.size(0)) continue;
            float* const to = o.dx.data + static_cast<std::size_t>(unit) * n * each;
            float const* const from =
                o.dy.data + (static_cast<std::size_t>(k) * 2 * n + static_cast<std::size_t>(side)) * each;
            for (std::size_t i = 0; i < n; ++i)
                detail::add_scaled(to + i * each, from + 2 * i * each, 1.0f, each);
        }
}

/// op::by_distance
inline void run(cpu<float>& b, op::by_distance<float> const& o)
{
    auto const length = static_cast<std::size_t>(o.x.size(3)), places = 2 * length - 1;
    detail::each_pair_of_tracks(b, o.x, [&](std::size_t i) {
        float const *const first = o.x.data + i * 2 * length, *const second = first + length;
        float* const y = o.y.data + i * places;
        std::fill_n(y, places, 0.0f);
        for (std::size_t l = 0; l < length; ++l)
            detail::add_scaled(y + (length - 1 - l), second, first[l], length);
    });
}

/// op::by_distance_gradient
inline void run(cpu<float>& b, op::by_distance_gradient<float> const& o)
{
    auto const length = static_cast<std::size_t>(o.x.size(3)), places = 2 * length - 1;
    detail::each_pair_of_tracks(b, o.x, [&](std::size_t i) {
        float const *const first = o.x.data + i * 2 * length, *const second = first + length;
        float *const dfirst = o.dx.data + i * 2 * length, *const dsecond = dfirst + length;
        float const* const dy = o.dy.data + i * places;
        thread_local std::vector<float> turned; // dy from its end on, so that both sums run forwards
        turned.assign(dy, dy + places);
        std::reverse(turned.begin(), turned.end());
        std::fill_n(dfirst, 2 * length, 0.0f);
        for (std::size_t l = 0; l < length; ++l) {
            detail::add_scaled(dfirst, turned.data() + (length - 1 - l), second[l], length);
            detail::add_scaled(dsecond, dy + (length - 1 - l), first[l], length);
        }
    });
}

} // namespace explainn::EXPLAINN_ABI
