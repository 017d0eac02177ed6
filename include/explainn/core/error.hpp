// Errors name the place, what was expected and what was found.
#pragma once
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <explainn/core/cpp20.hpp>
#include <explainn/core/floating_point.hpp>

namespace explainn::EXPLAINN_ABI {

/// Every refusal of the library; what() is one line without a line end, so that a program can print it after
/// "error: ".
struct error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A shape that does not fit, in the same words that the compiler prints for a static type.
struct shape_error : error {
    using error::error;
};

/// "labels.tsv:42: expected 12 columns, found 11"; `line` counts from 1, 0 leaves it out.
///
///     throw input_error{"labels.tsv", 42, "12 columns", "11"};
struct input_error : error {
    input_error(std::filesystem::path const& file, std::size_t line, std::string const& expected,
                std::string const& found)
        : error{place(file, line) + ": expected " + expected + ", found " + found}
    {
    }

    /// Takes a whole sentence to stand after the place: "reads.fa.gz: the gzip stream ends early".
    input_error(std::filesystem::path const& file, std::size_t line, std::string const& sentence)
        : error{place(file, line) + ": " + sentence}
    {
    }

    static std::string place(std::filesystem::path const& file, std::size_t line)
    {
        return line == 0 ? file.string() : file.string() + ":" + std::to_string(line);
    }
};

} // namespace explainn::EXPLAINN_ABI
