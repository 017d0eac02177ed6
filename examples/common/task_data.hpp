// What task_training reads beside the data of every program, and what each task asks of labels.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/pbm_file.hpp>
#include <explainn/train/tasks.hpp>

#include "common/data.hpp"

namespace task_training {
namespace ex = explainn;

/// Microarrays beside what every program reads.
struct data_options : shared::data_options {
    std::string pbm_train, pbm_test;
    bool quantiles = false;

    /// Data and the rows of training, validation and test.
    ex::split_dataset read(ex::seed from) const
    {
        bool const arrays = !(pbm_train.empty() && pbm_test.empty());
        if (int const found = ways() + arrays; found != 1)
            throw ex::error{found_ways("--pbm-train, or --train-table", found)};
        if (valid && arrays)
            throw ex::error{"--valid: expected --sequences or --table with it, found neither"};
        if (arrays) return microarrays(from);
        if (quantiles) throw ex::error{"--quantile-transform: expected --pbm-train with it, found none"};
        return shared::data_options::read(from);
    }
    /// All files that are read, by their options.
    std::vector<shared::given_path> files() const
    {
        auto all = shared::data_options::files();
        all.push_back({"--pbm-train", pbm_train});
        all.push_back({"--pbm-test", pbm_test});
        return all;
    }
    /// The file that labels are from, for a word to the user.
    std::string label_file() const
    {
        return pbm_train.empty() ? shared::data_options::label_file() : pbm_train;
    }

private:
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
