// The global operator new of this program counts its calls.
#pragma once
#include <atomic>
#include <cstddef>

namespace counted {

/// Calls of operator new so far, in all threads.
extern std::atomic<std::size_t> allocations;

} // namespace counted
