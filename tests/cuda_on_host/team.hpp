// The threads of a block as fibers of one thread of the host, which run until they meet.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>
#include <boost/context/stack_context.hpp>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#include <explainn/core/error.hpp>

namespace cuda_on_host {

/// Fibers that run the threads of one block after the other. It finds threads that wait for others in vain.
class team {
public:
    team() = default;
    team(team const&) = delete;
    team& operator=(team const&) = delete;
    ~team() { dismiss(); }
    /// The work of thread i of the block; `what` is the kernel.
    using work = void (*)(void const* what, team& all, unsigned i);

    /// The team of this thread of the host; its fibers are kept.
    static team& mine()
    {
        thread_local team one;
        return one;
    }
    /// Runs one block. Throws explainn::error where not all threads reach a barrier, or not all lanes of a
    /// warp an exchange.
    void run(unsigned threads, work what, void const* kernel, bool backwards)
    {
        backwards_ = backwards;
        try {
            what_ = what;
            kernel_ = kernel;
            while (members_.size() < threads) add_member();
            for (unsigned i = 0; i < threads; ++i) members_[i]->at = place::work;
            while (!round(threads)) {}
        } catch (...) {
            dismiss();
            throw;
        }
    }
    /// Thread i waits until all of the block do.
    void barrier(unsigned i) { stop(i, place::barrier); }
    /// Thread i gives 8 bytes, and is given those of another lane of its warp.
    void exchange(unsigned i, void const* mine, void* theirs, std::size_t bytes, unsigned lane)
    {
        auto& me = *members_[i];
        copy(me.given[me.turn], mine, bytes);
        stop(i, place::exchange);
        copy(theirs, members_[i / 32 * 32 + lane]->given[me.turn], bytes);
        me.turn = 1 - me.turn; // a quick lane may give the next number before a slow one has read this
    }

private:
    using fiber = boost::context::fiber;
    enum class place : unsigned char { work, barrier, exchange, end };
    // thrown in a member that is not needed any more
    struct dismissed {};
    // a fiber's stack is its member's
    struct given_stack {
        static boost::context::stack_context allocate() { return {}; }
        static void deallocate(boost::context::stack_context&) noexcept {}
    };
    // Tells the address sanitizer, where there is one, on which stack the program goes on.
    struct both_sides {
        void* of_caller{};
        void* of_member{};
        void const* bottom{};
        std::size_t size{};
#if defined(__SANITIZE_ADDRESS__)
        void enter(void const* to, std::size_t bytes)
        {
            __sanitizer_start_switch_fiber(&of_caller, to, bytes);
        }
        void entered() const { __sanitizer_finish_switch_fiber(of_caller, nullptr, nullptr); }
        void arrived() { __sanitizer_finish_switch_fiber(of_member, &bottom, &size); }
        void leave() { __sanitizer_start_switch_fiber(&of_member, bottom, size); }
        void leaves_for_good() const { __sanitizer_start_switch_fiber(nullptr, bottom, size); }
#else
        void enter(void const*, std::size_t) {}
        void entered() const {}
        void arrived() {}
        void leave() {}
        void leaves_for_good() const {}
#endif
    };
    struct member {
        std::unique_ptr<unsigned char[]> room; // its stack
        fiber self, caller;
        both_sides side;
        place at = place::end;
        unsigned turn = 0;
        bool leaves = false;
        unsigned char given[2][8]{};
    };

    static void copy(void* to, void const* from, std::size_t bytes)
    {
        for (std::size_t k = 0; k < bytes; ++k)
            static_cast<unsigned char*>(to)[k] = static_cast<unsigned char const*>(from)[k];
    }
    void add_member()
    {
        auto const i = static_cast<unsigned>(members_.size());
        members_.push_back(std::make_unique<member>());
        member* const me = members_.back().get();
        me->room = std::make_unique<unsigned char[]>(stack);
        boost::context::preallocated const place_of{me->room.get() + stack, stack, {}};
        me->self = fiber{std::allocator_arg, place_of, given_stack{}, [this, me, i](fiber&& caller) {
                             me->caller = std::move(caller);
                             me->side.arrived();
                             try {
                                 while (!me->leaves) {
                                     what_(kernel_, *this, i);
                                     me->turn = 0;
                                     stop(i, place::end);
                                 }
                             } catch (dismissed const&) {
                             }
                             me->side.leaves_for_good();
                             return std::move(me->caller);
                         }};
    }
    // lets a member work until it stops
    void resume(member& m)
    {
        m.side.enter(m.room.get(), stack);
        m.self = std::move(m.self).resume();
        m.side.entered();
    }
    void stop(unsigned i, place where)
    {
        auto& me = *members_[i];
        me.at = where;
        me.side.leave();
        me.caller = std::move(me.caller).resume();
        me.side.arrived();
        if (me.leaves) throw dismissed{};
    }
    // Every member ends, wherever it waits.
    void dismiss()
    {
        for (auto const& m : members_) {
            m->leaves = true;
            resume(*m);
        }
        members_.clear();
    }
    // Runs every thread up to the next barrier or its end; true when all have ended.
    bool round(unsigned threads)
    {
        unsigned ended = 0;
        for (unsigned warp = 0; warp < threads / 32; ++warp) {
            unsigned const first = 32 * (backwards_ ? threads / 32 - 1 - warp : warp);
            place at = place::exchange;
            while (at == place::exchange) {
                for (unsigned lane = 0; lane < 32; ++lane)
                    if (auto& m = *members_[first + (backwards_ ? 31 - lane : lane)]; m.at != place::end)
                        resume(m);
                at = members_[first]->at;
                for (unsigned i = first; i < first + 32; ++i)
                    if (members_[i]->at != at) throw stuck(i, members_[i]->at, first, at);
            }
            ended += at == place::end ? 32 : 0;
        }
        if (ended != 0 && ended != threads)
            throw explainn::error{"a barrier is reached by " + std::to_string(threads - ended) + " of " +
                                  std::to_string(threads) + " threads of a block; the others have ended"};
        return ended == threads;
    }
    static explainn::error stuck(unsigned i, place at, unsigned j, place where)
    {
        constexpr char const* names[]{"at work", "at a barrier", "at an exchange", "at its end"};
        return explainn::error{"the threads of a warp went different ways: thread " + std::to_string(i) +
                               " is " + names[static_cast<int>(at)] + ", thread " + std::to_string(j) +
                               " is " + names[static_cast<int>(where)]};
    }

#if defined(__SANITIZE_ADDRESS__)
    static constexpr std::size_t stack = 256 * 1024;
#else
    static constexpr std::size_t stack = 64 * 1024;
#endif
    std::vector<std::unique_ptr<member>> members_;
    work what_{};
    bool backwards_ = false;
    void const* kernel_{};
};

} // namespace cuda_on_host
