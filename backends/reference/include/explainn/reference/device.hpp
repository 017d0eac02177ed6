// The reference backend: the host's memory, one thread.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include <explainn/core/shape.hpp>

namespace explainn::EXPLAINN_ABI {

/// The backend that defines every op by obvious loops; T is float or double. Sums are kept in double.
///
///     reference<double> b;
///     auto y = b.make<double>(100);
///     run(b, op::activate<double>{.x = x, .act = activation::relu, .y = {y.data(), 1, 1, 1, 100}});
template <class T>
struct reference {
    using scalar = T;

    /// An array of n zeros.
    template <class X>
    std::vector<X> make(std::size_t n)
    {
        return std::vector<X>(n);
    }
    /// Copies n elements from the host to the device, which here is the host too.
    template <class X>
    void upload(X* device, X const* host, std::size_t n)
    {
        std::copy_n(host, n, device);
    }
    /// Copies n elements from the device to the host.
    template <class X>
    void download(X* host, X const* device, std::size_t n)
    {
        std::copy_n(device, n, host);
    }
    /// Returns at once: all work is finished when its call returns.
    void wait() {}
    /// Calls f().
    template <class Key, class F>
    void record(Key const&, F&& f)
    {
        f();
    }
    /// Calls f(0, units).
    template <class F>
    void for_units(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    /// Calls f(0, units).
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    /// Calls f(0, n).
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        f(std::size_t{0}, n);
    }
};

} // namespace explainn::EXPLAINN_ABI
