// Units that are whole models: files of models, models that are trained first, and columns of scores.
#pragma once
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/io/file_names.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/signals.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/metrics.hpp>

#include "common/all_rows.hpp"
#include "common/open_for_sequences.hpp"
#include "common/task_run.hpp"

namespace plug_and_play {
namespace ex = explainn;
namespace fs = std::filesystem;
using shared::device;
using shared::network;

/// What stands in the place of units: a column of numbers each, for every sequence of the data.
struct model_units {
    std::vector<std::string> names;
    std::vector<std::vector<float>> columns; ///< by unit, a number for each sequence

    void add(std::string name, std::vector<float> column)
    {
        if (std::ranges::find(names, name) != names.end())
            throw ex::error{"expected units of different names, found " + ex::in_quotes(name) + " twice"};
        names.push_back(std::move(name));
        columns.push_back(std::move(column));
    }
    /// As signals (N, K), each of mean 0 and standard deviation 1 over `rows`, so that weights compare.
    ex::signal_matrix signals(std::span<std::uint32_t const> rows) const
    {
        std::size_t const count = columns.empty() ? 0 : columns.front().size();
        std::vector<float> all;
        all.reserve(count * columns.size());
        for (std::size_t i = 0; i < count; ++i)
            for (auto const& column : columns) all.push_back(column[i]);
        return ex::signal_matrix{{static_cast<ex::extent>(columns.size()), 1}, std::move(all)}.standardised(
            rows);
    }
};

/// The middle `length` bases of every sequence, as the paper gives 201 of AI-TAC's 251 to its units.
inline ex::unlabelled middle_of(ex::dataset const& data, std::size_t length, std::string const& model)
{
    if (data.length() < length)
        throw ex::input_error{
            model, 0, "a model of at most the " + std::to_string(data.length()) + " bases of the sequences",
            std::to_string(length)};
    std::size_t const first = (data.length() - length) / 2;
    ex::packed_sequences middle;
    std::vector<ex::letter> letters(data.length());
    for (std::size_t row = 0; row < data.size(); ++row) {
        data.letters_of(row, letters);
        middle.append(data.name(row), std::span{letters}.subspan(first, length));
    }
    return {std::move(middle), length};
}

/// Adds the tasks of a model as units: their logits, the mean over both strands.
inline void add_model(model_units& units, network& m, std::vector<std::string> const& names,
                      ex::dataset const& data, std::string const& file)
{
    auto const sequences = middle_of(data, static_cast<std::size_t>(m.length()), file);
    auto const rows = all_rows(sequences.size());
    std::vector<std::vector<float>> columns(names.size(), std::vector<float>(sequences.size()));
    ex::evaluator<device>{m, {.both_strands = true}}(
        ex::part{sequences, rows}, [&](std::size_t first, ex::view<float const, 2> y, ex::host_batch const&) {
            shared::stop_if_interrupted();
            for (ex::extent n = 0; n < y.size(0); ++n)
                for (std::size_t t = 0; t < names.size(); ++t)
                    columns[t][first + static_cast<std::size_t>(n)] = y(n, static_cast<ex::extent>(t));
        });
    for (std::size_t t = 0; t < names.size(); ++t) units.add(names[t], std::move(columns[t]));
}

/// Adds the tasks of a model's file. Several models may have a task of one name: its file's stem is put
/// before it.
inline void add_model_file(model_units& units, std::string const& path, ex::dataset const& data,
                           device const& on)
{
    auto const file = ex::read_model_file(path);
    auto m = shared::open_for_sequences(path, file, on);
    auto names = file.facts.tasks;
    for (auto& name : names)
        if (std::ranges::find(units.names, name) != units.names.end())
            name = fs::path{path}.stem().string() + ":" + name;
    add_model(units, m, names, data, path);
}

/// Adds scores of models of others: a table (a header, then a row for each sequence, in any order) or an
/// array (N, K) of NumPy in the order of the sequences.
inline void add_scores(model_units& units, std::string const& path, ex::dataset const& data)
{
    if (fs::path{path}.extension() == ".npy") {
        auto const array = ex::read_npy(path);
        if (array.shape.size() != 2 || array.shape[0] != static_cast<std::int64_t>(data.size()))
            throw ex::input_error{path, 0, "scores of shape (" + std::to_string(data.size()) + ", units)",
                                  ex::detail::shape_text(array.shape)};
        auto const values = array.values<float>();
        auto const count = static_cast<std::size_t>(array.shape[1]);
        for (std::size_t k = 0; k < count; ++k) {
            std::vector<float> column(data.size());
            for (std::size_t i = 0; i < column.size(); ++i) column[i] = values[i * count + k];
            units.add(fs::path{path}.stem().string() + ":" + std::to_string(k), std::move(column));
        }
        return;
    }
    auto const table = ex::read_labels(path);
    print_warnings(table.warnings);
    std::vector<std::vector<float>> columns(table.tasks.size(), std::vector<float>(data.size()));
    for (std::size_t i = 0; i < data.size(); ++i) {
        auto const row = table.find(data.name(i));
        if (row == ex::name_index::none)
            throw ex::input_error{path, 0, "scores of every sequence",
                                  "none of " + ex::in_quotes(data.name(i))};
        for (std::size_t k = 0; k < columns.size(); ++k) {
            columns[k][i] = table.at(row, k);
            if (!std::isfinite(columns[k][i]))
                throw ex::input_error{
                    path, 0, "a score of " + ex::in_quotes(data.name(i)) + " for " + table.tasks[k], "none"};
        }
    }
    for (std::size_t k = 0; k < columns.size(); ++k) units.add(table.tasks[k], std::move(columns[k]));
}

/// Models that are trained first, one for each column of a table of yes and no.
struct pretraining {
    std::string sequences, labels;
    ex::extent units = 24;
    int epochs = 8;

