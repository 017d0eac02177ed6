#include <doctest/doctest.h>

#include <string>

#include <explainn/core/in_quotes.hpp>
#include <explainn/genomics/alphabet.hpp>

namespace ex = explainn;

TEST_CASE("letters are read as the format says: IUPAC and X as N, U as T, both cases, all else refused")
{
    std::string const iupac = "ACGTURYSWKMBDHVNX", want = "ACGTTNNNNNNNNNNNN";
    for (int c = 0; c < 256; ++c) {
        char const character = static_cast<char>(c);
        char const upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : character;
        std::size_t const at = c == 0 ? std::string::npos : iupac.find(upper);
        CAPTURE(c);
        if (at == std::string::npos) CHECK(ex::letter_of(character) == ex::no_letter);
        else CHECK(ex::char_of(ex::letter_of(character)) == want[at]);
    }
}

TEST_CASE("complements pair A with T and C with G")
{
    std::string const bases = "ACGTN", pairs = "TGCAN";
    for (std::size_t i = 0; i < bases.size(); ++i)
        CHECK(ex::char_of(ex::complement(ex::letter_of(bases[i]))) == pairs[i]);
    static_assert(ex::complement(ex::complement(ex::letter{2})) == 2);
}

TEST_CASE("quoted text stays on one line")
{
    CHECK(ex::in_quotes('x') == "'x'");
    CHECK(ex::in_quotes('\n') == "byte 10");
    CHECK(ex::in_quotes("a\nb\x7f") == "'a?b?'");
    CHECK(ex::in_quotes(std::string(100, 'y')) == "'" + std::string(60, 'y') + "...'");
}
