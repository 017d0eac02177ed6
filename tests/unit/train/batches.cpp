// Which sequences make a batch.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "train/toy_data.hpp"

using namespace explainn;

TEST_CASE("an epoch holds every row once, another order each epoch and seed, the same for the same")
{
    auto const rows = toy::rows(10, 60);
    auto const of = [&](std::uint64_t s, std::uint32_t epoch) {
        std::vector<std::uint32_t> order;
        for (auto const& each : epoch_order(rows, false, seed{s}, epoch)) {
            CHECK(!each.reverse_complement);
            order.push_back(each.row);
        }
        return order;
    };
    auto const first = of(1, 1);
    auto sorted = first;
    std::sort(sorted.begin(), sorted.end());
    CHECK(sorted == rows);
    CHECK(first != rows);
    CHECK(first == of(1, 1));
    CHECK(first != of(1, 2));
    CHECK(first != of(2, 1));
}
TEST_CASE("both strands of every row, each once, mixed")
{
    auto const order = epoch_order(toy::rows(0, 40), true, seed{1}, 1);
    std::set<std::pair<std::uint32_t, bool>> seen;
    for (auto const& each : order) seen.emplace(each.row, each.reverse_complement);
    CHECK(order.size() == 80);
    CHECK(seen.size() == 80);
}
TEST_CASE("sequences move by as much as they may, either way, and otherwise the order stays")
{
    auto const rows = toy::rows(0, 200);
    auto const still = epoch_order(rows, true, seed{1}, 3), moved = epoch_order(rows, true, seed{1}, 3, 4);
    CHECK(moved.size() == still.size());
    std::set<int> seen;
    for (std::size_t i = 0; i < moved.size(); ++i) {
        CHECK(moved[i].row == still[i].row);
        CHECK(moved[i].reverse_complement == still[i].reverse_complement);
        CHECK(still[i].shift == 0);
        seen.insert(moved[i].shift);
    }
    CHECK(seen == std::set<int>{-4, -3, -2, -1, 0, 1, 2, 3, 4});
}
TEST_CASE("what a moved sequence leaves behind is N")
{
    auto const moved = [](std::vector<letter> codes, int shift) {
        host_batch::move(codes, shift);
        return codes;
    };
    letter const n = letter_n;
    CHECK(moved({0, 1, 2, 3}, 0) == std::vector<letter>{0, 1, 2, 3});
    CHECK(moved({0, 1, 2, 3}, 1) == std::vector<letter>{1, 2, 3, n});
    CHECK(moved({0, 1, 2, 3}, -3) == std::vector<letter>{n, n, n, 0});
    CHECK(moved({0, 1, 2, 3}, 4) == std::vector<letter>{n, n, n, n});
    CHECK(moved({0, 1, 2, 3}, -9) == std::vector<letter>{n, n, n, n});

    toy::data const data{20};
    host_batch batch;
    std::vector<sample> const samples{{3, false, 2}, {3, true, 2}};
    batch.fill(data, samples);
    CHECK(batch.has_n);
    std::size_t const length = data.length();
    std::vector<letter> expected(length);
    data.letters_of(3, expected);
    host_batch::move(expected, 2);
    CHECK(std::equal(expected.begin(), expected.end(), batch.letters.begin()));
    reverse_complement(std::span<letter>{expected});
    CHECK(std::equal(expected.begin(), expected.end(),
                     batch.letters.begin() + static_cast<std::ptrdiff_t>(length)));
}
TEST_CASE("batches cover all samples, and a last one of one joins the one before")
{
    for (std::size_t count : {1u, 2u, 9u, 10u, 11u, 12u, 20u, 21u, 22u, 101u}) {
        std::vector<int> const all(count);
        std::size_t seen = 0, smallest = count;
        std::size_t const batches = batch_count(count, 10);
        for (std::size_t i = 0; i < batches; ++i) {
            auto const b = batch_of(std::span<int const>{all}, 10, i);
            CHECK(b.data() == all.data() + seen);
            seen += b.size();
            smallest = std::min(smallest, b.size());
        }
        CAPTURE(count);
        CHECK(seen == count);
        CHECK(smallest >= std::min<std::size_t>(count, 2));
    }
    CHECK(batch_count(11, 10) == 1);
    CHECK(batch_count(12, 10) == 2);
    CHECK(batch_count(0, 10) == 0);
}
TEST_CASE("a batch on the other strand is the reverse complement")
{
    toy::data const data{3};
    std::vector<sample> const forward{{1, false}}, reverse{{1, true}};
    host_batch a, b;
    a.fill(data, forward);
    b.fill(data, reverse);
    CHECK(std::equal(a.labels.begin(), a.labels.end(), b.labels.begin(),
                     [](float x, float y) { return x == y || (x != x && y != y); }));
    CHECK(a.letters != b.letters);
    for (std::size_t i = 0; i < 40; ++i) CHECK(b.letters[39 - i] == 3 - a.letters[i]);
    b.flip(40);
    CHECK(a.letters == b.letters);
    host_batch n;
    n.letters = {0, 4, 1};
    n.count = 1;
    n.flip(3);
    CHECK(n.letters == std::vector<letter>{2, 4, 3});
}
