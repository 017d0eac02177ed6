// The shapes with which a scan is tested.
#pragma once
#include <cstdint>
#include <ostream>
#include <vector>

#include <explainn/backend/activation.hpp>
#include <explainn/core/rng.hpp>
#include <explainn/core/shape.hpp>

namespace test {

struct scan_case {
    int units, n, length, width, pool, stride;
    explainn::activation act = explainn::activation::exponential;
    bool has_n = false;
    int cells() const { return (length - width + 1 - pool) / stride + 1; }
};

/// The text that doctest prints for a case that fails.
inline std::ostream& operator<<(std::ostream& o, scan_case const& c)
{
    return o << "U " << c.units << " N " << c.n << " L " << c.length << " W " << c.width << " pool " << c.pool
             << " stride " << c.stride << " activation " << static_cast<int>(c.act)
             << (c.has_n ? " with N" : "");
}

/// Each width, unit count and pooling once or more: overlapping, with gaps, of one window, of all.
inline std::vector<scan_case> scan_cases()
{
    using enum explainn::activation;
    std::vector<scan_case> cases{
        {1, 1, 1, 1, 1, 1},
        {1, 1, 19, 19, 1, 1},
        {100, 3, 60, 19, 7, 7},
        {16, 100, 40, 19, 7, 7},
        {33, 17, 61, 19, 7, 3, relu, true},
        {17, 2, 200, 26, 7, 7, sigmoid, true},
        {8, 3, 50, 8, 43, 1, tanh},
        {3, 3, 50, 8, 43, 50, softplus, true},
        {16, 2, 50, 5, 3, 10, elu},
        {17, 3, 31, 31, 1, 1, identity, true},
        {2, 2, 33, 31, 2, 1, relu},
        {5, 41, 61, 19, 7, 3, relu, true}, // few units: cut by sequences
        {20, 33, 70, 19, 7, 7, exponential, true},
    };
    explainn::random_numbers draw{explainn::seed{11}, explainn::stream::tests};
    auto const one_of = [&](std::vector<int> const& v) {
        return v[draw.below(static_cast<std::uint32_t>(v.size()))];
    };
    for (int const width : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 19, 20, 25, 26, 27, 31})
        for (int again = 0; again < 2; ++again) {
            scan_case c{};
            c.width = width;
            c.units = one_of({1, 3, 8, 15, 16, 17, 33});
            c.n = one_of({1, 2, 3, 5, 17});
            int const windows = one_of({1, 2, 7, 8, 15, 16, 17, 31, 40, 70});
            c.length = width + windows - 1;
            c.pool = one_of({1, 2, 3, 7, 10, windows});
            if (c.pool > windows) c.pool = windows;
            c.stride = one_of({1, 2, c.pool, c.pool, c.pool + 1, c.pool + 5});
            c.act = static_cast<explainn::activation>(draw.below(7));
            c.has_n = again == 1;
            cases.push_back(c);
        }
    return cases;
}

} // namespace test
