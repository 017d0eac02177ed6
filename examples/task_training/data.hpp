// Where sequences and labels of any task come from: FASTA and labels, one table, three tables, microarrays.
#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/join_datasets.hpp>
#include <explainn/io/pbm_file.hpp>
#include <explainn/io/read_dataset.hpp>
#include <explainn/io/read_table.hpp>
#include <explainn/io/split.hpp>
#include <explainn/train/tasks.hpp>

#include "tf_binding/options.hpp"

namespace task_training {
namespace ex = explainn;
using tf_binding::list_of;

struct data_options {
    std::string sequences, labels, table, train_table, valid_table, test_table, pbm_train, pbm_test;
    std::string targets = "all", resolved = "any", n = "zero", split = "80,10,10";
    std::optional<std::string> valid, test; // chromosomes instead of percentages
    bool stratify = false, quantiles = false;

    /// Data and the rows of training, validation and test.
    ex::split_dataset read(ex::seed from) const
    {
        int const ways = !(sequences.empty() && labels.empty()) + !table.empty() +
                         !(train_table.empty() && valid_table.empty() && test_table.empty()) +
                         !(pbm_train.empty() && pbm_test.empty());
        if (ways != 1)
            throw ex::error{
                "expected data in one way: --sequences with --labels, --table, --train-table with "
                "--valid-table and --test-table, or --pbm-train; found " +
                std::to_string(ways)};
        if (valid && table.empty() && sequences.empty())
            throw ex::error{"--valid: expected --sequences or --table with it, found neither"};
        if (!pbm_train.empty() || !pbm_test.empty()) return microarrays(from);
        if (quantiles) throw ex::error{"--quantile-transform: expected --pbm-train with it, found none"};
        if (table.empty() && sequences.empty() && labels.empty()) {
            if (train_table.empty() || valid_table.empty() || test_table.empty())
                throw ex::error{"expected all of --train-table, --valid-table and --test-table"};
            return ex::join_datasets(ex::read_table(train_table, how()), ex::read_table(valid_table, how()),
                                     ex::read_table(test_table, how()));
        }
        if (table.empty() && (sequences.empty() || labels.empty()))
            throw ex::error{"expected --sequences with --labels"};
        auto data = table.empty() ? ex::read_dataset(sequences, labels, how()) : ex::read_table(table, how());
        auto rows = valid ? ex::split_by_chromosome(data.sequences(), list_of(*valid, "--valid"),
                                                    list_of(*test, "--test"))
                          : ex::split_at_random(data, percentages(), from, stratify);
        return {std::move(data), std::move(rows)};
    }
    /// The file that labels are from, for a word to the user.
    std::string label_file() const
    {
        for (auto const* file : {&labels, &table, &train_table, &pbm_train})
            if (!file->empty()) return *file;
        return {};
    }
    /// As text, what a run must have in common with the one it goes on from.
    std::string split_text() const
    {
        if (valid) return *valid + " / " + *test;
        if (!train_table.empty()) return "by files";
        return split + (stratify ? " stratified" : "");
    }

private:
    ex::dataset_options how() const
    {
        ex::dataset_options o;
        if (targets != "all") o.targets = list_of(targets, "--targets");
        o.resolved = resolved == "all" ? ex::resolved_rows::all : ex::resolved_rows::any;
        o.n = n == "skip" ? ex::n_bases::skip : ex::n_bases::zero;
        return o;
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
    static ex::dataset subset(ex::dataset const& data, std::vector<std::uint32_t> const& rows)
    {
        ex::packed_sequences sequences;
        ex::label_matrix labels{data.outputs()};
        std::vector<ex::letter> letters(data.length());
        std::vector<float> row(data.outputs());
        for (auto const i : rows) {
            data.letters_of(i, letters);
            sequences.append(data.name(i), letters);
            data.labels_of(i, row);
            labels.append(row);
        }
        return {std::move(sequences), data.tasks(), std::move(labels)};
    }
    // With a second array the first is for training and validation (the test's share trains too).
    ex::split_dataset microarrays(ex::seed from) const
    {
        if (pbm_train.empty()) throw ex::error{"expected --pbm-train with --pbm-test"};
        auto data = ex::read_pbm(pbm_train, {.prefix = pbm_test.empty() ? "probe" : "train_probe",
                                             .quantile_transform = quantiles});
        auto share = percentages();
        if (pbm_test.empty()) {
            auto rows = ex::split_at_random(data, share, from, stratify);
            return {std::move(data), std::move(rows)};
        }
        auto rows = ex::split_at_random(data, share, from, stratify);
        rows.train.insert(rows.train.end(), rows.test.begin(), rows.test.end());
        std::sort(rows.train.begin(), rows.train.end());
        return ex::join_datasets(
            subset(data, rows.train), subset(data, rows.valid),
            ex::read_pbm(pbm_test, {.prefix = "test_probe", .quantile_transform = quantiles}));
    }
};

/// Throws input_error unless the labels are such as the task has.
template <ex::task_kind Task>
void require_labels(Task const&, ex::dataset const& data, std::string const& file)
{
    auto const refuse = [&](std::size_t row, std::string const& expected, std::string const& found) {
        throw ex::input_error{file, 0, expected, found + " for " + ex::in_quotes(data.name(row))};
    };
    constexpr bool classes = std::same_as<Task, ex::multiclass>;
    if ((classes || std::same_as<Task, ex::profile>)&&data.outputs() < 2)
        throw ex::input_error{file, 0, std::string{"at least two outputs for "} + Task::name, "1"};
    for (std::size_t row = 0; row < data.size(); ++row) {
        float sum = 0;
        for (std::size_t o = 0; o < data.outputs(); ++o) {
            float const y = data.label(row, o);
            sum += y;
            if (std::isnan(y)) continue;
            if ((classes || std::same_as<Task, ex::multilabel>)&&y != 0 && y != 1)
                refuse(row, "labels 1, 0 or empty (unresolved)", ex::number_text(static_cast<double>(y)));
            if (std::same_as<Task, ex::counts> && y < 0)
                refuse(row, "counts of 0 and more", ex::number_text(static_cast<double>(y)));
        }
        if (classes && !std::isnan(sum) && sum != 1)
            refuse(row, "one 1 among the classes of every row", ex::number_text(static_cast<double>(sum)));
    }
}

} // namespace task_training
