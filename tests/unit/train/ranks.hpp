// Ranks as threads of one process, which meet at a barrier and add up in the order of their numbers.
#pragma once
#include <barrier>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include <explainn/backend/concept.hpp>

namespace test {

namespace ex = explainn;

/// The place where all ranks wait for each other.
class meeting {
public:
    explicit meeting(int ranks) : arrays_(static_cast<std::size_t>(ranks)), at_{ranks} {}
    int ranks() const { return static_cast<int>(arrays_.size()); }

    template <class X>
    void add(int rank, ex::view<X, 1> x)
    {
        arrays_[static_cast<std::size_t>(rank)] = x.data;
        at_.arrive_and_wait();
        std::vector<X> sum(x.count());
        for (void* const other : arrays_)
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<X*>(other)[i];
        at_.arrive_and_wait();
        std::copy(sum.begin(), sum.end(), x.data);
    }

private:
    std::vector<void*> arrays_;
    std::barrier<> at_;
};

/// The exchange of one rank.
struct seat {
    meeting* at{};
    int number{};
    int rank() const { return number; }
    int ranks() const { return at->ranks(); }
    template <class B, class X>
    void add(B&, ex::view<X, 1> x)
    {
        at->add(number, x);
    }
};

/// The same exchange beside the queue: nothing is added before finish().
struct late_seat {
    meeting* at{};
    int number{};
    std::vector<std::function<void()>> begun{};
    int rank() const { return number; }
    int ranks() const { return at->ranks(); }
    template <class B, class X>
    void add(B&, ex::view<X, 1> x)
    {
        begun.push_back([this, x] { at->add(number, x); });
    }
    template <class B>
    void finish(B&)
    {
        for (auto const& each : begun) each();
        begun.clear();
    }
};

/// Calls each(rank's exchange) in a thread for every rank.
template <class Seat = seat, class Each>
void in_ranks(int ranks, Each each)
{
    meeting here{ranks};
    std::vector<std::thread> all;
    for (int r = 0; r < ranks; ++r) all.emplace_back([&here, r, &each] { each(Seat{&here, r}); });
    for (auto& t : all) t.join();
}

} // namespace test
