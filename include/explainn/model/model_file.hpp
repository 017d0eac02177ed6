// Models as safetensors files: parameters under the reference's names in PyTorch's shapes; the network, the
// facts and a self-test as metadata (docs/model_files.md).
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/core/version.hpp>
#include <explainn/io/safetensors.hpp>
#include <explainn/model/network_file.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/model/self_test.hpp>

namespace explainn::EXPLAINN_ABI {

/// What a model file says besides its network and tensors.
struct model_facts {
    std::vector<std::string> tasks{}; ///< names of the outputs, in order
    seed from{};                      ///< the seed it was trained from
    bool both_strands = false;        ///< its logits are to be averaged over both strands; a file that is
                                      ///< written says so where this or the model does
    std::string task{};               ///< what its logits mean, as tasks_of() reads it: "counts", or by head
                                      ///< "multilabel:8,regression:2"; empty: multilabel
    std::string counted_motifs{}; ///< of a model whose signals are numbers of hits of motifs (hit_counts with
                                  ///< the default options): these motifs as MEME's text; else empty
    std::size_t counted_length{}; ///< and the bases of the sequences in which they are counted
    friend bool operator==(model_facts const& a, model_facts const& b)
    {
        return a.tasks == b.tasks && a.from.value == b.from.value && a.both_strands == b.both_strands &&
               a.task == b.task && a.counted_motifs == b.counted_motifs &&
               a.counted_length == b.counted_length;
    }
};

/// A model file in memory: its facts, its network and its tensors.
struct model_file {
    std::filesystem::path path{}; ///< the name that errors show
    model_facts facts{};
    std::string architecture{};                   ///< the network as JSON, as the file holds it
    std::optional<network_description> network{}; ///< none in files of version 0.1 that hold other networks
                                                  ///< than the paper's
    std::optional<self_test> test{};              ///< none in files of version 0.1 and in those that say so
    tensor_table tensors{};
};

namespace detail {
inline std::vector<std::int64_t> file_shape(parameter const& p)
{
    return {p.file_sizes.begin(), p.file_sizes.begin() + p.file_rank};
}
/// For "linears.1.running_mean" the name of the counter beside it, "linears.1.num_batches_tracked"; empty for
/// other tensors.
inline std::string counter_beside(std::string_view name)
{
    std::string_view const mean = "running_mean";
    if (!name.ends_with(mean)) return {};
    return std::string{name.substr(0, name.size() - mean.size())} + "num_batches_tracked";
}
/// The error that expects "a tensor 'x' of shape (3, 4)" and says what the table has under that name.
inline input_error tensor_refusal(std::filesystem::path const& path, parameter const& p,
                                  tensor_table const& table)
{
    bool const there = table.contains(p.name());
    return {path, 0, "a tensor " + in_quotes(p.name()) + " of shape " + shape_text(file_shape(p)),
            there ? "shape " + shape_text(table.at(p.name()).shape) : std::string{"none"}};
}
} // namespace detail

/// The tensors of a model as a table. The counter num_batches_tracked, which PyTorch keeps beside running
/// statistics but does not use when the momentum is fixed, is 0.
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

namespace detail {
/// The names of a model's outputs as its file holds them: those given or, where none are, output0, output1,
/// and so on. Throws error where there are too few or too many names, and where one is empty, holds a tab or
/// a line end, or occurs twice.
inline std::vector<std::string> output_names(std::vector<std::string> given, std::size_t outputs)
{
    if (given.empty())
        for (std::size_t i = 0; i < outputs; ++i) given.push_back("output" + std::to_string(i));
    if (given.size() != outputs)
        throw error{"expected " + std::to_string(outputs) + " names of outputs for the model's file, found " +
                    std::to_string(given.size())};
    std::set<std::string_view> seen;
    for (std::string const& name : given) {
        if (name.empty() || name.find_first_of("\t\r\n") != std::string::npos)
            throw error{"expected names of outputs without tabs and ends of lines, found " +
                        (name.empty() ? "an empty one" : in_quotes(std::string_view{name}))};
        if (!seen.insert(name).second)
            throw error{"expected every name of an output once, found " + in_quotes(std::string_view{name}) +
                        " twice"};
    }
    return given;
}
/// CRC-32 of what a file says of its model besides tensors and self-test: for each of these keys that exists,
/// in this order, the key, a zero byte, the value, a zero byte.
inline std::uint32_t facts_checksum(std::map<std::string, std::string> const& metadata)
{
    std::string all;
    for (auto const* key : {"alphabet", "architecture", "both_strands", "counted_length", "counted_motifs",
                            "seed", "task", "tasks"})
        if (auto const at = metadata.find(key); at != metadata.end())
            (((all += key) += '\0') += at->second) += '\0';
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<Bytef const*>(all.data()), all.size()));
}
/// The table of a model with all its metadata. `kept` is the network that the file describes; it may differ
/// from the model's in numbers that matter only in training.
template <backend B>
tensor_table table_of(basic_model<B>& m, model_facts const& facts, network_description const& kept,
                      std::filesystem::path const& name = "bytes in memory")
{
    if (std::string const differs = difference(kept, description_of(m.rows())); !differs.empty())
        throw error{"a model is written as the network it is: " + differs};
    tensor_table table = tensors_of(m);
    for (auto const& t : table) require_finite(name, t);
    std::string tasks;
    for (auto const& task : output_names(facts.tasks, static_cast<std::size_t>(m.outputs())))
        tasks += (tasks.empty() ? "" : "\t") + task;
    table.metadata = {{"alphabet", "ACGT"},
                      {"architecture", to_json(kept)},
                      {"both_strands", facts.both_strands || m.both_strands() ? "true" : "false"},
                      {"explainn_version", library_version},
                      {"seed", std::to_string(facts.from.value)},
                      {"tasks", tasks}};
    if (!facts.task.empty()) table.metadata["task"] = facts.task;
    if (!facts.counted_motifs.empty()) {
        table.metadata["counted_motifs"] = facts.counted_motifs;
        table.metadata["counted_length"] = std::to_string(facts.counted_length);
    }
    auto const test = self_test_of(m, table, facts.from);
    table.metadata["self_test"] = test ? to_json(*test) : "none";
    table.metadata["facts_crc32"] = eight_digits(facts_checksum(table.metadata));
    return table;
}
} // namespace detail

