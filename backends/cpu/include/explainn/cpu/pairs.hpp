// The products of two tracks by distance and their gradient: plain loops over floats side by side, which
// compilers turn into vectors, shared out over the threads.
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
