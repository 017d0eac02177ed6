// What the subcommands of motifs share: reading motifs and backgrounds, writing tables, a word on progress.
#pragma once
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
#include <explainn/io/motif_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/text_file.hpp>

#include "program.hpp"

namespace ex = explainn;
namespace fs = std::filesystem;

/// The motifs of several files, one after another.
inline ex::motif_set read_all(std::vector<std::string> const& files)
{
    ex::motif_set all;
    for (std::string const& file : files) {
        ex::motif_set const set = ex::read_motifs(file);
        if (!all.letters) all.letters = set.letters;
        if (all.motifs.empty()) all.strands = set.strands;
        all.motifs.insert(all.motifs.end(), set.motifs.begin(), set.motifs.end());
    }
    if (all.motifs.empty()) throw ex::error{files.front() + ": expected at least one motif, found none"};
    return all;
}

/// A background as MEME's -bfile has it: lines of a letter and its frequency; `#` comments and longer words
/// (higher orders) are passed over.
inline ex::background read_background(fs::path const& path)
{
    ex::text_file file{path};
    ex::column f{-1, -1, -1, -1};
    for (std::string_view line; file.next(line);) {
        std::size_t const begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos || line[begin] == '#') continue;
        std::size_t const blank = line.find_first_of(" \t", begin);
        if (blank == std::string_view::npos) file.refuse("a letter and its frequency", std::string{line});
        if (blank - begin != 1) continue;
        ex::letter const a = ex::letter_of(line[begin]);
        std::size_t const number = line.find_first_not_of(" \t", blank);
        std::string_view text = number == std::string_view::npos ? std::string_view{} : line.substr(number);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
        auto const x = ex::number_of(text);
        if (a >= ex::letter_n) file.refuse("one of A, C, G, T", std::string{line.substr(begin, 1)});
        if (!x || !(*x > 0 && *x < 1)) file.refuse("a frequency between 0 and 1", std::string{text});
        f[a] = *x;
    }
    double sum = 0;
    for (std::size_t a = 0; a < 4; ++a) {
        if (f[a] < 0)
            throw ex::input_error{path, 0, "a frequency of each base", std::string{"none of "} + "ACGT"[a]};
        sum += f[a];
    }
    if (sum < 0.99 || sum > 1.01)
        throw ex::input_error{path, 0, "frequencies that add up to 1", ex::number_text(sum, 6)};
    for (double& x : f) x /= sum;
    return {f};
}

/// `uniform`, `motif` (what the motif file says, uniform if it says nothing), or a file.
inline ex::background background_of(std::string const& choice, std::optional<ex::background> const& of_motifs)
{
    if (choice == "uniform") return {};
    if (choice == "motif") return of_motifs.value_or(ex::background{});
    return read_background(choice);
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