/// Writes a model: its tensors, its network layer by layer, its strands, the facts, and a self-test that is
/// repeated when the file is opened. The bytes depend only on the model and the facts. Outputs without names
/// are called output0, output1, and so on. Throws error, before anything is written, where a number is not
/// finite, and where there are too few or too many names of outputs, or one is empty, holds a tab or a line
/// end, or occurs twice.
///
///     write_model("model.safetensors", m, {.tasks = {"MAX", "JUND"}, .from = seed{1}});
template <backend B>
void write_model(std::filesystem::path const& path, basic_model<B>& m, model_facts const& facts)
{
    write_safetensors(path, detail::table_of(m, facts, description_of(m.rows()), path));
}
/// The same with a network that differs from the model's in numbers that matter only in training, such as the
/// dropout of a model whose units were frozen. Throws error for any other difference.
template <backend B>
void write_model(std::filesystem::path const& path, basic_model<B>& m, model_facts const& facts,
                 network_description const& kept)
{
    write_safetensors(path, detail::table_of(m, facts, kept, path));
}
/// The bytes that write_model would write.
///
///     std::vector<std::byte> const bytes = model_bytes(m, {.tasks = {"MAX", "JUND"}});
///     auto same = open_model<cpu<float>>(read_model_file(bytes));
template <backend B>
std::vector<std::byte> model_bytes(basic_model<B>& m, model_facts const& facts)
{
    return safetensors_bytes(detail::table_of(m, facts, description_of(m.rows())));
}

