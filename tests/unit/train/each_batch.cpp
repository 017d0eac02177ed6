// The one loop over batches: order, strands, labels, errors.
#include <doctest/doctest.h>

#include <numeric>

#include <explainn/train/each_batch.hpp>

namespace ex = explainn;

namespace {

// row n holds five letters that count up from n, and the label n
struct rows_of_five {
    bool broken = false;
    std::size_t size() const { return 7; }
    std::size_t length() const { return 5; }
    std::size_t outputs() const { return 1; }
    void letters_of(std::size_t row, std::span<ex::letter> out) const
    {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<ex::letter>((row + i) % 4);
        if (broken && row == 3) out[2] = 9;
    }
    void labels_of(std::size_t row, std::span<float> out) const { out[0] = static_cast<float>(row); }
    bool has_n(std::size_t) const { return false; }
};

std::vector<ex::letter> expected_letters(std::vector<std::uint32_t> const& rows, bool reverse)
{
    std::vector<ex::letter> all;
    for (auto const row : rows) {
        std::vector<ex::letter> letters(5);
        rows_of_five{}.letters_of(row, letters);
        if (reverse) ex::reverse_complement(letters);
        all.insert(all.end(), letters.begin(), letters.end());
    }
    return all;
}

} // namespace

TEST_CASE(
    "a walk hands out every batch in order, on one strand or on both, and labels where they are asked for")
{
    rows_of_five const data;
    std::vector<std::uint32_t> const rows{6, 0, 3, 3, 5};
    for (bool const both : {false, true})
        for (std::size_t const size : std::vector<std::size_t>{1, 2, 5, 9}) {
            CAPTURE(both);
            CAPTURE(size);
            std::vector<std::size_t> firsts;
            std::vector<ex::letter> forward, other;
            std::vector<float> labels;
            ex::host_batch memory;
            ex::each_batch(ex::part{data, rows}, {.batch = size, .both_strands = both, .labels = true},
                           memory, [&](std::size_t first, ex::host_batch& some, bool reverse) {
                               CHECK(static_cast<std::size_t>(some.count) ==
                                     std::min(size, rows.size() - first));
                               auto& to = reverse ? other : forward;
                               to.insert(to.end(), some.letters.begin(), some.letters.end());
                               if (reverse) return;
                               firsts.push_back(first);
                               labels.insert(labels.end(), some.labels.begin(), some.labels.end());
                           });
            CHECK(firsts.size() == (rows.size() + size - 1) / size);
            CHECK(firsts.back() == (firsts.size() - 1) * size);
            CHECK(forward == expected_letters(rows, false));
            CHECK(other == (both ? expected_letters(rows, true) : std::vector<ex::letter>{}));
            CHECK(labels == std::vector<float>{6, 0, 3, 3, 5});
        }
}
TEST_CASE("a walk over packed sequences and over letters is that over a part, and leaves the batch as it was")
{
    rows_of_five const data;
    std::vector<std::uint32_t> rows(7);
    std::iota(rows.begin(), rows.end(), 0u);
    auto const letters = expected_letters(rows, false);
    ex::packed_sequences packed;
    for (std::size_t i = 0; i < 7; ++i)
        packed.append("s", std::span<ex::letter const>{letters.data() + 5 * i, 5});
    auto const walked = [](auto const& source) {
        std::vector<ex::letter> all;
        ex::host_batch memory;
        ex::each_batch(source, {.batch = 7, .both_strands = true}, memory,
                       [&](std::size_t, ex::host_batch& some, bool) {
                           all.insert(all.end(), some.letters.begin(), some.letters.end());
                       });
        all.insert(all.end(), memory.letters.begin(), memory.letters.end());
        CHECK(memory.labels.empty()); // they were not asked for
        return all;
    };
    auto expected = letters;
    auto const other = expected_letters(rows, true);
    expected.insert(expected.end(), other.begin(), other.end());
    expected.insert(expected.end(), letters.begin(), letters.end());
    CHECK(walked(ex::part{data, rows}) == expected);
    CHECK(walked(packed) == expected);
    CHECK(walked(ex::view<ex::letter const, 2>{letters.data(), 7, 5}) == expected);
}
TEST_CASE("a walk refuses batches of nothing, rows there are not and codes that are no letters")
{
    rows_of_five data;
    ex::host_batch memory;
    std::vector<std::uint32_t> rows{0, 3};
    auto const walk = [&](std::size_t size) {
        ex::each_batch(ex::part{data, rows}, {.batch = size}, memory, [](auto&&...) {});
    };
    CHECK_THROWS_WITH_AS(walk(0), "expected batches of at least one sequence, found 0", ex::error);
    CHECK_THROWS_WITH_AS(walk(std::size_t{1} << 31), doctest::Contains("fewer than 2^31 sequences"),
                         ex::error);
    data.broken = true;
    CHECK_THROWS_WITH_AS(walk(2), "expected letters 0 to 4 (A, C, G, T, N), found 9 at base 3 of row 3",
                         ex::error);
    rows[1] = 7;
    CHECK_THROWS_WITH_AS(walk(2), "expected rows below 7, found 7", ex::error);
}
