// The steps of a run: how long each took, how much memory, and what came of it.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace shared {

/// "1 task", "2 tasks".
inline std::string counted(std::size_t n, std::string const& thing)
{
    return std::to_string(n) + ' ' + thing + (n == 1 ? "" : "s");
}

/// From when on the memory of a step is counted.
enum class peak_since {
    program_began, ///< so that other programs (time, a cluster's scheduler) see the peak of the run, too
    step_began     ///< the system forgets the peaks of earlier steps, where Linux allows it
};

/// Measures steps that follow one another and prints a table of them on standard error.
///
///     steps all;
///     all.begin("regions");
///     all.end("1000 regions");
///     all.print();
class steps {
public:
    explicit steps(peak_since from = peak_since::program_began) : from_{from} {}

    /// A step begins; the name is shown while it runs.
    void begin(std::string name)
    {
        rows_.push_back({std::move(name), {}, 0, 0});
        std::cerr << rows_.back().name << " ..." << std::endl;
        if (from_ == peak_since::step_began) std::ofstream{"/proc/self/clear_refs"} << "5";
        began_ = told_ = clock::now();
    }
    /// How far it is, from 0 to 1; every few seconds a line says so.
    void at(double share)
    {
        using namespace std::chrono_literals;
        if (clock::now() - told_ < 3s) return;
        told_ = clock::now();
        std::fprintf(stderr, "%s: %.0f %%\n", rows_.back().name.c_str(), 100 * share);
    }
    /// How many of something were read so far, where nobody knows how many there are; a line every few
    /// seconds.
    void so_far(std::size_t count, char const* things)
    {
        using namespace std::chrono_literals;
        if (clock::now() - told_ < 3s) return;
        told_ = clock::now();
        std::fprintf(stderr, "%s: %zu %s\n", rows_.back().name.c_str(), count, things);
    }
    /// It ends, and this came of it.
    void end(std::string output)
    {
        row& last = rows_.back();
        last.output = std::move(output);
        last.seconds = std::chrono::duration<double>(clock::now() - began_).count();
        last.megabytes = peak_megabytes();
    }
    /// The table, on standard error: results never depend on what it says.
    void print() const
    {
        bool const of_step = from_ == peak_since::step_began;
        std::fprintf(stderr, "step          seconds %s  output\n", of_step ? " peak MB" : "peak MB so far");
        int const width = of_step ? 8 : 14;
        double seconds = 0, megabytes = 0;
        for (row const& r : rows_) {
            std::fprintf(stderr, "%-12s %8.2f %*.1f  %s\n", r.name.c_str(), r.seconds, width, r.megabytes,
                         r.output.c_str());
            seconds += r.seconds;
            megabytes = std::max(megabytes, r.megabytes);
        }
        std::fprintf(stderr, "%-12s %8.2f %*.1f\n", "all", seconds, width, megabytes);
    }

private:
    using clock = std::chrono::steady_clock;
    struct row {
        std::string name, output;
        double seconds, megabytes;
    };
    // the most memory that was held at once since the peak was last set back
    static double peak_megabytes()
    {
        std::ifstream status{"/proc/self/status"};
        for (std::string line; std::getline(status, line);)
            if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
        return 0;
    }

    peak_since from_;
    std::vector<row> rows_;
    clock::time_point began_{}, told_{};
};

} // namespace shared
