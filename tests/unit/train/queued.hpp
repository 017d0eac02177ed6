// A backend that does nothing before it is waited for, and replays what it recorded: it behaves like a
// device, but on the host.
#pragma once
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <explainn/reference.hpp>

namespace test {

namespace ex = explainn;
using ex::extent;

/// Work in order, and the recorded work of each key.
struct work_queue {
    using work = std::function<void()>;
    std::vector<work> waiting;
    std::vector<work>* to = &waiting;
    std::map<ex::record_key, std::vector<work>> recorded;
    std::map<ex::record_key, int> seen;
    std::vector<std::shared_ptr<void>> memory; ///< is never given back: work may still need it
    int recordings = 0, replays = 0, waits = 0;

    void put(work w) { to->push_back(std::move(w)); }
    void run()
    {
        ++waits;
        for (auto const& w : waiting) w();
        waiting.clear();
    }
};

/// reference<T> behind a queue. The first call with a key is executed directly, the second is recorded, and
/// later ones are replayed without a call of f.
template <class T>
struct queued {
    using scalar = T;
    std::shared_ptr<work_queue> queue = std::make_shared<work_queue>();

    template <class X>
    struct array {
        std::shared_ptr<std::vector<X>> values = std::make_shared<std::vector<X>>();
        X* data() const { return values->data(); }
        std::size_t size() const { return values->size(); }
    };
    template <class X>
    array<X> make(std::size_t n)
    {
        array<X> a{std::make_shared<std::vector<X>>(n)};
        queue->memory.push_back(a.values);
        return a;
    }
    template <class X>
    void upload(X* device, X const* host, std::size_t n)
    {
        queue->put([device, taken = std::vector<X>(host, host + n)] {
            std::copy(taken.begin(), taken.end(), device);
        });
    }
    template <class X>
    void download(X* host, X const* device, std::size_t n)
    {
        queue->put([host, device, n] { std::copy_n(device, n, host); });
    }
    void wait() { queue->run(); }
    template <class F>
    void record(ex::record_key const& key, F&& f)
    {
        int const times = queue->seen[key]++;
        if (times == 0) return f();
        auto& list = queue->recorded[key];
        if (times == 1) {
            ++queue->recordings;
            queue->to = &list;
            f();
            queue->to = &queue->waiting;
        } else ++queue->replays;
        for (auto const& w : list) queue->put(w);
    }
    template <class F>
    void for_units(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    template <class F>
    void for_units_backwards(extent units, F&& f)
    {
        f(extent{0}, units);
    }
    template <class F>
    void for_range(std::size_t n, F&& f)
    {
        f(std::size_t{0}, n);
    }
};

template <class T, template <class> class Op>
    requires ex::runs<ex::reference<T>, Op>
void run(queued<T>& q, Op<T> const& a)
{
    q.queue->put([a] {
        ex::reference<T> loops;
        run(loops, a);
    });
}

} // namespace test
