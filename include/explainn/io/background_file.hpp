// Background frequencies from a file in MEME's format.
#pragma once
#include <algorithm>
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

/// Reads a background in the format of MEME's option -bfile: lines of a letter and its frequency; `#`
/// comments and longer words (higher orders) are skipped. A colon may stand behind a letter, and one line may
/// hold several letters, each with its frequency ("A .22 C .31 G .19 T .28"). Throws input_error for other
/// letters, a letter given twice, numbers that are not between 0 and 1, and frequencies that do not add up to
/// 1 (0.99 to 1.01).
///
///     background const b = read_background("at.bg");
inline background read_background(std::filesystem::path const& path)
{
    text_file file{path, "background frequencies"};
    column f{-1, -1, -1, -1};
    auto const next_word = [](std::string_view& rest) {
        constexpr std::string_view white = " \t\r";
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(white)));
        std::string_view const word = rest.substr(0, rest.find_first_of(white));
        rest.remove_prefix(word.size());
        return word;
    };
    for (std::string_view line; file.next(line);) {
        std::string_view rest = line;
        for (std::string_view name = next_word(rest); !name.empty(); name = next_word(rest)) {
            if (name.front() == '#') break;
            std::string_view text = next_word(rest);
            if (text == ":") text = next_word(rest);
            if (text.empty()) file.refuse("a letter and its frequency", in_quotes(line));
            if (name.size() > 1 && name.back() == ':') name.remove_suffix(1);
            if (name.size() != 1) continue;
            letter const a = letter_of(name.front());
            auto const x = number_of(text);
            if (a >= letter_n) file.refuse("one of A, C, G, T", in_quotes(name.front()));
            if (!x || !(*x > 0 && *x < 1)) file.refuse("a frequency between 0 and 1", in_quotes(text));
            if (f[a] >= 0) file.refuse("each letter once", in_quotes(name.front()) + " twice");
            f[a] = *x;
        }
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
