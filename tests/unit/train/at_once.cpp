// Models in several threads: two that share a backend train at the same time to the same bits; one model
// refuses two threads.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <explainn/cpu.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/train/trainer.hpp>

#include "train/toy_data.hpp"

using namespace explainn;

namespace {

using net = paper_network<paper{.length = 40, .units = 20, .outputs = 2, .width = 7, .hidden = 6}>;
using device = cpu<float>;

std::vector<float> trained(device b, seed s)
{
    toy::data const data{200};
    auto const train = toy::rows(0, 150), valid = toy::rows(150, 200);
    model<net, device> m{s, std::move(b)};
    trainer t{m, adam{.learning_rate = 0.02}, bce_with_logits{}, {.epochs = 3, .batch = 20, .from = s}};
    t.fit(part{data, train}, part{data, valid});
    return m.snapshot();
}

char const* const refusal =
    "expected one thread at a time to use a model, found two at once; give each thread "
    "its own";

} // namespace

TEST_CASE("two models train at once in two threads to the bits they have alone")
{
    auto const first = trained(device{threads{1}}, seed{1}), second = trained(device{threads{1}}, seed{2});
    thread_pool const pool{threads{3}};
    device const shared{threads{2}};
    std::vector<std::pair<device, device>> const pairs{
        {shared, shared},                         // copies of one backend
        {device{pool}, device{pool}},             // two of one pool
        {device{threads{2}}, device{threads{3}}}, // each its own threads
        {device{threads{}}, device{threads{}}}};  // the process's pool
    for (auto const& [a, b] : pairs) {
        std::array<std::vector<float>, 2> found;
        std::thread one{[&, b = a] { found[0] = trained(b, seed{1}); }};
        std::thread other{[&, b = b] { found[1] = trained(b, seed{2}); }};
        one.join();
        other.join();
        CHECK(found[0] == first);
        CHECK(found[1] == second);
    }
}
TEST_CASE("a model refuses a second thread while one computes with it")
{
    model<net, device> m{seed{5}, device{threads{2}}};
    std::vector<letter> const letters(3 * 40, letter{2});
    view<letter const, 2> const three{letters.data(), 3, 40};
    auto const expected = m.predict(three);
    auto const told = [&](auto what) {
        std::string said = "nothing";
        std::thread{[&] {
            try {
                what();
            } catch (error const& e) {
                said = e.what();
            }
        }}.join();
        return said;
    };
    toy::data const data{40};
    auto const rows = toy::rows(0, 40);
    trainer t{m, adam{}, bce_with_logits{}, {.epochs = 1, .batch = 20}};
    {
        auto const turn = m.use();
        CHECK(told([&] { m.predict(three); }) == refusal);
        CHECK(told([&] { (void)m.snapshot(); }) == refusal);
        CHECK(told([&] { m.restore({}); }) == refusal);
        CHECK(told([&] { m.initialise(seed{1}); }) == refusal);
        CHECK(told([&] { (void)m.values("final.bias"); }) == refusal);
        CHECK(told([&] { (void)evaluate(m, part{data, rows}, bce_with_logits{}, reading{}); }) == refusal);
        CHECK(told([&] { t.fit(part{data, rows}, part{data, rows}); }) == refusal);
        CHECK(m.predict(three) == expected); // the thread that uses it may call it
    }
    CHECK(told([&] { CHECK(m.predict(three) == expected); }) == "nothing");
    // one thread after the other is allowed
    CHECK(told([&] { t.fit(part{data, rows}, part{data, rows}); }) == "nothing");
}
TEST_CASE("two threads in one model: every answer is right or an error")
{
    model<net, device> m{seed{5}, device{threads{2}}};
    std::vector<letter> letters[2] = {std::vector<letter>(50 * 40, letter{0}),
                                      std::vector<letter>(50 * 40, letter{2})};
    std::vector<float> expected[2];
    for (int i = 0; i < 2; ++i) expected[i] = m.predict({letters[i].data(), 50, 40});
    REQUIRE(expected[0] != expected[1]);
    std::atomic<int> wrong{0}, refused{0}, right{0};
    std::vector<std::thread> both;
    for (int i = 0; i < 2; ++i)
        both.emplace_back([&, i] {
            for (int k = 0; k < 300; ++k) {
                try {
                    ++(m.predict({letters[i].data(), 50, 40}) == expected[i] ? right : wrong);
                } catch (error const&) {
                    ++refused;
                }
            }
        });
    for (auto& each : both) each.join();
    CHECK(wrong == 0);
    CHECK(right > 0);
    CHECK(right + refused == 600);
}
#if !defined(__SANITIZE_THREAD__)
TEST_CASE("a forked child computes with its parent's model and ends it")
{
    std::vector<letter> const letters(30 * 40, letter{2});
    for (int const count : {0, 1, 3}) {
        CAPTURE(count);
        auto m = std::make_unique<model<net, device>>(seed{5}, device{threads{count}});
        auto const expected = m->predict({letters.data(), 30, 40});
        pid_t const child = fork();
        if (child == 0) {
            bool good = false;
            try {
                good = m->predict({letters.data(), 30, 40}) == expected;
                toy::data const data{60};
                auto const rows = toy::rows(0, 60);
                trainer t{*m, adam{}, bce_with_logits{}, {.epochs = 1, .batch = 20}};
                t.fit(part{data, rows}, part{data, rows});
                m.reset();
                good = good && trained(device{threads{2}}, seed{1}) == trained(device{threads{1}}, seed{1});
            } catch (...) {
                good = false;
            }
            _exit(good ? 0 : 1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        CHECK(status == 0);
        CHECK(m->predict({letters.data(), 30, 40}) == expected);
    }
}
#endif
