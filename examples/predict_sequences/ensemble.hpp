// Several models of the same tasks on the same sequences: the mean of their predictions and how far they
// differ.
#pragma once
#include <cmath>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/score_stream.hpp>
#include <explainn/train/task_by_name.hpp>

#include "common/device.hpp"

namespace predict_sequences {
namespace ex = explainn;
using shared::device;

/// What turns a row of logits into what is written: nothing, or the link of the model's task.
using task_link = std::function<void(std::span<double>)>;

inline std::string task_of(ex::model_file const& file)
{
    return file.facts.task.empty() ? "multilabel" : file.facts.task;
}
inline task_link link_of(ex::model_file const& file, bool probabilities)
{
    if (!probabilities) return [](std::span<double>) {};
    return [all = ex::tasks_of(task_of(file), static_cast<ex::extent>(file.facts.tasks.size()))](
               std::span<double> row) { all.link(row); };
}

/// The mean and the standard deviation (over n - 1) of some numbers, of which there are at least two.
inline std::pair<double, double> mean_and_deviation(std::span<double const> all)
{
    double const n = static_cast<double>(all.size());
    double mean = 0, squares = 0;
    for (double const x : all) mean += x / n;
    for (double const x : all) squares += (x - mean) * (x - mean);
    return {mean, std::sqrt(squares / (n - 1))};
}

/// The models after the first, which must have its tasks and read what it reads.
class other_models {
public:
    /// Throws error for a model that does not fit the first, whose file was read from `first_path`.
    other_models(std::span<std::string const> paths, std::string const& first_path,
                 ex::model_file const& first_file, ex::basic_model<device> const& first, device const& on)
    {
        auto const names = [](std::vector<std::string> const& tasks) {
            std::string all;
            for (auto const& each : tasks) all += (all.empty() ? "" : ", ") + each;
            return all;
        };
        for (auto const& path : paths) {
            auto const file = ex::read_model_file(path);
            auto const refuse = [&](std::string const& expected, std::string const& found) {
                throw ex::error{path + ": expected " + expected + " as of " + first_path + ", found " +
                                found};
            };
            if (file.facts.tasks != first_file.facts.tasks)
                refuse("the tasks " + ex::in_quotes(names(first_file.facts.tasks)),
                       ex::in_quotes(names(file.facts.tasks)));
            if (task_of(file) != task_of(first_file)) refuse(task_of(first_file), task_of(file));
            auto m = ex::open_model<device>(file, on);
            if (m.length() != first.length())
                refuse("sequences of " + std::to_string(first.length()) + " bases",
                       std::to_string(m.length()));
            if (m.rows().reads_dna() != first.rows().reads_dna() || m.rows().signals != first.rows().signals)
                refuse("the same inputs (sequences, signals)", "others");
            models_.push_back(std::move(m));
            runs_.emplace_back(models_.back(), ex::reading{.both_strands = false});
        }
    }
    std::size_t size() const { return models_.size(); }

    /// The logits of a batch, averaged over both strands: those that the first model gave, then each other
    /// model's.
    std::vector<std::vector<double>> logits_of(ex::scored_batch<float>& some, std::size_t length)
    {
        std::vector<std::vector<double>> all(1);
        for (std::size_t i = 0; i < some.forward.size(); ++i)
            all[0].push_back((static_cast<double>(some.forward[i]) + static_cast<double>(some.reverse[i])) /
                             2);
        for (std::size_t k = 0; k < models_.size(); ++k) {
            std::vector<double> sum;
            ex::each_strand(some.letters, length, true, [&](ex::host_batch& batch, bool) {
                auto const y = runs_[k].logits(batch);
                sum.resize(y.count());
                for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(y.data[i]) / 2;
            });
            all.push_back(std::move(sum));
        }
        return all;
    }

private:
    std::vector<ex::basic_model<device>> models_;
    std::vector<ex::evaluator<device>> runs_;
};

/// Writes SeqId, Class, Mean, Deviation: over the models, of logits or of what the link makes of each
/// model's.
class spread_writer {
public:
    spread_writer(std::filesystem::path const& out, std::vector<std::string> tasks, task_link each)
        : tasks_{std::move(tasks)}, link_{std::move(each)}, out_{out}
    {
        out_ << "SeqId\tClass\tMean\tDeviation\n";
    }
    /// The logits are (n, tasks) of each model.
    void write(ex::packed_sequences const& sequences, std::vector<std::vector<double>> logits)
    {
        std::vector<double> values(logits.size());
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            for (auto& model : logits) link_(std::span{model}.subspan(i * tasks_.size(), tasks_.size()));
            for (std::size_t o = 0; o < tasks_.size(); ++o) {
                for (std::size_t k = 0; k < values.size(); ++k) values[k] = logits[k][i * tasks_.size() + o];
                auto const [mean, deviation] = mean_and_deviation(values);
                out_ << ex::table_field(sequences.name(i)) << '\t' << ex::table_field(tasks_[o]) << '\t'
                     << ex::float_text(static_cast<float>(mean)) << '\t'
                     << ex::float_text(static_cast<float>(deviation)) << '\n';
            }
        }
    }
    void commit() { out_.commit(); }

private:
    std::vector<std::string> tasks_;
    task_link link_;
    ex::output_file out_;
};

} // namespace predict_sequences
