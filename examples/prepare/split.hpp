// Which prepared sequences train, validate and test, and how many of the test are near-duplicates of those.
#pragma once
#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/io/dataset.hpp>
#include <explainn/io/split.hpp>
#include <explainn/io/split_file.hpp>
#include <explainn/prepare/similar_sequences.hpp>

#include "common/data.hpp"
#include "prepare/output.hpp"

namespace prepare_program {

struct split_options {
    std::string percent = "80,10,10";
    std::optional<std::string> valid, test;
    bool stratify = false, by_similarity = false;
    ex::similarity_rule similar;
    bool asked = false; ///< whether some option said how to split
};

inline void add_split(CLI::App& c, split_options& o)
{
    auto* const split = c.add_option("--split", o.percent, "percentages for training, validation and test");
    auto* const valid = c.add_option("--valid", o.valid, "instead: chromosomes for validation (with --test)");
    auto* const test = c.add_option("--test", o.test, "chromosomes for the test (with --valid)");
    valid->needs(test)->excludes(split);
    test->needs(valid)->excludes(split);
    auto* const stratify =
        c.add_flag("--stratify", o.stratify, "a random split keeps the mix of labels (default: no)")
            ->excludes(valid);
    auto* const similar =
        c.add_flag("--by-similarity", o.by_similarity, "near-duplicates stay in one part (default: no)")
            ->excludes(valid)
            ->excludes(stratify);
    c.add_option("--similarity", o.similar.share,
                 "the part of their words that near-duplicates share, of those of the one with fewer")
        ->check(in_range(0.01, 1.0));
    c.add_option("--similarity-words", o.similar.word, "letters of such a word")->check(in_range(4, 16));
    c.parse_complete_callback([&o, split, valid, stratify, similar] {
        o.asked = split->count() + valid->count() + stratify->count() + similar->count() > 0;
    });
}

/// The parts of the data, for split.tsv, and what was counted of them, for prepared.json; no parts where
/// there are too few sequences and nobody asked for parts.
struct made_split {
    std::optional<ex::split_rows> rows;
    std::vector<std::pair<std::string, double>> counts;
    std::string text; ///< for a word to the user
};

inline made_split split_of(ex::dataset const& data, split_options const& o, std::uint64_t seed,
                           std::function<void(double)> between)
{
    made_split out;
    ex::similarity_rule rule = o.similar;
    rule.between = std::move(between);
    ex::similar_sequences const near{data.sequences(), std::move(rule)};
    shared::data_options how;
    how.split = o.percent;
    try {
        if (o.valid) {
            auto const valid = shared::list_of(*o.valid, "--valid"),
                       test = shared::list_of(*o.test, "--test");
            print_warnings(ex::split_warnings(data.sequences(), valid, test));
            out.rows = ex::split_by_chromosome(data.sequences(), valid, test);
        } else if (o.by_similarity) {
            out.rows = ex::split_by_group(near.groups(), how.percentages(), ex::seed{seed});
        } else {
            out.rows = ex::split_at_random(data, how.percentages(), ex::seed{seed}, o.stratify);
        }
    } catch (ex::error const& e) {
        if (o.asked) throw;
        out.text = "no split";
        std::cerr << "warning: there is no split.tsv: " << e.what() << '\n';
        return out;
    }
    auto const size = [](std::vector<std::uint32_t> const& part) { return static_cast<double>(part.size()); };
    auto const& [train, valid, test] = *out.rows;
    double const valid_near = static_cast<double>(near.count_near(valid, train)),
                 test_near = static_cast<double>(near.count_near(test, train));
    out.counts = {{"train", size(train)},
                  {"valid", size(valid)},
                  {"test", size(test)},
                  {"valid with a near-duplicate in train", valid_near},
                  {"test with a near-duplicate in train", test_near},
                  {"leakage (share of test with a near-duplicate in train)", test_near / size(test)}};
    out.text = std::to_string(train.size()) + " train, " + std::to_string(valid.size()) + " valid, " +
               std::to_string(test.size()) + " test, of which " +
               ex::number_text(100 * test_near / size(test), 3) + " % near-duplicates of train";
    return out;
}

} // namespace prepare_program
