// How many threads are used where no number is given: EXPLAINN_THREADS, or the processors this process may
// use.
#pragma once
#if defined(__linux__)
#include <sched.h>
#endif

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>

namespace explainn::EXPLAINN_ABI {

/// The most threads that may be asked for.
inline constexpr int most_threads = 1024;

namespace detail {
/// The processors in the affinity mask of the calling thread (taskset, a cpuset of Slurm or of a container);
/// nothing where the system does not say.
inline std::optional<int> processors_of_affinity()
{
#if defined(__linux__)
    // the kernel refuses a mask that is shorter than its own
    for (std::size_t possible = 1024; possible <= std::size_t{1} << 20; possible *= 2) {
        cpu_set_t* const mask = CPU_ALLOC(possible);
        if (mask == nullptr) break;
        std::size_t const bytes = CPU_ALLOC_SIZE(possible);
        bool const told = sched_getaffinity(0, bytes, mask) == 0;
        int const count = told ? CPU_COUNT_S(bytes, mask) : 0;
        CPU_FREE(mask);
        if (count > 0) return count;
    }
#endif
    return std::nullopt;
}

/// The processors that the quota of a control group allows, from a line of Linux's file cpu.max ("200000
/// 100000": microseconds of processor time in each period of so many microseconds): rounded up, at least 1;
/// nothing for "max" and for any other text.
inline std::optional<int> processors_of_quota(std::string_view line)
{
    double quota = 0, period = 0;
    char const* const end = line.data() + line.size();
    auto const first = std::from_chars(line.data(), end, quota);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ' ') return std::nullopt;
    auto const second = std::from_chars(first.ptr + 1, end, period);
    if (second.ec != std::errc{} || !(quota > 0) || !(period > 0)) return std::nullopt;
    double const shares = quota / period;
    if (shares > most_threads) return std::nullopt;
    int const whole = static_cast<int>(shares);
    return std::max(1, static_cast<double>(whole) < shares ? whole + 1 : whole);
}

/// The smallest quota of this process's control group and of the groups that contain it (version 2 of control
/// groups, which containers use); nothing where there is none.
inline std::optional<int> processors_of_groups()
{
    std::optional<int> least;
#if defined(__linux__)
    std::ifstream groups{"/proc/self/cgroup"};
    std::string line;
    while (std::getline(groups, line))
        if (line.starts_with("0::/")) break;
    if (!groups) return least;
    for (std::string group = line.substr(3);;) {
        std::ifstream file{"/sys/fs/cgroup" + (group == "/" ? "" : group) + "/cpu.max"};
        std::string text;
        if (std::getline(file, text))
            if (auto const n = processors_of_quota(text)) least = std::min(least.value_or(*n), *n);
        if (group.empty() || group == "/") break;
        group.resize(group.rfind('/'));
    }
#endif
    return least;
}
} // namespace detail

/// The processors that this process may use at once: those of its affinity mask (taskset, Slurm, cpusets),
/// but no more than the quota of its control group (containers); where the system gives neither, all
/// processors of the machine.
inline int usable_processors()
{
    int const all = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    int const allowed = detail::processors_of_affinity().value_or(all);
    return std::clamp(detail::processors_of_groups().value_or(allowed), 1, std::min(allowed, most_threads));
}

/// The number of threads that is used where none is given: EXPLAINN_THREADS if that variable is set and not
/// empty, else usable_processors(). Throws error where it holds anything but a whole number from 1 to
/// most_threads.
///
///     int const n = default_thread_count();    // EXPLAINN_THREADS=4: 4
inline int default_thread_count()
{
    char const* const set = std::getenv("EXPLAINN_THREADS");
    std::string_view const text{set == nullptr ? "" : set};
    if (text.empty()) return usable_processors();
    int n = 0;
    auto const end = std::from_chars(text.data(), text.data() + text.size(), n);
    if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || n < 1 || n > most_threads)
        throw error{"EXPLAINN_THREADS: expected a whole number from 1 to " + std::to_string(most_threads) +
                    ", found " + in_quotes(text)};
    return n;
}

} // namespace explainn::EXPLAINN_ABI
