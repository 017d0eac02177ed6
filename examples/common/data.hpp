// Where a training program's sequences and labels come from, and which rows train, validate and test.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/join_datasets.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/read_table.hpp>
#include <explainn/io/split.hpp>

#include "common/outputs.hpp"
#include "common/program.hpp"

namespace shared {
namespace ex = explainn;

/// "A,B,C" as a list, blanks around names taken off; throws error on an empty name.
inline std::vector<std::string> list_of(std::string const& text, std::string const& option)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const comma = std::min(text.find(',', at), text.size());
        std::size_t const begin = std::min(text.find_first_not_of(" \t", at), comma);
        if (begin == comma)
            throw ex::error{option + ": expected names with a comma between, found " + ex::in_quotes(text)};
        names.push_back(text.substr(begin, text.find_last_not_of(" \t", comma - 1) + 1 - begin));
        at = comma + 1;
    }
    return names;
}

struct data_options {
    std::string sequences, labels, table, train_table, valid_table, test_table;
    std::string targets = "all", resolved = "any", n = "zero", split = "80,10,10";
    std::optional<std::string> valid, test; // chromosomes instead of percentages
    bool stratify = false;

    /// Data and the rows of training, validation and test.
    ex::split_dataset read(ex::seed from) const
    {
        if (ways() != 1) throw ex::error{found_ways("or --train-table", ways())};
        if (by_files()) {
            if (train_table.empty() || valid_table.empty() || test_table.empty())
                throw ex::error{"expected all of --train-table, --valid-table and --test-table"};
            return ex::join_datasets(ex::read_table(train_table, how()), ex::read_table(valid_table, how()),
                                     ex::read_table(test_table, how()));
        }
        if (table.empty() && (sequences.empty() || labels.empty()))
            throw ex::error{"expected --sequences with --labels"};
        auto data = table.empty() ? ex::read_dataset(sequences, labels, how()) : ex::read_table(table, how());
        print_warnings(data.left_out().warnings);
        if (valid)
            print_warnings(
                ex::split_warnings(data.sequences(), list_of(*valid, "--valid"), list_of(*test, "--test")));
        auto rows = split_of(data, from);
        return {std::move(data), std::move(rows)};
    }
    /// The rows of training, validation and test of data in one piece.
    ex::split_rows split_of(ex::dataset const& data, ex::seed from) const
    {
        return valid ? ex::split_by_chromosome(data.sequences(), list_of(*valid, "--valid"),
                                               list_of(*test, "--test"))
                     : ex::split_at_random(data, percentages(), from, stratify);
    }
    /// All files that are read, by their options.
    std::vector<given_path> files() const
    {
        return {{"--sequences", sequences},     {"--labels", labels},           {"--table", table},
                {"--train-table", train_table}, {"--valid-table", valid_table}, {"--test-table", test_table}};
    }
    /// The file that labels are from, for a word to the user.
    std::string label_file() const
    {
        for (auto const* file : {&labels, &table, &train_table})
            if (!file->empty()) return *file;
        return {};
    }
    /// As text, what a run must have in common with the one it goes on from.
    std::string split_text() const
    {
        if (valid) return *valid + " / " + *test;
        if (by_files()) return "by files";
        return split + (stratify ? " stratified" : "");
    }

protected:
    /// In how many ways data were given.
    int ways() const { return !(sequences.empty() && labels.empty()) + !table.empty() + by_files(); }
    static std::string found_ways(std::string const& last, int found)
    {
        return "expected data in one way: --sequences with --labels, --table, " + last +
               " with --valid-table and --test-table; found " + std::to_string(found);
    }
    ex::split_percentages percentages() const
    {
        std::vector<double> percent;
        for (auto const& part : list_of(split, "--split"))
            if (auto const x = ex::number_of(part)) percent.push_back(*x);
        if (percent.size() != 3)
            throw ex::error{"--split: expected three percentages such as 80,10,10, found " +
                            ex::in_quotes(split)};
        return {percent[0], percent[1], percent[2]};
    }

private:
    bool by_files() const { return !(train_table.empty() && valid_table.empty() && test_table.empty()); }
    ex::dataset_options how() const
    {
        ex::dataset_options o;
        if (targets != "all") o.targets = list_of(targets, "--targets");
        o.resolved = resolved == "all" ? ex::resolved_rows::all : ex::resolved_rows::any;
        o.n = n == "skip" ? ex::n_bases::skip : ex::n_bases::zero;
        return o;
    }
};

} // namespace shared
