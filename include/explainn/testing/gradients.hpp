// Compares a gradient with differences of its function; for the tests of this library and of users' own
// layers and losses.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// How check_gradient compares.
struct gradient_check {
    double step = 1e-4;       ///< h: differences are taken over h and 2 h
    double tolerance = 1e-7;  ///< allowed error, relative to the largest gradient (at least `floor`)
    double floor = 1e-3;      ///< gradients are never measured against less than this
    std::size_t at_most = 64; ///< how many elements are compared, spread evenly; 0: all
};

/// What check_gradient found: the verdict, the worst element, and a log of all elements that were wrong.
struct gradient_verdict {
    bool agrees = true;
    std::size_t worst_at{};
    double worst_error{}; ///< relative to the largest gradient
    std::string log;      ///< one line for each element that is wrong
    explicit operator bool() const { return agrees; }
};

/// Compares `gradient` with differences of fourth order of f, (8 (f(x + h) - f(x - h)) - (f(x + 2 h) - f(x -
/// 2 h))) / (12 h). f takes no argument and reads x, whose elements are moved one at a time and put back. f
/// must be smooth within 2 h of x: a kink (relu, a maximum that changes place) shows as an error.
///
///     std::vector<double> x{1, 2}, gradient{2, 4};
///     auto const verdict = check_gradient([&] { return x[0] * x[0] + x[1] * x[1]; }, x, gradient);
///     if (!verdict) std::cerr << verdict.log;
template <class F>
gradient_verdict check_gradient(F&& f, std::span<double> x, std::span<double const> gradient,
                                gradient_check how = {})
{
    gradient_verdict verdict;
    if (x.size() != gradient.size()) {
        verdict.agrees = false;
        verdict.log = "the gradient has " + std::to_string(gradient.size()) + " elements, x has " +
                      std::to_string(x.size()) + "\n";
        return verdict;
    }
    double largest = how.floor;
    for (double const g : gradient)
        if (std::abs(g) > largest) largest = std::abs(g);
    std::size_t const looks = how.at_most == 0 ? x.size() : std::min(how.at_most, x.size());
    for (std::size_t look = 0; look < looks; ++look) {
        std::size_t const i = look * x.size() / looks;
        double const old = x[i], h = how.step;
        auto const at = [&](double value) {
            x[i] = value;
            return static_cast<double>(f());
        };
        double const near = at(old + h) - at(old - h), far = at(old + 2 * h) - at(old - 2 * h);
        x[i] = old;
        double const numerical = (8 * near - far) / (12 * h);
        double const wrong = std::abs(numerical - gradient[i]) / largest;
        if (wrong > verdict.worst_error || std::isnan(wrong)) {
            verdict.worst_error = wrong;
            verdict.worst_at = i;
        }
        if (wrong <= how.tolerance) continue;
        verdict.agrees = false;
        char line[160];
        std::snprintf(line, sizeof line, "element %zu: gradient %.12g, differences %.12g\n", i, gradient[i],
                      numerical);
        verdict.log += line;
    }
    return verdict;
}

} // namespace explainn::EXPLAINN_ABI
