// What every program here shares: options with defaults in their help, one line for an error, a clean Ctrl-C.
#pragma once
#include <atomic>
#include <csignal>
#include <exception>
#include <iostream>
#include <limits>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

// options are read once: what reads them need not be fast, but soon compiled
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("O0")
#include <CLI/CLI.hpp>
#pragma GCC pop_options
#else
#include <CLI/CLI.hpp>
#endif

namespace detail {
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch it");
inline std::atomic<bool> signal_came{false};

inline void listen_for_signals()
{
    struct sigaction action {};
    action.sa_handler = [](int) { signal_came = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART); // the second one ends the program at once
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    // a file that grows too large is an error of the write, not the end of the program
    std::signal(SIGXFSZ, SIG_IGN);
}

// Large arrays go back to the system as soon as they are freed. Left to itself, glibc keeps them once a few
// came and went, which is a third of the peak of a run on many sequences.
inline void give_memory_back()
{
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

// the last line on standard error, whatever the message holds
inline int refuse(std::string_view message, int status)
{
    std::string line{"error: "};
    while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
    for (char const c : message) line += c == '\n' || c == '\r' ? ' ' : c;
    std::cout.flush();
    std::cerr << line << std::endl;
    return status;
}
} // namespace detail

/// Whether Ctrl-C or SIGTERM came; what runs long asks for it and stops where nothing is lost.
inline bool interrupted() { return detail::signal_came; }

/// Says on standard error what a reader assumed and could be wrong.
inline void print_warnings(std::vector<std::string> const& warnings)
{
    for (auto const& each : warnings) std::cerr << "warning: " << each << '\n';
}

/// A check of an option: a number from `low` to `high`, whole where these are; nan is none.
///
///     c.add_option("--threads", o.threads, "0 = all cores")->check(in_range(0, 1024));
template <class T>
CLI::Validator in_range(T low, T high = std::numeric_limits<T>::max())
{
    using number = std::conditional_t<std::is_floating_point_v<T>, double, long long>;
    std::ostringstream text;
    text << (std::is_floating_point_v<T> ? "number" : "whole number") << " from " << low;
    if (high == std::numeric_limits<T>::max()) text << " on";
    else text << " to " << high;
    auto const check = [low, high, expected = text.str()](std::string& given) -> std::string {
        number x{};
        bool const read = CLI::detail::lexical_cast(given, x);
        if (read && x >= static_cast<number>(low) && x <= static_cast<number>(high)) return {};
        return "expected a " + expected + ", found '" + given + "'";
    };
    return CLI::Validator{check, text.str()};
}

/// Thrown by a program that stops because of interrupted(); the message says how to go on.
struct interruption : std::exception {
    std::string message;
    explicit interruption(std::string m) : message{std::move(m)} {}
    char const* what() const noexcept override { return message.c_str(); }
};

/// Calls setup(app), where a program declares its options and what to do (callbacks), and does it. Returns
/// the exit status: 0; 1 for whatever was refused, wrong usage included; 130 after Ctrl-C. Standard error
/// then ends with one line "error: ...".
///
///     int main(int argc, char** argv) { return run_program(argc, argv, [&](CLI::App& app) { ... }); }
template <class Setup>
int run_program(int argc, char** argv, Setup setup)
{
    detail::listen_for_signals();
    detail::give_memory_back();
    try {
        CLI::App app;
        app.option_defaults()->always_capture_default();
        try {
            setup(app);
            app.parse(argc, argv);
        } catch (CLI::CallForAllHelp const&) {
            std::cout << app.help("", CLI::AppFormatMode::All) << std::flush;
        } catch (CLI::CallForHelp const&) {
            std::cout << app.help() << std::flush;
        } catch (CLI::Success const& e) { // --version
            std::cout << e.what() << std::endl;
        }
        if (!std::cout.flush()) return detail::refuse("standard output cannot be written", 1);
        return interrupted() ? detail::refuse("interrupted", 130) : 0;
    } catch (interruption const& e) {
        return detail::refuse(e.what(), 130);
    } catch (std::bad_alloc const&) {
        return detail::refuse("out of memory", 1);
    } catch (std::exception const& e) {
        return detail::refuse(e.what(), 1);
    }
}
