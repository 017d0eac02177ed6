// Pieces that go through three threads: in order, each once, and with errors in any of the threads.
#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <explainn/core/stages.hpp>

using namespace explainn;

namespace {

struct run {
    std::vector<int> worked, written;
    std::string thrown;
};

// 1,000 pieces that cannot be copied; each stage may throw at a piece.
run run_stages(int read_throws, int work_throws, int write_throws, std::size_t ahead)
{
    run r;
    int next = 0;
    auto const at = [](int piece, int throws, char const* what) {
        if (piece == throws) throw std::runtime_error{what};
    };
    try {
        in_stages(
            [&]() -> std::optional<std::unique_ptr<int>> {
                at(next, read_throws, "read");
                if (next == 1000) return std::nullopt;
                return std::make_unique<int>(next++);
            },
            [&](std::unique_ptr<int>& piece) {
                at(*piece, work_throws, "work");
                r.worked.push_back(*piece);
                *piece *= 2;
            },
            [&](std::unique_ptr<int>& piece) {
                at(*piece / 2, write_throws, "write");
                r.written.push_back(*piece);
            },
            ahead);
    } catch (std::runtime_error const& e) {
        r.thrown = e.what();
    }
    return r;
}

} // namespace

TEST_CASE("every piece goes through all stages once, in order")
{
    for (std::size_t const ahead : {1u, 2u, 2000u}) {
        auto const r = run_stages(-1, -1, -1, ahead);
        CHECK(r.thrown.empty());
        REQUIRE(r.written.size() == 1000);
        for (int i = 0; i < 1000; ++i) CHECK(r.written[static_cast<std::size_t>(i)] == 2 * i);
    }
}
TEST_CASE("what a stage throws stops the others and comes out")
{
    for (int const piece : {0, 1, 500, 999}) {
        CAPTURE(piece);
        auto const read = run_stages(piece, -1, -1, 2);
        CHECK(read.thrown == "read");
        CHECK(read.written.size() == static_cast<std::size_t>(piece)); // those before it are written
        auto const work = run_stages(-1, piece, -1, 2);
        CHECK(work.thrown == "work");
        CHECK(work.worked.size() == static_cast<std::size_t>(piece));
        auto const write = run_stages(-1, -1, piece, 2);
        CHECK(write.thrown == "write");
        CHECK(write.written.size() == static_cast<std::size_t>(piece));
        CHECK(write.worked.size() <= static_cast<std::size_t>(piece) + 5);
    }
}
TEST_CASE("nothing to read is nothing to do")
{
    int calls = 0;
    in_stages([]() -> std::optional<int> { return std::nullopt; }, [&](int&) { ++calls; },
              [&](int&) { ++calls; });
    CHECK(calls == 0);
}
