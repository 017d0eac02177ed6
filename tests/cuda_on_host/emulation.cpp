// The emulation itself: threads that meet, threads that do not, and what a device refuses.
#define EXPLAINN_CUDA_ON_HOST
#define EXPLAINN_COMPILED_CUDA
#include <explainn/cuda/kernel.cuh>

#include <doctest/doctest.h>

#include "cuda_on_host/settings.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using ex::cuda_detail::launch;
using ex::cuda_detail::thread;

namespace {

// Every thread writes what the thread opposite had written before the barrier, and the sum of its warp.
struct meeting_kernel {
    static constexpr unsigned threads = 64;
    static constexpr bool meets = true;
    int* to;
    int* sums;
    void operator()(thread const& t) const
    {
        int* const room = t.shared<int>();
        CHECK(room[t.index] == -1); // garbage of the emulation
        room[t.index] = static_cast<int>(10 * t.block + t.index);
        t.barrier();
        to[t.block * threads + t.index] = room[threads - 1 - t.index];
        sums[t.block * threads + t.index] = ex::cuda_detail::sum_of_warp(t, static_cast<int>(t.index));
    }
};
// `who` of the threads leave before the barrier.
struct leaving_kernel {
    static constexpr unsigned threads = 64;
    static constexpr bool meets = true;
    unsigned who;
    bool at_exchange;
    void operator()(thread const& t) const
    {
        if (t.index < who) return;
        if (at_exchange) (void)t.from_lane(1, 0);
        else t.barrier();
    }
};
// Reads what its neighbour writes, without a barrier between.
struct racing_kernel {
    static constexpr unsigned threads = 32;
    static constexpr bool meets = true;
    int* to;
    void operator()(thread const& t) const
    {
        t.shared<int>()[t.index] = 5;
        to[t.index] = t.shared<int>()[(t.index + 1) % threads];
    }
};
struct hidden_barrier_kernel {
    static constexpr unsigned threads = 32;
    static constexpr bool meets = false;
    void operator()(thread const& t) const { t.barrier(); }
};

} // namespace

TEST_CASE("emulation: barriers, exchanges and shared memory of several blocks")
{
    ex::cuda<float> b;
    std::vector<int> to(3 * 64), sums(3 * 64);
    launch(b.queue(), 3, meeting_kernel{to.data(), sums.data()}, 64 * sizeof(int));
    for (int block = 0; block < 3; ++block)
        for (int i = 0; i < 64; ++i) {
            CHECK(to[static_cast<std::size_t>(block * 64 + i)] == 10 * block + 63 - i);
            CHECK(sums[static_cast<std::size_t>(block * 64 + i)] == (i < 32 ? 496 : 496 + 32 * 32));
        }
}

TEST_CASE("emulation: a barrier or an exchange that not all threads reach is found")
{
    ex::cuda<float> b;
    auto const told = [&](unsigned who, bool at_exchange) {
        return testing::message_of([&] { launch(b.queue(), 1, leaving_kernel{who, at_exchange}); });
    };
    CHECK(told(32, false) == "a barrier is reached by 32 of 64 threads of a block; the others have ended");
    CHECK(told(5, false) ==
          "the threads of a warp went different ways: thread 5 is at a barrier, thread 0 is at its end");
    CHECK(told(1, true) ==
          "the threads of a warp went different ways: thread 1 is at an exchange, thread 0 is at its end");
    launch(b.queue(), 1, leaving_kernel{0, false}); // and the next kernel runs
    CHECK(testing::message_of([&] { launch(b.queue(), 1, hidden_barrier_kernel{}); }) ==
          "a kernel whose `meets` is false has a barrier or an exchange");
}

TEST_CASE("emulation: a barrier that is missing shows in another order of the threads")
{
    ex::cuda<float> b;
    std::vector<int> there(32), back(32);
    launch(b.queue(), 1, racing_kernel{there.data()}, 32 * sizeof(int));
    cuda_on_host::with_settings const other_order{{.backwards = true}};
    launch(b.queue(), 1, racing_kernel{back.data()}, 32 * sizeof(int));
    CHECK(there != back);
}

TEST_CASE("emulation: launches and recordings that a device refuses")
{
    ex::cuda<float> b;
    CHECK(testing::message_of([&] { launch(b.queue(), 0, leaving_kernel{}); }) ==
          "a launch of 0 blocks with 0 bytes of shared memory is refused");
    CHECK(testing::message_of([&] { launch(b.queue(), 1, leaving_kernel{}, 300'000); }) ==
          "a launch of 1 blocks with 300000 bytes of shared memory is refused");
    ex::record_key const key{.of = ex::new_recorder()};
    auto const allocates = [&] { auto const array = b.make<float>(3); };
    b.record(key, allocates);
    CHECK(testing::message_of([&] { b.record(key, allocates); }) ==
          "memory is allocated while work is recorded");
    b.wait(); // the recording has ended
}

TEST_CASE("cuda: a device that there is not, and memory that it has not, are told in a sentence")
{
    CHECK(testing::message_of([] { ex::cuda<float>{7}; }) ==
          "expected the number of a GPU from 0 to 0, found 7");
    ex::cuda<float> b;
    CHECK(testing::message_of([&] {
              auto const array = b.make<double>(std::size_t{1} << 30);
          }).starts_with("GPU 0 has no memory left: expected 8589934592 bytes more, found "));
}
