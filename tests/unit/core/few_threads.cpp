// A system that creates no more threads: pool and stages work with those that exist.
#include <doctest/doctest.h>

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <vector>

#include <explainn/core/pool.hpp>
#include <explainn/core/stages.hpp>

namespace {
// how many threads may still be created; below 0: any number
std::atomic<int> left{-1};

struct only {
    explicit only(int n) { left = n; }
    only(only const&) = delete;
    only& operator=(only const&) = delete;
    ~only() { left = -1; }
};
} // namespace

// replaces the system's function in this program
extern "C" int pthread_create(pthread_t* thread, pthread_attr_t const* attributes, void* (*run)(void*),
                              void* with) noexcept
{
    using function = int (*)(pthread_t*, pthread_attr_t const*, void* (*)(void*), void*);
    static auto const of_the_system = reinterpret_cast<function>(dlsym(RTLD_NEXT, "pthread_create"));
    if (left == 0) return EAGAIN;
    if (left > 0) --left;
    return of_the_system(thread, attributes, run, with);
}

using namespace explainn;

TEST_CASE("a pool has the threads that the system gives")
{
    for (int const given : {0, 1, 2}) {
        only const few{given};
        thread_pool const pool{threads{8}};
        CAPTURE(given);
        CHECK(pool.size() == given + 1);
        std::vector<int> times(1000);
        pool.for_items(times.size(), [&](std::size_t i, std::size_t thread) {
            REQUIRE(thread <= static_cast<std::size_t>(given));
            ++times[i];
        });
        for (int const t : times) REQUIRE(t == 1);
    }
}
TEST_CASE("without threads of their own stages run one after the other")
{
    for (int const given : {0, 1}) {
        CAPTURE(given);
        only const few{given};
        int next = 0;
        std::vector<int> written;
        auto const read = [&]() -> std::optional<int> {
            if (next == 100) return std::nullopt;
            return next++;
        };
        in_stages(
            read, [](int& x) { x *= 2; }, [&](int& x) { written.push_back(x); });
        REQUIRE(written.size() == 100);
        for (int i = 0; i < 100; ++i) REQUIRE(written[static_cast<std::size_t>(i)] == 2 * i);

        only const again{given};
        next = 0;
        written.clear();
        CHECK_THROWS_WITH_AS(in_stages(
                                 read,
                                 [](int& x) {
                                     if (x == 7) throw std::runtime_error{"seven"};
                                 },
                                 [&](int& x) { written.push_back(x); }),
                             "seven", std::runtime_error);
        CHECK(written.size() == 7);
    }
}
