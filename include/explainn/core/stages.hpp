// Reading, working and writing at the same time, each on its own thread; pieces of data are handed on in
// order.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Hands pieces from one thread to another, in order; at most `room` of them wait in between.
template <class Piece>
class hand_over {
public:
    explicit hand_over(std::size_t room) : room_{room} {}

    /// Waits for room; returns false where no more pieces are taken.
    bool put(Piece piece)
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return waiting_.size() < room_ || stopped_; });
        if (stopped_) return false;
        waiting_.push_back(std::move(piece));
        changed_.notify_all();
        return true;
    }
    /// Waits for a piece; returns nothing after the last one was taken.
    std::optional<Piece> take()
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return !waiting_.empty() || ended_ || stopped_; });
        if (waiting_.empty() || stopped_) return std::nullopt;
        std::optional<Piece> piece{std::move(waiting_.front())};
        waiting_.pop_front();
        changed_.notify_all();
        return piece;
    }
    /// Says that no more pieces come.
    void end() { set(ended_); }
    /// Says that no more pieces are taken; those that wait are lost.
    void stop() { set(stopped_); }

private:
    void set(bool& what)
    {
        std::lock_guard const lock{mutex_};
        what = true;
        changed_.notify_all();
    }

    std::size_t room_;
    std::deque<Piece> waiting_;
    bool ended_ = false, stopped_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
};
} // namespace detail

/// Calls read() until it returns nothing, and work(piece) and write(piece) for every piece in order: read and
/// write on threads of their own, work on the caller's. At most `ahead` pieces wait before work and before
/// write. An exception of one of them stops the others and is thrown here; an exception of read is thrown
/// after the pieces before it are written. Where the system creates no more threads, the caller's thread does
/// all three in turn.
/// before it are written. Where the system gives no more threads, the caller's does one after the other.
///
///     in_stages([&] { return next_batch(); },             // an optional
///               [&](auto& batch) { score(batch); }, [&](auto& batch) { out << batch.text(); });
template <class Read, class Work, class Write>
void in_stages(Read read, Work work, Write write, std::size_t ahead = 2)
{
    using piece = typename std::invoke_result_t<Read&>::value_type;
    detail::hand_over<piece> before{ahead}, after{ahead};
    std::exception_ptr reading, working, writing;
    auto const read_all = [&] {
        try {
            while (std::optional<piece> next = read())
                if (!before.put(std::move(*next))) break;
        } catch (...) {
            reading = std::current_exception();
        }
        before.end();
    };
    auto const write_all = [&] {
        try {
            while (std::optional<piece> next = after.take()) write(*next);
        } catch (...) {
            writing = std::current_exception();
        }
        after.stop();
    };
    // the writer starts first: it touches nothing before there is a piece
    std::thread writer, reader;
    try {
        writer = std::thread{write_all};
        reader = std::thread{read_all};
    } catch (std::system_error const&) {
        after.end();
        if (writer.joinable()) writer.join();
        while (std::optional<piece> next = read()) {
            work(*next);
            write(*next);
        }
        return;
    }
    try {
        while (std::optional<piece> next = before.take()) {
            work(*next);
            if (!after.put(std::move(*next))) break;
        }
    } catch (...) {
        working = std::current_exception();
        after.stop();
    }
    before.stop();
    after.end();
    reader.join();
    writer.join();
    for (auto const& failure : {working, writing, reading})
        if (failure) std::rethrow_exception(failure);
}

} // namespace explainn::EXPLAINN_ABI
