// Arrays that live on a backend, filled from random numbers or by hand, with guards at both ends, and read
// back.
#pragma once
#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <explainn/backend/concept.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace test {

namespace ex = explainn;
using ex::extent;

/// What an op wrote.
struct result {
    std::string name;
    std::vector<double> values;
    double at_least = 0;     ///< errors are measured against no less than this
    bool exact = false;      ///< whole numbers, to be equal
    bool guards_hold = true; ///< nothing was written outside the array
};

/// The memory of one case on backend B. Two of the same case number hold the same numbers, whatever B.
template <class B>
class on_device {
public:
    using T = typename B::scalar;
    template <class X, int Rank>
    using array = ex::view<X, Rank>;

    on_device(B& b, std::uint32_t case_number) : backend{b}, draw{ex::seed{7}, ex::stream::tests, case_number}
    {
    }

    B& backend;
    ex::random_numbers draw;

    /// Values on the device; they begin at an odd place, as slices of units do.
    template <class X, class V, class... E>
    array<X, int(sizeof...(E))> values(std::vector<V> const& v, E... sizes)
    {
        auto const n = (std::size_t{1} * ... * static_cast<std::size_t>(sizes));
        std::vector<X> host(n + before + after, static_cast<X>(guard));
        for (std::size_t i = 0; i < n; ++i) host[before + i] = static_cast<X>(v[i]);
        auto owner =
            std::make_shared<decltype(backend.template make<X>(n))>(backend.template make<X>(host.size()));
        backend.upload(owner->data(), host.data(), host.size());
        X* const data = owner->data() + before;
        memory_.push_back(std::move(owner));
        return {data, sizes...};
    }
    /// Numbers of [-1, 1) that a float holds and a few of whose sums are exact: multiples of 1 / 256.
    template <class... E>
    array<T, int(sizeof...(E))> random(E... sizes)
    {
        return values<T>(
            numbers((std::size_t{1} * ... * static_cast<std::size_t>(sizes)), -256, 256, 1 / 256.0),
            sizes...);
    }
    /// Positive numbers of (0, 2].
    template <class... E>
    array<T, int(sizeof...(E))> positive(E... sizes)
    {
        return values<T>(numbers((std::size_t{1} * ... * static_cast<std::size_t>(sizes)), 1, 513, 1 / 256.0),
                         sizes...);
    }
    /// Whole numbers of [-2, 2]: many sums are equal.
    template <class... E>
    array<T, int(sizeof...(E))> whole(E... sizes)
    {
        return values<T>(numbers((std::size_t{1} * ... * static_cast<std::size_t>(sizes)), -2, 3, 1.0),
                         sizes...);
    }
    /// Numbers of no short binary form.
    template <class... E>
    array<T, int(sizeof...(E))> rough(E... sizes)
    {
        auto v = numbers((std::size_t{1} * ... * static_cast<std::size_t>(sizes)), -(1 << 23), 1 << 23,
                         1.0 / (1 << 23));
        return values<T>(v, sizes...);
    }
    /// Structs, such as runs of parameters, as they are.
    template <class X>
    array<X const, 1> structs(std::vector<X> const& v)
    {
        auto owner = std::make_shared<decltype(backend.template make<X>(v.size()))>(
            backend.template make<X>(v.size()));
        backend.upload(owner->data(), v.data(), v.size());
        X* const data = owner->data();
        memory_.push_back(std::move(owner));
        return array<X, 1>{data, static_cast<extent>(v.size())};
    }
    /// (N, L) letters; every eighth is N if asked for.
    array<ex::letter, 2> letters(extent n, extent length, bool has_n)
    {
        std::vector<double> v(static_cast<std::size_t>(n) * static_cast<std::size_t>(length));
        for (auto& x : v) x = has_n && draw.below(8) == 0 ? ex::letter_n : draw.below(4);
        return values<ex::letter>(v, n, length);
    }
    /// An array an op must write: NaN (65535) before, compared after.
    template <class X = T, class... E>
    array<X, int(sizeof...(E))> out(std::string name, E... sizes)
    {
        X const nothing =
            std::is_integral_v<X> ? std::numeric_limits<X>::max() : std::numeric_limits<X>::quiet_NaN();
        auto const n = (std::size_t{1} * ... * static_cast<std::size_t>(sizes));
        auto const v = values<X>(std::vector<X>(n, nothing), sizes...);
        watch(std::move(name), v);
        return v;
    }
    /// Memory for what an op keeps of `units` units for its gradient, as much as the backend says; results()
    /// tells whether something was written before or behind it.
    template <class Op>
    ex::own_bytes_by_unit kept(Op const& o, extent units)
    {
        std::size_t const each = ex::kept_bytes(backend, o);
        return {own_memory(each * static_cast<std::size_t>(units)), each};
    }
    /// The same of scan_largest, which keeps so many bytes in all.
    ex::own_bytes kept(ex::op::scan_largest<T> const& o)
    {
        std::size_t const all = ex::kept_bytes(backend, o);
        std::byte* const memory = own_memory(all);
        return {all == 0 ? nullptr : memory, all};
    }
    /// What the backend makes of letters, in memory that is guarded in the same way.
    ex::own_bytes prepared(ex::view<ex::letter const, 2> letters, bool has_n, bool gradient)
    {
        ex::op::prepare_letters<T> const o{.sequences = letters, .has_n = has_n, .gradient = gradient};
        return ex::prepare(backend, o, own_memory(ex::prepared_bytes(backend, o)));
    }
    /// Writes numbers where an op that keeps the plain form, so many numbers a unit, would have kept them.
    template <class X, int Rank, class Op>
    ex::own_bytes_by_unit keep(ex::view<X, Rank> numbers, Op const& o)
    {
        auto const memory = kept(o, numbers.size(0));
        auto const host = read(numbers);
        backend.upload(memory.template of_unit<std::remove_const_t<X>>(0), host.data(), host.size());
        return memory;
    }
    /// Compares an array after the op that was filled before it.
    template <class X, int Rank>
    void watch(std::string name, ex::view<X, Rank> v)
    {
        watched_.push_back([this, name, v] {
            result r{name, {}, 0, std::is_integral_v<X>, true};
            auto const all = read_raw(v.data - before, v.count() + before + after);
            for (std::size_t i = 0; i < all.size(); ++i)
                if (i < before || i >= before + v.count())
                    r.guards_hold = r.guards_hold && all[i] == static_cast<X>(guard);
                else r.values.push_back(static_cast<double>(all[i]));
            return r;
        });
    }
    /// Errors in the array watched last are measured against no less than `magnitude`: it is a small
    /// difference of such numbers.
    void difference_of(double magnitude) { floors_.resize(watched_.size()), floors_.back() = magnitude; }

