// The pool of threads: every item is computed once, whoever calls and whatever happens to the threads.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <explainn/core/pool.hpp>
#include <explainn/motif/threads.hpp>

using namespace explainn;

namespace {

/// How often each of `n` elements is visited when `pool` divides them into blocks.
std::vector<int> seen(thread_pool const& pool, std::size_t n, std::size_t block,
                      block_order order = block_order::forwards)
{
    std::vector<int> times(n);
    pool.for_blocks(
        n, block,
        [&](std::size_t first, std::size_t last) {
            for (std::size_t i = first; i < last; ++i) ++times[i];
        },
        order);
    return times;
}
bool all_once(std::vector<int> const& times)
{
    return std::ranges::all_of(times, [](int t) { return t == 1; });
}

/// The exit status of a forked child that calls `what`; 0 if it returns true.
template <class What>
int in_child(What what)
{
    pid_t const child = fork();
    if (child == 0) {
        bool good = false;
        try {
            good = what();
        } catch (...) {
        }
        _exit(good ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

/// Sets a variable of the environment as long as it is in scope.
class variable {
public:
    variable(char const* name, char const* value) : name_{name}
    {
        if (char const* const old = std::getenv(name)) old_ = old;
        setenv(name, value, 1);
    }
    variable(variable const&) = delete;
    variable& operator=(variable const&) = delete;
    ~variable()
    {
        if (old_) setenv(name_, old_->c_str(), 1);
        else unsetenv(name_);
    }

private:
    char const* name_;
    std::optional<std::string> old_;
};

} // namespace

TEST_CASE("every block once, for any number of threads, either way round")
{
    for (int const count : {1, 2, 3, 7}) {
        thread_pool const pool{threads{count}};
        CAPTURE(count);
        CHECK(pool.size() == count);
        for (std::size_t const n : {0u, 1u, 15u, 16u, 17u, 1000u})
            for (std::size_t const block : {1u, 16u, 2000u}) {
                CHECK(all_once(seen(pool, n, block)));
                CHECK(all_once(seen(pool, n, block, block_order::backwards)));
            }
    }
}
TEST_CASE("items come with the number of a thread that has no other item meanwhile")
{
    thread_pool const pool{threads{4}};
    std::array<std::atomic<int>, 4> inside{};
    std::atomic<int> together{0};
    std::vector<int> times(5000);
    pool.for_items(times.size(), [&](std::size_t item, std::size_t thread) {
        REQUIRE(thread < 4);
        if (++inside[thread] != 1) ++together;
        ++times[item];
        --inside[thread];
    });
    CHECK(together == 0);
    CHECK(all_once(times));
}
TEST_CASE("what an item throws comes out, and the pool works on")
{
    thread_pool const pool{threads{3}};
    for (std::size_t const bad : {0u, 50u, 99u})
        CHECK_THROWS_WITH_AS(pool.for_items(100,
                                            [&](std::size_t i, std::size_t) {
                                                if (i == bad) throw std::runtime_error{"one"};
                                            }),
                             "one", std::runtime_error);
    CHECK(all_once(seen(pool, 1000, 7)));
}
TEST_CASE("a call from inside an item works alone")
{
    thread_pool const pool{threads{3}}, other{threads{2}};
    std::atomic<int> sum{0};
    pool.for_items(20, [&](std::size_t, std::size_t) {
        pool.for_items(10, [&](std::size_t, std::size_t) { ++sum; });
        other.for_items(10, [&](std::size_t, std::size_t) { ++sum; });
    });
    CHECK(sum == 400);
}
TEST_CASE("many callers share a pool at once, and each has all its items done")
{
    thread_pool const pool{threads{3}};
    std::array<bool, 4> good{};
    std::vector<std::thread> callers;
    for (bool& mine : good)
        callers.emplace_back([&mine, copy = pool] {
            mine = true;
            for (int i = 0; i < 300; ++i) mine = mine && all_once(seen(copy, 500, 3));
        });
    for (auto& c : callers) c.join();
    for (bool const each : good) CHECK(each);
}
TEST_CASE("the process's pool is one, whoever asks for it")
{
    variable const three{"EXPLAINN_THREADS", "3"};
    std::set<std::thread::id> ids;
    std::mutex guard;
    auto const note = [&](std::size_t, std::size_t) {
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
        std::lock_guard const lock{guard};
        ids.insert(std::this_thread::get_id());
    };
    thread_pool const first, second = thread_pool::shared();
    CHECK(first.size() == 3);
    for (int i = 0; i < 5; ++i) {
        first.for_items(30, note);
        second.for_items(30, note);
        for_each_item(30, 0, note);
    }
    CHECK(ids.size() <= 3);
    CHECK(ids.size() >= 2);
}
TEST_CASE("EXPLAINN_THREADS holds where no number is given, and a bad one is a sentence")
{
    {
        variable const five{"EXPLAINN_THREADS", "5"};
        CHECK(default_thread_count() == 5);
        CHECK(thread_pool{}.size() == 5);
        CHECK(thread_count(0) == 5);
        CHECK(thread_pool{threads{2}}.size() == 2);
    }
    {
        variable const nothing{"EXPLAINN_THREADS", ""};
        CHECK(default_thread_count() == usable_processors());
    }
    for (char const* const bad : {"0", "-1", "two", "1.5", "4 ", "1025", "99999999999999999999"}) {
        variable const set{"EXPLAINN_THREADS", bad};
        std::string const expected =
            std::string{"EXPLAINN_THREADS: expected a whole number from 1 to 1024, found '"} + bad + "'";
        CHECK_THROWS_WITH_AS(thread_pool{}, expected.c_str(), error);
        CHECK_THROWS_WITH_AS(for_each_item(3, 0, [](std::size_t, std::size_t) {}), expected.c_str(), error);
    }
    CHECK_THROWS_WITH_AS(thread_pool{threads{-2}},
                         "expected 1 to 1024 threads, or 0 for as many as this process may use, found -2",
                         error);
    CHECK_THROWS_WITH_AS(thread_pool{threads{1025}},
                         "expected 1 to 1024 threads, or 0 for as many as this process may use, found 1025",
                         error);
}
#if defined(__linux__)
TEST_CASE("no more processors than the affinity mask has")
{
    cpu_set_t before;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    CHECK(usable_processors() <= CPU_COUNT(&before));
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int c = 0; c < CPU_SETSIZE; ++c)
        if (CPU_ISSET(c, &before)) {
            CPU_SET(c, &one);
            break;
        }
    // in a thread of its own, so that the affinity mask of the test does not change
    int found = 0;
    std::thread{[&] {
        if (sched_setaffinity(0, sizeof one, &one) == 0) found = usable_processors();
    }}.join();
    CHECK(found == 1);
}
#endif
TEST_CASE("quotas of control groups")
{
    using detail::processors_of_quota;
    CHECK(processors_of_quota("max 100000") == std::nullopt);
    CHECK(processors_of_quota("200000 100000") == 2);
    CHECK(processors_of_quota("250000 100000") == 3);
    CHECK(processors_of_quota("5000 100000") == 1);
    CHECK(processors_of_quota("") == std::nullopt);
    CHECK(processors_of_quota("100000") == std::nullopt);
    CHECK(processors_of_quota("100000 0") == std::nullopt);
    CHECK(processors_of_quota("-1 100000") == std::nullopt);
    CHECK(processors_of_quota("1e300 1") == std::nullopt);
}
#if !defined(__SANITIZE_THREAD__) // the thread sanitizer has no threads in a forked child
TEST_CASE("a forked child works alone with its parent's pool, and may end it or make others")
{
    auto pool = std::make_unique<thread_pool>(threads{3});
    thread_pool const of_all;
    CHECK(all_once(seen(*pool, 1000, 3)));
    CHECK(in_child([&] {
              bool const alone = pool->size() == 1 && of_all.size() == 1 && all_once(seen(*pool, 1000, 3)) &&
                                 all_once(seen(of_all, 1000, 3));
              pool.reset();
              thread_pool const own{threads{2}}, shared;
              return alone && own.size() == 2 && all_once(seen(own, 1000, 3)) &&
                     shared.size() == default_thread_count() && all_once(seen(shared, 1000, 3));
          }) == 0);
    // the threads of the parent are unchanged
    CHECK(pool->size() == 3);
    CHECK(all_once(seen(*pool, 1000, 3)));
}
// Not with the address sanitizer: a thread may hold the lock of its allocator at the moment of the fork, and
// the child then waits for ever.
#if !defined(__SANITIZE_ADDRESS__)
TEST_CASE("a child forked while the pool works for another thread is not held up by it")
{
    thread_pool const pool{threads{2}};
    std::atomic<bool> stop{false};
    std::thread busy{[&] {
        while (!stop) seen(pool, 2000, 1);
    }};
    for (int i = 0; i < 20; ++i)
        CHECK(in_child([&] {
                  thread_pool const shared;
                  return all_once(seen(pool, 1000, 3)) && shared.size() == default_thread_count();
              }) == 0);
    stop = true;
    busy.join();
}
#endif
#endif
