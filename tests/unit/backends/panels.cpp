// Products from panels of B are those of multiply(), to the bit.
#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/cpu/panels.hpp>

namespace ex = explainn;

namespace {
std::vector<float> numbers(std::size_t count, ex::random_numbers& draw)
{
    std::vector<float> x(count);
    for (float& each : x) each = static_cast<float>(draw.uniform() - 0.5);
    return x;
}
struct shape {
    std::size_t rows, depth, columns;
};
} // namespace

TEST_CASE("products from panels of B are those of multiply(), to the bit")
{
    auto const level = ex::simd::chosen_isa();
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    for (shape const& s :
         {shape{1, 1, 1}, shape{23, 5, 100}, shape{24, 1, 17}, shape{25, 7, 64}, shape{50, 33, 65},
          shape{48, 70, 129}, shape{31, 100, 320}, shape{24, 3, 16}, shape{29, 4, 7}}) {
        std::size_t const rows = s.rows, depth = s.depth, columns = s.columns;
        CAPTURE(rows);
        CAPTURE(depth);
        CAPTURE(columns);
        std::size_t const row = ex::simd::round_up(columns, 16) + 16;
        auto const a = numbers(rows * depth, draw), b = numbers(depth * row, draw),
                   before = numbers(rows * columns, draw);
        std::vector<float> turned(columns * depth);
        for (std::size_t j = 0; j < columns; ++j)
            for (std::size_t k = 0; k < depth; ++k) turned[j * depth + k] = b[k * row + j];
        for (bool const add : {false, true})
            for (bool const by_columns : {false, true}) { // whether A lies by columns
                CAPTURE(add);
                CAPTURE(by_columns);
                auto plain = before, large = before, laid = before, from_turned = before;
                ex::simd::product<float> p;
                p.a = a.data();
                p.a_row = by_columns ? 1 : depth;
                p.a_depth = by_columns ? rows : 1;
                p.b = b.data();
                p.b_row = row;
                p.c_row = columns;
                p.rows = rows;
                p.depth = depth;
                p.columns = columns;
                p.add = add;
                p.c = plain.data();
                ex::simd::multiply(level, p);
                p.c = large.data();
                ex::simd::multiply_large(level, p);
                CHECK(large == plain);
                std::vector<float> memory(ex::simd::panel_numbers(level, depth, columns));
                ex::simd::panels const panels{level, memory.data(), depth, columns};
                panels.lay(b.data(), row, 0, panels.count());
                p.c = laid.data();
                panels.multiply(level, p);
                CHECK(laid == plain);
                panels.lay_turned(level, turned.data(), depth);
                p.c = from_turned.data();
                panels.multiply(level, p);
                CHECK(from_turned == plain);
            }
    }
}
