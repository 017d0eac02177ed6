// Models as safetensors files: parameters under the reference's names in PyTorch's shapes, facts as metadata.
#pragma once
#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/version.hpp>
#include <explainn/io/safetensors.hpp>
#include <explainn/model/paper_card.hpp>

namespace explainn {

/// What a model file tells beside its tensors.
struct model_facts {
    std::vector<std::string> tasks{}; ///< names of the outputs, in order
    seed from{};                      ///< the seed it was trained from
    bool both_strands = false;        ///< its logits are to be averaged over both strands
    std::string task{};               ///< what its logits mean, as tasks_of() reads it: "counts", or by head
                                      ///< "multilabel:8,regression:2"; empty: multilabel
    friend bool operator==(model_facts const& a, model_facts const& b)
    {
        return a.tasks == b.tasks && a.from.value == b.from.value && a.both_strands == b.both_strands &&
               a.task == b.task;
    }
};

/// A model file in memory: what it tells, and its tensors.
struct model_file {
    std::filesystem::path path;
    model_facts facts;
    std::string architecture; ///< JSON; of a paper network, paper_card_of reads it
    tensor_table tensors;
};

namespace detail {
inline std::vector<std::int64_t> file_shape(parameter const& p)
{
    return {p.file_sizes.begin(), p.file_sizes.begin() + p.file_rank};
}
/// "linears.1.num_batches_tracked" beside "linears.1.running_mean"; empty for other tensors.
inline std::string counter_beside(std::string_view name)
{
    std::string_view const mean = "running_mean";
    if (!name.ends_with(mean)) return {};
    return std::string{name.substr(0, name.size() - mean.size())} + "num_batches_tracked";
}
} // namespace detail

/// The tensors of a model as a table. The counter num_batches_tracked, which PyTorch keeps beside running
/// statistics and does not use with a fixed momentum, is 0.
template <backend B>
tensor_table tensors_of(basic_model<B>& m)
{
    tensor_table table;
    for (auto const& p : m.parameters()) {
        auto const values = m.values(p.name());
        table.add(tensor_entry::of<typename B::scalar>(std::string{p.name()}, detail::file_shape(p), values));
        if (auto const counter = detail::counter_beside(p.name()); !counter.empty())
            table.add(tensor_entry::of<std::int64_t>(counter, {}, std::vector<std::int64_t>{0}));
    }
    return table;
}

/// Writes a model; the bytes depend on nothing but the model and the facts. Throws error, before anything is
/// written, where a number is not finite.
///
///     write_model("model.safetensors", m, {.tasks = {"MAX", "JUND"}, .from = seed{1}});
template <backend B>
void write_model(std::filesystem::path const& path, basic_model<B>& m, model_facts const& facts)
{
    tensor_table table = tensors_of(m);
    for (auto const& t : table) require_finite(path, t);
    auto const card = paper_card_of(m.rows());
    std::string tasks;
    for (auto const& task : facts.tasks) tasks += (tasks.empty() ? "" : "\t") + task;
    table.metadata = {{"alphabet", "ACGT"},
                      {"architecture", card ? to_json(*card) : std::string{R"({"network":"other"})"}},
                      {"both_strands", facts.both_strands ? "true" : "false"},
                      {"explainn_version", library_version},
                      {"seed", std::to_string(facts.from.value)},
                      {"tasks", tasks}};
    if (!facts.task.empty()) table.metadata["task"] = facts.task;
    write_safetensors(path, table);
}

/// Reads what write_model wrote. Throws input_error for a file that is no such model.
inline model_file read_model_file(std::filesystem::path const& path)
{
    model_file file{path, {}, {}, read_safetensors(path)};
    auto const fact = [&](char const* key) -> std::string const& {
        auto const at = file.tensors.metadata.find(key);
        if (at == file.tensors.metadata.end())
            throw input_error{path, 0, std::string{"a model's metadata with "} + in_quotes(key), "none"};
        return at->second;
    };
    if (fact("alphabet") != "ACGT")
        throw input_error{path, 0, "the alphabet ACGT", in_quotes(fact("alphabet"))};
    file.architecture = fact("architecture");
    std::string const& strands = fact("both_strands");
    if (strands != "true" && strands != "false")
        throw input_error{path, 0, "both_strands to be true or false", in_quotes(strands)};
    file.facts.both_strands = strands == "true";
    if (auto const task = file.tensors.metadata.find("task"); task != file.tensors.metadata.end())
        file.facts.task = task->second;
    std::string const& number = fact("seed");
    auto const end = std::from_chars(number.data(), number.data() + number.size(), file.facts.from.value);
    if (end.ec != std::errc{} || end.ptr != number.data() + number.size())
        throw input_error{path, 0, "a seed", in_quotes(number)};
    std::string const& tasks = fact("tasks");
    for (std::size_t at = 0; !tasks.empty() && at <= tasks.size();) {
        std::size_t const tab = std::min(tasks.find('\t', at), tasks.size());
        file.facts.tasks.push_back(tasks.substr(at, tab - at));
        at = tab + 1;
    }
    return file;
}

/// Gives a model the tensors of a table (a file's, or PyTorch's state dict). Throws input_error, naming the
/// tensor, where one is missing or too many, has another shape, or holds a number that is none; the model is
/// then as it was.
template <backend B>
void load_tensors(basic_model<B>& m, tensor_table const& table, std::filesystem::path const& path)
{
    using T = typename B::scalar;
    std::vector<std::string> expected;
    std::vector<std::vector<T>> values;
    for (auto const& p : m.parameters()) {
        std::string const name{p.name()};
        if (!table.contains(name))
            throw input_error{path, 0,
                              "a tensor " + in_quotes(name) + " " + detail::shape_text(detail::file_shape(p)),
                              "none"};
        tensor_entry const& t = table.at(name);
        if (t.shape != detail::file_shape(p))
            throw input_error{path, 0,
                              "tensor " + in_quotes(name) + " of shape " +
                                  detail::shape_text(detail::file_shape(p)),
                              "shape " + detail::shape_text(t.shape)};
        values.push_back(t.template values<T>());
        for (T const x : values.back())
            if (!std::isfinite(x))
                throw input_error{path, 0, "finite numbers in tensor " + in_quotes(name),
                                  number_text(static_cast<double>(x))};
        expected.push_back(name);
        if (auto const counter = detail::counter_beside(name); !counter.empty()) expected.push_back(counter);
    }
    for (auto const& t : table)
        if (std::find(expected.begin(), expected.end(), t.name) == expected.end())
            throw input_error{path, 0, "no tensors but the model's " + std::to_string(values.size()),
                              in_quotes(t.name) + " " + detail::shape_text(t.shape)};
    auto next = values.begin();
    for (auto const& p : m.parameters()) m.set_values(p.name(), *next++);
}

/// Reads a file into a model of a known type; what does not fit is said as load_tensors says it.
///
///     model<net, cpu<float>> m{seed{1}};
///     model_facts const facts = read_model("model.safetensors", m);
template <backend B>
model_facts read_model(std::filesystem::path const& path, basic_model<B>& m)
{
    auto const file = read_model_file(path);
    load_tensors(m, file.tensors, path);
    return file.facts;
}

/// The paper network that a file holds. Throws input_error where the file's architecture, tasks and tensors
/// do not agree.
///
///     auto m = paper_model_of<cpu<float>>(read_model_file("model.safetensors"));
template <backend B>
basic_model<B> paper_model_of(model_file const& file, B b = B{})
{
    paper_card card;
    try {
        card = paper_card_of(std::string_view{file.architecture});
        (void)rows_of(card);
    } catch (error const& e) {
        throw input_error{file.path, 0, std::string{"the architecture is refused: "} + e.what()};
    }
    if (file.facts.tasks.size() != static_cast<std::size_t>(card.outputs))
        throw input_error{file.path, 0, std::to_string(card.outputs) + " task names",
                          std::to_string(file.facts.tasks.size())};
    // what the header claims is held to the tensors before memory of its size is asked for
    for (auto const& p : parameter_list{rows_of(card)})
        if (!file.tensors.contains(p.name()) || file.tensors.at(p.name()).shape != detail::file_shape(p))
            throw input_error{file.path, 0,
                              "a tensor " + in_quotes(p.name()) + " of shape " +
                                  detail::shape_text(detail::file_shape(p)),
                              file.tensors.contains(p.name())
                                  ? "shape " + detail::shape_text(file.tensors.at(p.name()).shape)
                                  : "none"};
    auto m = make_paper_model<B>(card, file.facts.from, std::move(b));
    load_tensors(m, file.tensors, file.path);
    return m;
}

} // namespace explainn
