// The emulated device: its memory, its queues, and what is recorded in them.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <explainn/core/error.hpp>
#include <explainn/cuda/runtime.hpp>

#include "cuda_on_host/settings.hpp"

namespace cuda_on_host {

using task = std::function<void()>;

/// Memory of the device. What is hidden can be touched while the device works, and at no other time.
class device_memory {
public:
    static constexpr std::size_t all = std::size_t{1} << 32; ///< bytes that the device is said to have

    void* allocate(std::size_t bytes)
    {
        if (bytes > all - used_)
            throw explainn::error{"GPU 0 has no memory left: expected " + std::to_string(bytes) +
                                  " bytes more, found " + std::to_string(all - used_) + " free of " +
                                  std::to_string(all)};
        bool const hidden = emulation().hidden;
        void* const data = hidden ? mapped(bytes) : std::malloc(bytes);
        if (!data || data == MAP_FAILED)
            throw explainn::error{"the host has no memory for an emulated device"};
        std::memset(data, 0xCD, bytes);
        if (hidden) ::mprotect(data, rounded(bytes), PROT_NONE);
        arrays_[data] = {bytes, hidden};
        used_ += bytes;
        return data;
    }
    void release(void* data)
    {
        auto const at = arrays_.find(data);
        if (at == arrays_.end()) std::abort(); // freed twice, or not of this device
        used_ -= at->second.bytes;
        if (at->second.hidden) ::munmap(data, rounded(at->second.bytes));
        else std::free(data);
        arrays_.erase(at);
    }
    /// Shows or hides all that is hidden.
    void show(bool shown)
    {
        for (auto const& [data, each] : arrays_)
            if (each.hidden)
                ::mprotect(data, rounded(each.bytes), shown ? PROT_READ | PROT_WRITE : PROT_NONE);
    }

private:
    struct array {
        std::size_t bytes{};
        bool hidden{};
    };
    static std::size_t rounded(std::size_t bytes)
    {
        auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        return (bytes + page - 1) / page * page;
    }
    static void* mapped(std::size_t bytes)
    {
        return ::mmap(nullptr, rounded(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    std::map<void*, array> arrays_;
    std::size_t used_ = 0;
};
device_memory& memory();

/// A stream: work is done at once, or when somebody waits, or recorded.
struct stream {
    bool late = emulation().late, recording = false;
    std::vector<task> waiting, recorded;

    void put(task t)
    {
        if (recording) recorded.push_back(std::move(t));
        else if (late) waiting.push_back(std::move(t));
        else work({&t, 1});
    }
    void finish()
    {
        auto const all = std::exchange(waiting, {});
        work({all.data(), all.size()});
    }

private:
    struct tasks {
        task const* data;
        std::size_t count;
    };
    static void work(tasks all)
    {
        if (all.count == 0) return;
        struct shown {
            shown() { memory().show(true); }
            ~shown() { memory().show(false); }
        } const now;
        for (std::size_t i = 0; i < all.count; ++i) all.data[i]();
    }
};
inline stream& of(explainn::cuda_queue q) { return *static_cast<stream*>(q.stream); }

} // namespace cuda_on_host
