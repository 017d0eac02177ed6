#include <explainn/prepare/similar_sequences.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/io/split.hpp>
#include <explainn/io/split_file.hpp>

#include "support/folder.hpp"

using namespace explainn;

namespace {
/// Sequences of which some are mutated or shifted copies of others, on either strand.
packed_sequences made_up(std::size_t count)
{
    random_numbers draw{seed{11}, stream::tests};
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) {
        std::string s;
        if (i > 5 && draw.below(3) == 0) {
            s = all[draw.below(static_cast<std::uint32_t>(i))];
            std::size_t const shift = draw.below(60);
            s = s.substr(shift);
            for (char& c : s)
                if (draw.below(50) == 0) c = "ACGTN"[draw.below(5)];
            if (draw.below(2) == 0) {
                std::reverse(s.begin(), s.end());
                for (char& c : s) c = c == 'N' ? 'N' : "TGCA"[std::string{"ACGT"}.find(c)];
            }
        }
        while (s.size() < 100) s += "ACGT"[draw.below(4)];
        all.push_back(s);
    }
    packed_sequences out;
    for (std::size_t i = 0; i < count; ++i)
        out.append("chr1:" + std::to_string(100 * i) + "-" + std::to_string(100 * i + 100), all[i]);
    return out;
}
std::set<std::string> words_of(packed_sequences const& all, std::size_t i, std::size_t k)
{
    std::vector<letter> codes(all.length(i));
    all.unpack(i, codes);
    std::set<std::string> words;
    for (std::size_t at = 0; at + k <= codes.size(); ++at) {
        std::string a, b;
        for (std::size_t j = 0; j < k; ++j) {
            a += char_of(codes[at + j]);
            b += char_of(complement(codes[at + k - 1 - j]));
        }
        if (a.find('N') == a.npos) words.insert(std::min(a, b));
    }
    return words;
}
} // namespace

TEST_CASE("near-duplicates are those that comparing all pairs finds, on both strands")
{
    auto const all = made_up(150);
    for (double const share : {0.3, 0.5, 0.8}) {
        std::vector<std::set<std::string>> words;
        for (std::size_t i = 0; i < all.size(); ++i) words.push_back(words_of(all, i, 10));
        std::vector<std::vector<bool>> is_near(all.size(), std::vector<bool>(all.size()));
        std::size_t pairs = 0;
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                auto const common = static_cast<double>(std::count_if(
                    words[i].begin(), words[i].end(), [&](auto const& w) { return words[j].count(w) > 0; }));
                is_near[i][j] = is_near[j][i] =
                    common > 0 &&
                    common >= share * static_cast<double>(std::min(words[i].size(), words[j].size()));
                pairs += is_near[i][j] ? 1 : 0;
            }
        CHECK(pairs > 10);
        similar_sequences const near{all, {.word = 10, .share = share}};
        // groups by going along pairs until nothing changes
        std::vector<std::uint32_t> group(all.size());
        for (std::uint32_t i = 0; i < group.size(); ++i) group[i] = i;
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t i = 0; i < all.size(); ++i)
                for (std::size_t j = 0; j < all.size(); ++j)
                    if (is_near[i][j] && group[j] < group[i]) {
                        group[i] = group[j];
                        changed = true;
                    }
        }
        CHECK(near.groups() == group);
        std::vector<std::uint32_t> odd, even;
        for (std::uint32_t i = 0; i < all.size(); ++i) (i % 2 == 0 ? even : odd).push_back(i);
        std::size_t expected = 0;
        for (std::uint32_t const i : odd)
            expected +=
                std::any_of(even.begin(), even.end(), [&](std::uint32_t j) { return is_near[i][j]; }) ? 1 : 0;
        CHECK(near.count_near(odd, even) == expected);
        // a split by groups leaks nothing
        auto const parts = split_by_group(near.groups(), {}, seed{1});
        CHECK(near.count_near(parts.test, parts.train) == 0);
        CHECK(near.count_near(parts.valid, parts.train) == 0);
        CHECK(parts.train.size() + parts.valid.size() + parts.test.size() == all.size());
        CHECK(parts.train.size() == doctest::Approx(120).epsilon(0.05));
    }
    // a third of the words is enough to find those of more than a little likeness
    CHECK(similar_sequences{all, {.word = 10, .share = 0.5, .most_words = 5000}}.groups() ==
          similar_sequences{all, {.word = 10, .share = 0.5}}.groups());
    CHECK(testing::message_of([&] {
              similar_sequences{all, {.word = 3}};
          }).find("words of 4 to 16 letters, found 3") != std::string::npos);
    CHECK(testing::message_of([&] {
              similar_sequences{all, {.share = 0}};
          }).find("a share of words above 0") != std::string::npos);
}