    /// The elements of a view.
    template <class X, int Rank>
    std::vector<std::remove_const_t<X>> read(ex::view<X, Rank> v)
    {
        return read_raw(v.data, v.count());
    }
    std::vector<result> results()
    {
        std::vector<result> all;
        floors_.resize(watched_.size());
        for (std::size_t i = 0; i < watched_.size(); ++i) {
            all.push_back(watched_[i]());
            all.back().at_least = floors_[i];
        }
        return all;
    }

private:
    static constexpr std::size_t before = 3, after = 40;
    static constexpr int guard = 77;

    std::vector<double> numbers(std::size_t n, int low, int high, double unit)
    {
        std::vector<double> v(n);
        for (auto& x : v)
            x = unit * (low + static_cast<int>(draw.below(static_cast<std::uint32_t>(high - low))));
        return v;
    }
    // bytes with lines of 64 guards before and behind them
    std::byte* own_memory(std::size_t bytes)
    {
        constexpr std::size_t line = 64;
        constexpr std::byte nothing{0xff}, wall{0x4d};
        std::vector<std::byte> host(bytes + 2 * line, wall);
        std::fill_n(host.begin() + line, bytes, nothing);
        auto owner = std::make_shared<decltype(backend.template make<std::byte>(1))>(
            backend.template make<std::byte>(host.size()));
        backend.upload(owner->data(), host.data(), host.size());
        std::byte* const all = owner->data();
        memory_.push_back(std::move(owner));
        watched_.push_back([this, all, bytes] {
            auto const now = read_raw(all, bytes + 2 * line);
            bool hold = true;
            for (std::size_t i = 0; i < line; ++i)
                hold = hold && now[i] == wall && now[line + bytes + i] == wall;
            return result{"a backend's own memory", {0}, 0, true, hold};
        });
        return all + line;
    }
    template <class X>
    std::vector<std::remove_const_t<X>> read_raw(X* data, std::size_t n)
    {
        std::vector<std::remove_const_t<X>> host(n);
        ex::fetch(backend, host.data(), data, n);
        return host;
    }

    std::vector<std::shared_ptr<void>> memory_;
    std::vector<std::function<result()>> watched_;
    std::vector<double> floors_;
};

} // namespace test
