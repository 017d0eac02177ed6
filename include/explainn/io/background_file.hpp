// Background frequencies from a file of MEME's.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/genomics/alphabet.hpp>
#include <explainn/genomics/motif.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A background as MEME's -bfile has it: lines of a letter and its frequency; `#` comments and longer words
/// (higher orders) are passed over. Throws input_error for other letters, numbers that are none between 0 and
/// 1, and frequencies that do not add up to 1 (0.99 to 1.01).
///
///     background const b = read_background("at.bg");
inline background read_background(std::filesystem::path const& path)
{
    text_file file{path, "background frequencies"};
    column f{-1, -1, -1, -1};
    for (std::string_view line; file.next(line);) {
        std::size_t const begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos || line[begin] == '#') continue;
        std::size_t const blank = line.find_first_of(" \t", begin);
        if (blank == std::string_view::npos) file.refuse("a letter and its frequency", in_quotes(line));
        if (blank - begin != 1) continue;
        letter const a = letter_of(line[begin]);
        std::size_t const number = line.find_first_not_of(" \t", blank);
        std::string_view text = number == std::string_view::npos ? std::string_view{} : line.substr(number);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
        auto const x = number_of(text);
        if (a >= letter_n) file.refuse("one of A, C, G, T", in_quotes(line[begin]));
        if (!x || !(*x > 0 && *x < 1)) file.refuse("a frequency between 0 and 1", in_quotes(text));
        f[a] = *x;
    }
    double sum = 0;
    for (std::size_t a = 0; a < 4; ++a) {
        if (f[a] < 0)
            throw input_error{path, 0, "a frequency of each base", std::string{"none of "} + "ACGT"[a]};
        sum += f[a];
    }
    if (sum < 0.99 || sum > 1.01)
        throw input_error{path, 0, "frequencies that add up to 1", number_text(sum, 6)};
    for (double& x : f) x /= sum;
    return {f};
}

} // namespace explainn::EXPLAINN_ABI