    bool given() const { return !labels.empty(); }
};

/// Trains a model for each column and adds it as a unit. Files are FOLDER/TASK.safetensors; those of a run
/// that was stopped are used again where it had the same settings.
inline void add_pretrained(model_units& units, pretraining const& p, ex::dataset const& data,
                           fs::path const& folder, task_training::run_options const& o)
{
    auto const read = [&](std::vector<std::string> targets) {
        return ex::read_dataset(p.sequences, p.labels, {.targets = std::move(targets)});
    };
    auto const all = read({});
    if (!all.binary())
        throw ex::input_error{p.labels, 0, "labels 1, 0 or empty (unresolved)", "other numbers"};
    shared::make_folder(folder);
    std::string const settings = std::to_string(all.fingerprint()) + ' ' + std::to_string(o.how.from.value) +
                                 ' ' + std::to_string(p.units) + ' ' + std::to_string(p.epochs) + '\n';
    fs::path const made_by = folder / "settings.txt";
    bool again = true;
    if (std::ifstream before{made_by}; before)
        again = std::string{std::istreambuf_iterator<char>{before}, {}} != settings;
    if (again) {
        for (auto const& task : all.tasks()) fs::remove(folder / (ex::file_name_of(task) + ".safetensors"));
        ex::output_file out{made_by};
        out << settings;
        out.commit();
    }
    std::size_t number = 0;
    for (auto const& task : all.tasks()) {
        fs::path const file = folder / (ex::file_name_of(task) + ".safetensors");
        std::cerr << "unit " << ++number << " of " << all.tasks().size() << ": " << task;
        if (!shared::is_there(file)) {
            auto const own = read({task});
            auto const rows = ex::split_at_random(own, {80, 10, 10}, o.how.from);
            auto m = ex::make_paper_model<device>(
                {.length = static_cast<ex::extent>(own.length()), .units = p.units}, o.how.from,
                o.processor.device());
            shared::run_options how;
            how.recipe = "recommended";
            how.how.from = o.how.from;
            how.take_recipe();
            how.how.epochs = p.epochs;
            auto trainer = shared::trainer_of(how, m, task_training::loss_of(ex::multilabel{}, "", ""));
            auto const ask = [](auto const&) { return interrupted() ? ex::go_on::no : ex::go_on::yes; };
            trainer.fit(ex::part{own, rows.train}, ex::part{own, rows.valid}, ex::listeners{ask});
            shared::stop_if_interrupted();
            auto const seen = ex::measure(m, ex::part{own, rows.test}, own.tasks());
            std::cerr << ", AUROC " << ex::number_text(seen.front().auroc, 3) << " on its test part";
            ex::write_model(file, m, {.tasks = {task}, .from = o.how.from});
        }
        std::cerr << '\n';
        add_model_file(units, file.string(), data, o.processor.device());
    }
}

} // namespace plug_and_play
