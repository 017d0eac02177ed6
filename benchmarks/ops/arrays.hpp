// The arrays of one op on one backend: the same numbers on every backend, and what the op wrote.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include <explainn/backend/concept.hpp>
#include <explainn/core/rng.hpp>

namespace bench {

namespace ex = explainn;
using ex::extent;

/// Makes an op's inputs from a seed and keeps track of its outputs; T is float.
template <class B>
class arrays {
public:
    explicit arrays(B& b) : backend_{b} {}

    template <class... E>
    ex::view<float, int(sizeof...(E))> uniform(float low, float high, E... sizes)
    {
        return filled<float>([=, this] { return low + (high - low) * static_cast<float>(draw_.uniform()); },
                             sizes...);
    }
    ex::view<ex::letter, 2> letters(extent n, extent length)
    {
        return filled<ex::letter>([this] { return static_cast<ex::letter>(draw_.below(4)); }, n, length);
    }
    /// Labels 0 or 1, one in eight missing.
    ex::view<float, 2> labels(extent n, extent outputs)
    {
        return filled<float>(
            [this] { return draw_.below(8) == 0 ? NAN : static_cast<float>(draw_.below(2)); }, n, outputs);
    }
    /// A place inside each of (..., cells) cells.
    template <class... E>
    ex::view<std::uint16_t, int(sizeof...(E))> places(extent cells, extent pool, E... sizes)
    {
        std::uint32_t i = 0;
        return filled<std::uint16_t>(
            [&] {
                auto const cell = i++ % static_cast<std::uint32_t>(cells);
                auto const wide = static_cast<std::uint32_t>(pool);
                return static_cast<std::uint16_t>(cell * wide + draw_.below(wide));
            },
            sizes...);
    }
    /// The statistics that op::window_statistics finds in letters of equal frequencies.
    ex::view<double, 2> covariance(extent size)
    {
        extent i = 0;
        return filled<double>(
            [&] {
                extent const row = i / size, column = i % size, width = size / 4;
                ++i;
                return row % width != column % width ? 0.0 : row == column ? 0.1875 : -0.0625;
            },
            size, size);
    }
    template <class X = float, class... E>
    ex::view<X, int(sizeof...(E))> out(E... sizes)
    {
        auto const v = filled<X>([] { return X{}; }, sizes...);
        watch(v);
        return v;
    }
    /// Memory for what an op keeps of `units` units.
    template <class Op>
    ex::own_bytes_by_unit kept(Op const& o, extent units)
    {
        std::size_t const each = ex::kept_bytes(backend_, o);
        auto const all = std::make_shared<decltype(backend_.template make<std::byte>(1))>(
            backend_.template make<std::byte>(each * static_cast<std::size_t>(units)));
        memory_.push_back(all);
        return {all->data(), each};
    }
    /// Numbers as an op that keeps the plain form would have kept them.
    template <class X, int Rank>
    static ex::own_bytes_by_unit as_kept(ex::view<X, Rank> numbers)
    {
        return {reinterpret_cast<std::byte*>(numbers.data), sizeof(X) * numbers.stride()};
    }
    B& backend() { return backend_; }
    /// An array that the op changes.
    template <class X, int Rank>
    ex::view<X, Rank> changed(ex::view<X, Rank> v)
    {
        watch(v);
        return v;
    }
    /// Everything that the op may have written.
    std::vector<std::vector<double>> written() const
    {
        std::vector<std::vector<double>> all;
        for (auto const& read : outputs_) all.push_back(read());
        return all;
    }

    /// All n parameters, in ranges of 4,096.
    ex::view<ex::parameter_run const, 1> runs(std::size_t n)
    {
        constexpr std::size_t each = 4096;
        std::size_t at = 0;
        return filled<ex::parameter_run>(
            [&] {
                ex::parameter_run const r{at, std::min(each, n - at)};
                at += each;
                return r;
            },
            static_cast<ex::extent>((n + each - 1) / each));
    }
    /// The numbers that change from step to step.
    ex::view<ex::step_values const, 1> step(ex::step_values const& v)
    {
        return filled<ex::step_values>([&v] { return v; }, 1);
    }

private:
    template <class X, class Next, class... E>
    ex::view<X, int(sizeof...(E))> filled(Next next, E... sizes)
    {
        auto const n = (std::size_t{1} * ... * static_cast<std::size_t>(sizes));
        std::vector<X> host(n);
        for (X& x : host) x = next();
        auto owner = std::make_shared<decltype(backend_.template make<X>(n))>(backend_.template make<X>(n));
        backend_.upload(owner->data(), host.data(), n);
        X* const data = owner->data();
        memory_.push_back(std::move(owner));
        return {data, sizes...};
    }
    template <class X, int Rank>
    void watch(ex::view<X, Rank> v)
    {
        outputs_.push_back([this, v] {
            std::vector<X> host(v.count());
            ex::fetch(backend_, host.data(), v.data, host.size());
            return std::vector<double>(host.begin(), host.end());
        });
    }

    B& backend_;
    ex::random_numbers draw_{ex::seed{1}, ex::stream::tests};
    std::vector<std::shared_ptr<void>> memory_;
    std::vector<std::function<std::vector<double>()>> outputs_;
};

/// The largest difference of two results, relative to the largest magnitude of its array; places that differ
/// count by their share, because equal sums may be rounded differently.
inline double difference(std::vector<std::vector<double>> const& got,
                         std::vector<std::vector<double>> const& want)
{
    double worst = 0;
    for (std::size_t k = 0; k < want.size(); ++k) {
        double largest = 1e-30, apart = 0;
        std::size_t differ = 0;
        for (std::size_t i = 0; i < want[k].size(); ++i) {
            double const d = std::abs(got[k][i] - want[k][i]);
            apart = d <= apart ? apart : std::isnan(d) ? INFINITY : d;
            largest = std::max(largest, std::abs(want[k][i]));
            differ += d != 0 ? 1u : 0u;
        }
        double const share = static_cast<double>(differ) / static_cast<double>(want[k].size());
        worst = std::max(worst, std::min(apart / largest, share));
    }
    return worst;
}

} // namespace bench
