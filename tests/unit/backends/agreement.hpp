// Runs a case on a backend and on reference<double>, and compares what both wrote.
#pragma once
#include <cmath>
#include <cstring>

#include <doctest/doctest.h>

#include "on_device.hpp"
#include "under_test.hpp"

namespace test {

/// Fails where `got` differs from `expected` by more than `allowed` of the largest magnitude.
inline void compare(result const& got, result const& expected, double allowed)
{
    INFO("array ", got.name);
    CHECK_MESSAGE(got.guards_hold, "written outside the array");
    REQUIRE(got.values.size() == expected.values.size());
    double largest = expected.at_least;
    for (double const e : expected.values)
        if (std::isfinite(e)) largest = std::max(largest, std::abs(e));
    std::size_t worst = 0;
    double error = 0;
    for (std::size_t i = 0; i < got.values.size(); ++i) {
        double const g = got.values[i], e = expected.values[i];
        double const d = g == e || (std::isnan(g) && std::isnan(e)) ? 0 : std::abs(g - e);
        if (d > error || std::isnan(d)) error = std::isnan(d) ? INFINITY : d, worst = i;
    }
    double const limit = got.exact ? 0 : allowed * largest;
    bool const close = error <= limit;
    CHECK_MESSAGE(close, "element ", worst, " of ", got.values.size(), ": got ", got.values[worst],
                  ", expected ", expected.values[worst], ", largest magnitude ", largest);
}

/// Fails where two results differ in any bit.
inline void compare_bits(result const& got, result const& expected)
{
    INFO("array ", got.name);
    CHECK_MESSAGE(got.guards_hold, "written outside the array");
    bool const same =
        std::memcmp(got.values.data(), expected.values.data(), got.values.size() * sizeof(double)) == 0;
    CHECK_MESSAGE(same, "another number of threads gives other bits");
}

/// What `op_case` writes on backend b.
template <class B, class Case>
std::vector<result> written(B& b, std::uint32_t number, Case const& op_case)
{
    on_device<B> memory{b, number};
    op_case(memory);
    return memory.results();
}

/// Runs op_case(on_device&) on B with one, two and three threads where it has threads, and checks that they
/// give the same bits. Returns what was written.
template <class B, class Case>
std::vector<result> same_for_any_threads(std::uint32_t number, Case const& op_case)
{
    auto const backends = same_bits<B>::backends();
    auto const got = written(*backends[0], number, op_case);
    for (std::size_t k = 1; k < backends.size(); ++k) {
        auto const again = written(*backends[k], number, op_case);
        for (std::size_t i = 0; i < got.size(); ++i) compare_bits(again[i], got[i]);
    }
    return got;
}

/// Compares op_case(on_device&) on B, with any number of threads, with reference<double>.
template <class B, class Case>
void agrees(std::uint32_t number, Case const& op_case, double allowed = tolerance<typename B::scalar>)
{
    ex::reference<double> slow;
    auto const expected = written(slow, number, op_case);
    auto const got = same_for_any_threads<B>(number, op_case);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) compare(got[i], expected[i], allowed);
}

} // namespace test