TEST_CASE("groups stay whole; too large ones are refused")
{
    std::vector<std::uint32_t> group;
    for (std::uint32_t i = 0; i < 1000; ++i) group.push_back(i / 7);
    auto const parts = split_by_group(group, {.train = 60, .valid = 20, .test = 20}, seed{1});
    std::set<std::uint32_t> train, valid, test;
    for (auto const i : parts.train) train.insert(group[i]);
    for (auto const i : parts.valid) valid.insert(group[i]);
    for (auto const i : parts.test) test.insert(group[i]);
    CHECK(train.size() + valid.size() + test.size() == 143);
    CHECK(parts.valid.size() == doctest::Approx(200).epsilon(0.05));
    CHECK(split_by_group(group, {.train = 60, .valid = 20, .test = 20}, seed{1}).test == parts.test);
    CHECK(split_by_group(group, {.train = 60, .valid = 20, .test = 20}, seed{2}).test != parts.test);
    CHECK(testing::message_of([] {
              split_by_group({1, 1, 1, 1}, {}, seed{1});
          }).find("expected sequences in every part of the split") != std::string::npos);
    CHECK(testing::message_of([] {
              split_by_group({1, 2, 3}, {.train = 50, .valid = 10, .test = 10}, seed{1});
          }).find("percentages that add up to 100") != std::string::npos);
}

TEST_CASE("a table of parts is read as it was written, and says what is wrong with it")
{
    testing::folder here;
    auto const all = made_up(10);
    split_rows const parts{{0, 2, 3, 4, 6, 7}, {1, 8}, {5, 9}};
    {
        output_file out{here / "split.tsv"};
        write_split(out, all, parts);
        out.commit();
    }
    auto const read = read_split(here / "split.tsv", all);
    CHECK(read.train == parts.train);
    CHECK(read.valid == parts.valid);
    CHECK(read.test == parts.test);
    std::string const text = testing::bytes_of(here / "split.tsv");
    auto const refused = [&](std::string const& changed) {
        std::ofstream{here / "other.tsv"} << changed;
        return testing::message_of([&] { read_split(here / "other.tsv", all); });
    };
    CHECK(refused("name\tpart\n").find("other.tsv:1: expected the header") != std::string::npos);
    CHECK(refused(text.substr(0, text.size() - 20)).find("expected") != std::string::npos);
    CHECK(refused(text + "chr1:0-100\ttrain\n")
              .find("other.tsv:12: expected every sequence once, found 'chr1:0-100' twice") !=
          std::string::npos);
    CHECK(refused("sequence\tpart\nchr1:0-100\ttraining\n")
              .find("other.tsv:2: expected train, valid or test in column 2, found 'training'") !=
          std::string::npos);
    CHECK(refused("sequence\tpart\nchr1:0-100\ttrain\n")
              .find("expected a part for every sequence, found none for 'chr1:100-200'") !=
          std::string::npos);
    CHECK(
        refused("sequence\tpart\nchr1:0-100\n").find("other.tsv:2: expected the name of a sequence, a tab") !=
        std::string::npos);
}
