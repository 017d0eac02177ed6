// Checkpoints: the state of a training run as a safetensors file, with the settings that the run was started
// with.
#pragma once
#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <explainn/io/safetensors.hpp>
#include <explainn/train/training_state.hpp>

namespace explainn::EXPLAINN_ABI {

/// Settings that a training run must share with the run that it continues: texts by name ("--units": "100").
using run_facts = std::map<std::string, std::string>;

/// A checkpoint in memory.
template <class T>
struct checkpoint {
    training_state<T> state;
    run_facts facts;
};

/// Writes a checkpoint under another name and renames it, so that a complete one exists at any time the run
/// may be killed. Throws error, before anything is written, where a number of the parameters, of the
/// optimizer or of the moving average is not finite: an earlier checkpoint of that name stays.
///
///     t.checkpoint([&](auto const& state) { write_checkpoint("run.checkpoint", state, facts); });
template <class T>
void write_checkpoint(std::filesystem::path const& path, training_state<T> const& s, run_facts const& facts)
{
    tensor_table table;
    auto const add = [&]<class X>(char const* name, std::vector<X> const& values) {
        table.add(tensor_entry::of<X>(name, {static_cast<std::int64_t>(values.size())}, values));
    };
    add("counters", std::vector<std::int64_t>{s.epoch, static_cast<std::int64_t>(s.batch), s.step,
                                              s.best_epoch, s.finished ? 1 : 0, s.patient_from});
    add("order", std::vector<std::int64_t>{static_cast<std::int64_t>(s.order.rows),
                                           static_cast<std::int64_t>(s.order.batch),
                                           static_cast<std::int64_t>(s.order.from.value),
                                           s.order.both_strands ? 1 : 0, s.order.shift});
    add("numbers", std::vector<double>{s.so_far.sum, s.so_far.count, s.best_loss, s.rate_factor});
    std::vector<double> history;
    for (auto const& e : s.history) history.insert(history.end(), {e.train, e.valid});
    add("history", history);
    add("values", s.values);
    for (std::size_t i = 0; i < s.state.size(); ++i) add(("state" + std::to_string(i)).c_str(), s.state[i]);
    add("average", s.average);
    add("best", s.best);
    for (auto const* name : {"values", "state0", "state1", "average", "best"})
        require_finite(path, table.at(name));
    for (auto const& fact : facts) table.metadata["run " + fact.first] = fact.second;
    table.metadata["format"] = "explainn checkpoint 1";
    write_safetensors(path, table);
}

namespace detail {
inline tensor_table checkpoint_table(std::filesystem::path const& path)
{
    tensor_table table = read_safetensors(path);
    auto const format = table.metadata.find("format");
    if (format == table.metadata.end() || format->second != "explainn checkpoint 1")
        throw input_error{path, 0, "a checkpoint", "another safetensors file"};
    return table;
}
inline run_facts facts_of(tensor_table const& table)
{
    run_facts facts;
    for (auto const& entry : table.metadata)
        if (entry.first.starts_with("run ")) facts[entry.first.substr(4)] = entry.second;
    return facts;
}
} // namespace detail

/// The settings that the run of a checkpoint was started with. Throws input_error for a file that is not a
/// checkpoint.
inline run_facts read_run_facts(std::filesystem::path const& path)
{
    return detail::facts_of(detail::checkpoint_table(path));
}

/// Reads a file that write_checkpoint wrote, for a model of `scalars` numbers. Throws input_error for any
/// other file.
///
///     t.resume(read_checkpoint<float>("run.checkpoint", m.parameters().total()).state);
template <class T>
checkpoint<T> read_checkpoint(std::filesystem::path const& path, std::size_t scalars)
{
    tensor_table const table = detail::checkpoint_table(path);
    checkpoint<T> c{{}, detail::facts_of(table)};
    auto const sized = [&](char const* name, std::size_t a, std::size_t b) {
        std::size_t const found = table.at(name).count();
        if (found != a && found != b)
            throw input_error{path, 0, std::to_string(a) + " numbers in " + name, std::to_string(found)};
    };
    try {
        sized("counters", 6, 5); // earlier versions did not write patient_from
        sized("numbers", 4, 4);
        for (auto const* name : {"values", "average", "best"})
            sized(name, scalars, name == std::string_view{"values"} ? scalars : 0);
        auto const counters = table.values<std::int64_t>("counters");
        auto const numbers = table.values<double>("numbers");
        auto const history = table.values<double>("history");
        auto& s = c.state;
        s.epoch = static_cast<int>(counters[0]);
        s.batch = static_cast<std::size_t>(counters[1]);
        s.step = counters[2];
        s.best_epoch = static_cast<int>(counters[3]);
        s.finished = counters[4] != 0;
        s.patient_from = counters.size() > 5 ? static_cast<int>(counters[5]) : 0;
        if (table.contains("order")) { // earlier versions did not write it
            sized("order", 5, 5);
            auto const order = table.values<std::int64_t>("order");
            s.order = {static_cast<std::size_t>(order[0]), static_cast<std::size_t>(order[1]),
                       seed{static_cast<std::uint64_t>(order[2])}, order[3] != 0, static_cast<int>(order[4])};
        }
        s.so_far = {numbers[0], numbers[1]};
        s.best_loss = numbers[2];
        s.rate_factor = numbers[3];
        if (s.epoch < 1 || counters[1] < 0 || s.step < 0 ||
            history.size() != 2 * static_cast<std::size_t>(s.epoch - 1))
            throw input_error{path, 0, "counters of a run", "others"};
        for (std::size_t i = 0; i < history.size(); i += 2) s.history.push_back({history[i], history[i + 1]});
        s.values = table.values<T>("values");
        for (std::size_t i = 0; i < 2 || table.contains("state" + std::to_string(i)); ++i) {
            std::string const name = "state" + std::to_string(i);
            sized(name.c_str(), scalars, 0);
            s.state.resize(std::max(s.state.size(), i + 1));
            s.state[i] = table.values<T>(name);
        }
        s.average = table.values<T>("average");
        s.best = table.values<T>("best");
    } catch (input_error const&) {
        throw;
    } catch (error const& e) {
        throw input_error{path, 0, e.what()};
    }
    return c;
}

/// Throws input_error, naming the first difference, unless a training run with these settings may continue
/// from the checkpoint.
inline void require_same_run(std::filesystem::path const& path, run_facts const& before, run_facts const& now)
{
    auto const word = [](run_facts const& facts, std::string const& key) {
        auto const at = facts.find(key);
        return at == facts.end() ? std::string{"nothing"} : at->second;
    };
    run_facts all = before;
    all.insert(now.begin(), now.end());
    for (auto const& fact : all) {
        std::string const& key = fact.first;
        if (word(before, key) != word(now, key))
            throw input_error{path, 0, key + " as the run was begun with, " + word(before, key),
                              word(now, key)};
    }
}

} // namespace explainn::EXPLAINN_ABI
