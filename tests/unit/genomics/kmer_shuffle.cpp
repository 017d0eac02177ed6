#include <explainn/genomics/kmer_shuffle.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <explainn/genomics/shuffle.hpp>

#include "support/message_of.hpp"

using namespace explainn;

namespace {
std::map<std::string, int> words_of(std::string const& s, std::size_t k)
{
    std::map<std::string, int> count;
    for (std::size_t i = 0; i + k <= s.size(); ++i) ++count[s.substr(i, k)];
    return count;
}
std::vector<letter> codes_of(std::string const& s)
{
    std::vector<letter> codes;
    for (char const c : s) codes.push_back(letter_of(c));
    return codes;
}
std::string text_of(std::vector<letter> const& codes)
{
    std::string s;
    for (letter const code : codes) s += char_of(code);
    return s;
}
/// All sequences with the words of k letters of `s` and its first k - 1 letters, by trying every order.
std::vector<std::string> all_shuffles(std::string const& s, std::size_t k)
{
    auto const words = words_of(s, k);
    std::string letters = s.substr(k - 1);
    std::sort(letters.begin(), letters.end());
    std::vector<std::string> all;
    do {
        std::string const whole = s.substr(0, k - 1) + letters;
        if (words_of(whole, k) == words) all.push_back(whole);
    } while (std::next_permutation(letters.begin(), letters.end()));
    return all;
}
/// The upper 0.1 % of chi-square, by Wilson and Hilferty.
double chi_square_limit(double freedom)
{
    double const a = 2 / (9 * freedom), root = 1 - a + 3.09 * std::sqrt(a);
    return freedom * root * root * root;
}
} // namespace

TEST_CASE("a shuffle keeps the counts of words, whatever their length")
{
    random_numbers draw{seed{1}, stream::tests};
    for (int round = 0; round < 60; ++round) {
        std::string s;
        std::size_t const size = draw.below(80);
        while (s.size() < size) s += "ACGTN"[draw.below(round % 2 == 0 ? 5 : 2)];
        for (int k = 1; k <= 8; ++k) {
            auto const shuffled = text_of(kmer_shuffle(codes_of(s), k, draw));
            auto const word = static_cast<std::size_t>(k);
            CHECK(words_of(shuffled, word) == words_of(s, word));
            if (k > 1 && s.size() >= word) CHECK(shuffled.substr(0, word - 1) == s.substr(0, word - 1));
        }
    }
    CHECK(testing::message_of([&] {
              kmer_shuffle(codes_of("ACGT"), 0, draw);
          }).find("expected words of 1 to 24 letters") != std::string::npos);
    CHECK(testing::message_of([&] {
              kmer_shuffle(std::vector<letter>{7}, 2, draw);
          }).find("expected letters") != std::string::npos);
}

TEST_CASE("every sequence with the same words is as likely as another (chi-square)")
{
    struct small_case {
        std::string sequence;
        std::size_t k;
    };
    for (small_case const& each : {small_case{"ACGACTGA", 1},
                                   {"AACAGATAA", 2},
                                   {"ACATAGACA", 2},
                                   {"AANACAGA", 2},
                                   {"AACAAGAATAAC", 3},
                                   {"ACACAGACATAC", 3},
                                   {"AAAACAAAGAAATAAA", 4}}) {
        auto const all = all_shuffles(each.sequence, each.k);
        REQUIRE(all.size() > 1);
        std::map<std::string, double> by_words, by_pairs;
        random_numbers draw{seed{2}, stream::tests};
        double const times = 200. * static_cast<double>(all.size());
        for (int i = 0; i < static_cast<int>(times); ++i) {
            ++by_words[text_of(kmer_shuffle(codes_of(each.sequence), static_cast<int>(each.k), draw))];
            if (each.k == 2) ++by_pairs[text_of(dinucleotide_shuffle(codes_of(each.sequence), draw))];
        }
        for (auto const* count : {&by_words, &by_pairs}) {
            if (count->empty()) continue;
            CHECK(count->size() == all.size());
            double chi_square = 0;
            for (auto const& s : all) {
                auto const at = count->find(s);
                double const n = at == count->end() ? 0 : at->second;
                chi_square += (n - 200) * (n - 200) / 200;
            }
            CHECK_MESSAGE(chi_square < chi_square_limit(static_cast<double>(all.size()) - 1),
                          each.sequence << ' ' << each.k);
        }
    }
}
