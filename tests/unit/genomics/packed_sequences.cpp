#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/packed_sequences.hpp>

namespace ex = explainn;

static std::string random_bases(ex::random_numbers& draw, std::size_t length, std::uint32_t n_in)
{
    std::string s(length, 'A');
    for (char& c : s) c = draw.below(n_in) == 0 ? 'N' : "ACGT"[draw.below(4)];
    return s;
}

TEST_CASE("what goes in comes out, for every length and density of N")
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests};
    ex::packed_sequences s;
    std::vector<std::string> want;
    for (std::size_t length = 0; length < 70; ++length)
        for (std::uint32_t const n_in : {2u, 10u, 1000u}) {
            want.push_back(random_bases(draw, length, n_in));
            s.append("s" + std::to_string(want.size()), want.back());
        }
    REQUIRE(s.size() == want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
        CHECK(s.name(i) == "s" + std::to_string(i + 1));
        CHECK(s.length(i) == want[i].size());
        CHECK(s.letters(i) == want[i]);
        CHECK(s.has_n(i) == (want[i].find('N') != std::string::npos));
        std::vector<ex::letter> forward(s.length(i)), reverse(s.length(i));
        s.unpack(i, forward);
        s.unpack_reverse_complement(i, reverse);
        for (std::size_t j = 0; j < forward.size(); ++j)
            CHECK(reverse[j] == ex::complement(forward[forward.size() - 1 - j]));
    }
}

TEST_CASE("bases in pieces are the bases in one")
{
    ex::random_numbers draw{ex::seed{2}, ex::stream::tests};
    for (int repeat = 0; repeat < 200; ++repeat) {
        std::string const bases = random_bases(draw, draw.below(60), 8);
        ex::packed_sequences whole, pieces;
        whole.append("x", bases);
        pieces.begin("x");
        for (std::size_t at = 0; at < bases.size();) {
            std::size_t const n = std::min<std::size_t>(draw.below(9), bases.size() - at);
            CHECK(pieces.extend(std::string_view{bases}.substr(at, n)) == n);
            at += n;
        }
        CHECK(pieces.letters(0) == whole.letters(0));
        CHECK(pieces.bytes() == whole.bytes());
    }
}

TEST_CASE("codes and characters pack alike")
{
    ex::packed_sequences s;
    std::vector<ex::letter> const codes{0, 1, 2, 3, 4, 4, 3, 2, 1, 0, 4};
    s.append("codes", codes);
    s.append("letters", "ACGTNNTGCAN");
    s.append("lower", "acguryugcak");
    CHECK(s.letters(0) == "ACGTNNTGCAN");
    CHECK(s.letters(1) == s.letters(0));
    CHECK(s.letters(2) == s.letters(0));
    CHECK(s.common_length() == 11);
}

TEST_CASE("a letter that is not IUPAC is refused wherever it is, and nothing of the sequence stays")
{
    for (std::size_t at = 0; at < 11; ++at) {
        ex::packed_sequences s;
        s.append("good", "ACGTN");
        std::string bases = "ACGTNACGTAC";
        bases[at] = '*';
        CHECK_THROWS_WITH_AS(
            s.append("bad", bases),
            ("expected IUPAC nucleotides, found '*' at base " + std::to_string(at + 1) + " of bad").c_str(),
            ex::error);
        CHECK(s.size() == 1);
        s.append("next", "NNACGT");
        CHECK(s.letters(1) == "NNACGT");
        CHECK(s.name(1) == "next");
        CHECK(s.letters(0) == "ACGTN");
    }
}

TEST_CASE("sequences may go again, in any number")
{
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
    ex::packed_sequences s;
    std::vector<std::string> want;
    for (int step = 0; step < 2000; ++step) {
        if (!want.empty() && draw.below(5) < 2) {
            s.drop_last();
            want.pop_back();
        } else {
            want.push_back(random_bases(draw, draw.below(40), 6));
            s.append("s", want.back());
        }
        if (!want.empty() && draw.below(8) == 0) {
            s.extend("ACN");
            want.back() += "ACN";
        }
    }
    REQUIRE(s.size() == want.size());
    for (std::size_t i = 0; i < want.size(); ++i) CHECK(s.letters(i) == want[i]);
}

TEST_CASE("regions of 200 bp without N cost at most 0.3 byte a base")
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    ex::packed_sequences s;
    for (int i = 0; i < 500; ++i) s.append("s", random_bases(draw, 200, 100000));
    CHECK(s.bytes() <= 500 * 200 * 3 / 10);
}

TEST_CASE("long sequences without N cost a quarter of a byte a base")
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    ex::packed_sequences s;
    for (int i = 0; i < 100; ++i) s.append("s", random_bases(draw, 1000, 5000));
    CHECK(s.bytes() < 100 * 1000 * 3 / 10);
}
TEST_CASE("codes that are no letters are refused by place, and nothing of the sequence stays")
{
    ex::packed_sequences s;
    std::vector<ex::letter> codes{0, 1, 2, 3, 4, 0};
    s.append("good", std::span<ex::letter const>{codes});
    codes[4] = 5;
    CHECK_THROWS_WITH_AS(s.append("bad", std::span<ex::letter const>{codes}),
                         "expected letters 0 to 4 (A, C, G, T, N), found 5 at base 5 of bad", ex::error);
    CHECK(s.size() == 1);
    CHECK(s.letters(0) == "ACGTNA");
}