namespace detail {

/// The network of a file's architecture; nothing for {"network":"other"} of version 0.1.
inline std::optional<network_description> network_in_file(std::string_view architecture)
{
    // version 0.1 wrote these two forms and no others
    if (architecture == R"({"network":"other"})") return std::nullopt;
    if (architecture.starts_with(R"({"network":"paper")")) {
        auto const card = paper_card_of(architecture);
        (void)rows_of(card); // checks the numbers of the card
        return description_of(card);
    }
    return network_of(architecture);
}

inline model_file model_file_of(tensor_table tensors, std::filesystem::path const& path)
{
    model_file file{.path = path, .tensors = std::move(tensors)};
    auto const& metadata = file.tensors.metadata;
    auto const fact = [&](char const* key) -> std::string const& {
        auto const at = metadata.find(key);
        if (at == metadata.end())
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
    if (auto const task = metadata.find("task"); task != metadata.end()) file.facts.task = task->second;
    auto const number = [&](char const* key, char const* what, auto& to) {
        std::string const& text = fact(key);
        auto const end = std::from_chars(text.data(), text.data() + text.size(), to);
        if (end.ec != std::errc{} || end.ptr != text.data() + text.size())
            throw input_error{path, 0, what, in_quotes(std::string_view{text})};
    };
    number("seed", "a seed", file.facts.from.value);
    if (auto const motifs = metadata.find("counted_motifs"); motifs != metadata.end()) {
        file.facts.counted_motifs = motifs->second;
        number("counted_length", "a number of bases", file.facts.counted_length);
    }
    std::string const& tasks = fact("tasks");
    for (std::size_t at = 0; !tasks.empty() && at <= tasks.size();) {
        std::size_t const tab = std::min(tasks.find('\t', at), tasks.size());
        file.facts.tasks.push_back(tasks.substr(at, tab - at));
        at = tab + 1;
    }
    try {
        file.network = network_in_file(file.architecture);
    } catch (error const& e) {
        throw input_error{path, 0, std::string{"the architecture is refused: "} + e.what()};
    }
    try {
        if (auto const test = metadata.find("self_test"); test != metadata.end() && test->second != "none")
            file.test = self_test_of(test->second);
        else if (auto const version = metadata.find("explainn_version");
                 test == metadata.end() &&
                 !(version != metadata.end() && version->second.starts_with("0.1.")))
            throw error{"expected one, or none as its text where tensors were changed on purpose, found no "
                        "self_test in the metadata"};
    } catch (error const& e) {
        throw input_error{path, 0, std::string{"the self-test is refused: "} + e.what()};
    }
    if (auto const sum = metadata.find("facts_crc32"); sum != metadata.end())
        if (auto const found = eight_digits(facts_checksum(metadata)); found != sum->second)
            throw input_error{path, 0,
                              "the facts of the model that were written (CRC-32 " +
                                  in_quotes(std::string_view{sum->second}) + ")",
                              "others (" + found + "): the metadata were changed or damaged"};
    return file;
}

} // namespace detail

/// Reads a file that write_model of this version or of 0.1 wrote. Throws input_error for any other file.
inline model_file read_model_file(std::filesystem::path const& path)
{
    return detail::model_file_of(read_safetensors(path), path);
}
/// The same for the bytes of such a file, which are not needed after the call; errors call them `name`.
inline model_file read_model_file(std::span<std::byte const> bytes,
                                  std::filesystem::path const& name = "model in memory")
{
    return detail::model_file_of(read_safetensors(bytes, name), name);
}

namespace detail {

/// The values of all parameters of a model, in the model's order, from a table that must hold nothing else.
template <class T>
std::vector<std::vector<T>> values_of(parameter_list const& parameters, tensor_table const& table,
                                      std::filesystem::path const& path)
{
    std::set<std::string, std::less<>> expected;
    std::vector<std::vector<T>> values;
    for (auto const& p : parameters) {
        if (!table.contains(p.name()) || table.at(p.name()).shape != file_shape(p))
            throw tensor_refusal(path, p, table);
        if (!is_floating(table.at(p.name()).type))
            throw input_error{path, 0, "floating-point numbers in tensor " + in_quotes(p.name()), "integers"};
        values.push_back(table.at(p.name()).template values<T>());
        for (T const x : values.back())
            if (!std::isfinite(x))
                throw input_error{path, 0, "finite numbers in tensor " + in_quotes(p.name()),
                                  number_text(static_cast<double>(x))};
        expected.emplace(p.name());
        if (auto const counter = counter_beside(p.name()); !counter.empty()) expected.insert(counter);
    }
    for (auto const& t : table)
        if (!expected.contains(t.name))
            throw input_error{path, 0, "no tensors but the model's " + std::to_string(values.size()),
                              in_quotes(t.name) + " " + shape_text(t.shape)};
    return values;
}
template <backend B>
void set_all(basic_model<B>& m, std::vector<std::vector<typename B::scalar>> const& values)
{
    std::size_t i = 0;
    for (auto const& p : m.parameters()) m.set_values(p.name(), values[i++]);
}

} // namespace detail

/// Sets a model's tensors from a table (a file's, or PyTorch's state dict). Throws input_error, naming the
/// tensor, where one is missing or too many, has another shape, or holds a number that is not finite; the
/// model is then unchanged.
template <backend B>
void load_tensors(basic_model<B>& m, tensor_table const& table, std::filesystem::path const& path)
{
    detail::set_all(m, detail::values_of<typename B::scalar>(m.parameters(), table, path));
}

/// Sets the tensors and strands of a model of a known type from a file. Throws input_error, and leaves the
/// model unchanged, where load_tensors would, where the file's network would give other logits, and where the
/// self-test fails.
template <backend B>
void load_model(basic_model<B>& m, model_file const& file)
{
    auto const values = detail::values_of<typename B::scalar>(m.parameters(), file.tensors, file.path);
    if (file.network)
        if (auto const differs = detail::difference(description_of(m.rows()), *file.network);
            !differs.empty())
            throw input_error{file.path, 0, "the network is another one than the model's: " + differs};
    if (file.test) {
        require_test_of(m.rows(), *file.test, file.path);
        require_same_tensors(*file.test, file.tensors, file.path);
    }
    auto const before = m.snapshot();
    detail::set_all(m, values);
    try {
        if (file.test) require_same_logits(m, *file.test, file.path);
    } catch (...) {
        m.restore(before);
        throw;
    }
    m.set_both_strands(file.facts.both_strands);
}

/// Reads a file into a model of a known type, as load_model does, and returns its facts.
///
///     model<net, cpu<float>> m{seed{1}};
///     model_facts const facts = read_model("model.safetensors", m);
template <backend B>
model_facts read_model(std::filesystem::path const& path, basic_model<B>& m)
{
    auto file = read_model_file(path);
    load_model(m, file);
    return std::move(file.facts);
}

namespace detail {

[[noreturn]] inline void refuse_architecture(model_file const& file, std::string const& why)
{
    throw input_error{file.path, 0, "the architecture is refused: " + why};
}

// how many numbers the stages of a network write for one sequence
inline std::int64_t numbers_of_one_sequence(network_rows const& rows)
{
    std::int64_t all = 0;
    auto const add = [&all](bank_row const& bank, shape each) {
        all += std::int64_t{bank.units} * each.channels * each.positions;
    };
    for (auto const& bank : rows.banks) {
        if (bank.from == reads::pair_cells) add(bank, rows.layer(bank.first).in); // copies of cells
        for (auto const& s : lower(rows, bank)) add(bank, rows.layer(s.last - 1).out);
    }
    return all;
}

// 1 GiB of floats; a small file may claim much more
inline constexpr std::int64_t most_activations = std::int64_t{1} << 28;

/// The rows of a file's network, checked against its tensors and task names before memory of its size is
/// allocated.
inline network_rows checked_rows(model_file const& file)
{
    if (!file.network)
        refuse_architecture(file, "version 0.1 kept the layers of the paper's networks alone; this one opens "
                                  "into its own type, open_model<network, backend>");
    network_rows rows;
    try {
        rows = rows_of(*file.network);
    } catch (error const& e) {
        refuse_architecture(file, e.what());
    }
    if (auto const most = numbers_of_one_sequence(rows); most > most_activations)
        refuse_architecture(file, "expected a network of at most 2^28 numbers a sequence (1 GiB), found " +
                                      std::to_string(most));
    if (file.facts.tasks.size() != static_cast<std::size_t>(rows.outputs))
        throw input_error{file.path, 0, std::to_string(rows.outputs) + " task names",
                          std::to_string(file.facts.tasks.size())};
    for (auto const& p : parameter_list{rows})
        if (!file.tensors.contains(p.name()) || file.tensors.at(p.name()).shape != file_shape(p))
            throw tensor_refusal(file.path, p, file.tensors);
    return rows;
}

} // namespace detail

/// The model of a file, for any network of the library's layers, with its strands set and its self-test
/// passed. Throws input_error where the file's network, task names and tensors do not agree, where a layer is
/// a user's own, and where the self-test fails.
///
///     auto m = open_model<cpu<float>>(read_model_file("model.safetensors"));
///     std::vector<letter> const codes(2 * static_cast<std::size_t>(m.length()));
///     std::vector<float> const logits = m.predict({codes.data(), 2, m.length()});
template <backend B>
basic_model<B> open_model(model_file const& file, B b = B{})
{
    auto m = make_model<B>(detail::checked_rows(file), file.facts.from, std::move(b));
    load_model(m, file);
    return m;
}
/// The same from the path of a file, for programs that do not need the facts.
template <backend B>
basic_model<B> open_model(std::filesystem::path const& path, B b = B{})
{
    return open_model<B>(read_model_file(path), std::move(b));
}

/// The paper network that a file holds: like open_model, but all other networks are refused. It is kept for
/// programs that use its paper_card afterwards.
///
///     auto m = paper_model_of<cpu<float>>(read_model_file("model.safetensors"));
template <backend B>
basic_model<B> paper_model_of(model_file const& file, B b = B{})
{
    auto m = open_model<B>(file, std::move(b));
    if (!paper_card_of(m.rows()))
        detail::refuse_architecture(file, "expected a paper network, found another");
    return m;
}

} // namespace explainn::EXPLAINN_ABI
