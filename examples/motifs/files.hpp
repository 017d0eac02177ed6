// What the subcommands of motifs share: reading motifs and backgrounds, writing tables, a word on progress.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/io/background_file.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/output_file.hpp>

#include "common/outputs.hpp"
#include "common/program.hpp"

namespace motifs_program {
namespace ex = explainn;
namespace fs = std::filesystem;

/// How the motif files of a command are read.
struct motif_reading {
    std::string format = "auto", layout = "auto";
    bool skip_bad = false;
};

inline void add_motif_reading(CLI::App& command, motif_reading& r)
{
    command
        .add_option("--motif-format", r.format,
                    "format of the motif files: auto, meme, jaspar, transfac, homer, cisbp or uniprobe")
        ->check(CLI::IsMember({"auto", "meme", "jaspar", "transfac", "homer", "cisbp", "uniprobe"}));
    command
        .add_option(
            "--motif-layout", r.layout,
            "what a row of numbers after >NAME holds: bases (a row for each of A, C, G, T), positions (a row "
            "for each position), or auto")
        ->check(CLI::IsMember({"auto", "bases", "positions"}));
    command.add_flag("--skip-bad", r.skip_bad, "leave motifs out that cannot be read, and name them");
}

/// The motifs of several files and folders, one after another. What had to be assumed, and what was left out,
/// is said on standard error.
inline ex::motif_set read_all(std::vector<std::string> const& files, motif_reading const& r = {})
{
    ex::motif_options options;
    options.format = ex::motif_format_named(r.format);
    if (r.layout == "bases") options.layout = ex::motif_layout::bases;
    if (r.layout == "positions") options.layout = ex::motif_layout::positions;
    options.skip_bad = r.skip_bad;
    ex::motif_set set = ex::read_motif_files({files.begin(), files.end()}, options);
    for (ex::motif_remark const& w : set.warnings) std::cerr << "warning: " << ex::remark_text(w) << '\n';
    for (ex::motif_remark const& bad : set.skipped)
        std::cerr << "warning: left out: " << ex::remark_text(bad) << '\n';
    if (!set.skipped.empty())
        std::cerr << "warning: " << set.skipped.size() << " of " << set.skipped.size() + set.motifs.size()
                  << " motifs cannot be read and were left out\n";
    return set;
}

/// Says how many of `motifs` are narrower than --min-overlap asks for: no alignment of theirs can hold so
/// many columns, so they overlap in full.
inline void warn_of_narrow_motifs(std::size_t min_overlap, std::vector<ex::motif> const& motifs,
                                  std::string_view what)
{
    auto const narrow = std::count_if(motifs.begin(), motifs.end(),
                                      [&](ex::motif const& m) { return m.width() < min_overlap; });
    if (narrow > 0)
        std::cerr << "warning: --min-overlap " << min_overlap << ": " << narrow << " of " << motifs.size()
                  << ' ' << what << " are narrower; for each of them its whole width is the least overlap\n";
}

/// Refuses an output that is one of the files a command reads, or lies in a folder that it reads.
inline void require_own_output(fs::path const& out, std::vector<std::string> const& inputs)
{
    std::vector<shared::given_path> all;
    all.reserve(inputs.size());
    for (auto const& each : inputs) all.push_back({"the command", each});
    shared::require_own_files({{"--out", out}}, all);
}

/// `uniform`, `motif` (what the motif file says; uniform with a warning if it says nothing), a file, or empty
/// for `motif` without a warning.
inline ex::background background_of(std::string const& choice, std::optional<ex::background> const& of_motifs)
{
    if (choice == "uniform") return {};
    if (choice == "motif" && !of_motifs)
        std::cerr << "warning: the motif file gives no background; a uniform one is taken\n";
    if (choice.empty() || choice == "motif") return of_motifs.value_or(ex::background{});
    return ex::read_background(choice);
}

/// Says now and then on standard error how far the work is: once a second on a terminal, every ten seconds in
/// a log. Throws interruption after Ctrl-C.
class progress_note {
public:
    progress_note(std::string what, std::size_t of) : what_{std::move(what)}, of_{of} {}
    ~progress_note()
    {
        if (said_ && terminal_) std::cerr << '\n';
    }
    void at(std::size_t done)
    {
        if (interrupted()) throw interruption{"interrupted"};
        auto const now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::seconds(terminal_ ? 1 : 10)) return;
        last_ = now;
        said_ = true;
        std::cerr << (terminal_ ? "\r" : "") << what_ << ' ' << done;
        if (of_ != 0) std::cerr << " of " << of_;
        std::cerr << (terminal_ ? "" : "\n") << std::flush;
    }

private:
    std::string what_;
    std::size_t of_;
    bool terminal_ = ::isatty(STDERR_FILENO) != 0, said_ = false;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Makes the folder if need be.
inline void make_folder(fs::path const& folder)
{
    std::error_code code;
    fs::create_directories(folder, code);
    if (code || !fs::is_directory(folder))
        throw ex::error{folder.string() +
                        ": cannot be made a folder: " + (code ? code.message() : "a file has its name")};
}

/// Writes a text file in one go.
inline void write_text(fs::path const& path, std::string_view text)
{
    ex::output_file out{path};
    out << text;
    out.commit();
}

} // namespace motifs_program
