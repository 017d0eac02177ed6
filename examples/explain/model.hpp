// What every subcommand of explain begins with: a model, the strands it reads, an output, threads.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/table_field.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/evaluate.hpp>

#include "common/all_rows.hpp"
#include "common/open_for_sequences.hpp"
#include "common/outputs.hpp"
#include "common/processor.hpp"
#include "common/program.hpp"
#include "common/row_files.hpp"

namespace explain_program {
namespace ex = explainn;
using shared::device;

/// The options that all subcommands share.
struct model_options {
    std::string model, out = "-";
    bool forward_only = false;
    shared::processor_options processor;

    /// Which strands the model reads.
    ex::strands_read strands() const { return forward_only ? ex::strands_read{false} : ex::strands_read{}; }
    /// Throws error where --out is one of the files that are read: --model and `others`.
    void require_own_output(std::vector<shared::given_path> others) const
    {
        others.push_back({"--model", model});
        shared::require_own_files({{"--out", out}}, others);
    }
};

/// Declares --model, --out, --forward-only and the options of the processor.
inline void add_model(CLI::App& c, model_options& o,
                      char const* out = "table to write (- is standard output; .gz compresses)")
{
    c.add_option("--model", o.model, "the model, as tf_binding, train_task or import_pytorch writes it")
        ->required();
    c.add_option("--out", o.out, out);
    c.add_flag("--forward-only", o.forward_only,
               "read the strand that is given alone (default: as the model was trained)");
    shared::add_processor(c, o.processor);
}

/// A model and what its file tells.
struct opened {
    ex::model_file file;
    ex::basic_model<device> model;

    std::vector<std::string> const& tasks() const { return file.facts.tasks; }
    std::size_t length() const { return static_cast<std::size_t>(model.length()); }
    /// The number of a task by its name. Throws error for one there is not.
    std::size_t task(std::string const& name) const
    {
        auto const at = std::ranges::find(tasks(), name);
        if (at == tasks().end()) {
            std::string all;
            for (auto const& each : tasks()) all += (all.empty() ? "" : ", ") + each;
            throw ex::error{"expected a task of the model (" + all + "), found " + ex::in_quotes(name)};
        }
        return static_cast<std::size_t>(at - tasks().begin());
    }
};

/// Declares --sequences.
inline void add_sequence_file(CLI::App& c, std::string& sequences)
{
    c.add_option("--sequences", sequences, "FASTA or FASTQ, may be compressed (- is standard input)")
        ->required();
}

/// The last columns of a header, one a task, and the end of its line.
inline void write_tasks(ex::output_file& out, std::vector<std::string> const& tasks)
{
    for (auto const& task : tasks) out << '\t' << ex::table_field(task);
    out << '\n';
}

/// Opens any model.
inline opened open_any(model_options const& o)
{
    auto file = ex::read_model_file(o.model);
    auto m = ex::open_model<device>(file, o.processor.device());
    return {std::move(file), std::move(m)};
}
/// Opens a model that reads sequences alone.
inline opened open(model_options const& o)
{
    auto file = ex::read_model_file(o.model);
    auto m = shared::open_for_sequences(o.model, file, o.processor.device());
    return {std::move(file), std::move(m)};
}

/// Reads sequences of the model's length and calls each(packed_sequences const&) for `at_once` at a time.
/// Throws interruption after Ctrl-C.
template <class Each>
void for_sequences(std::string const& path, std::size_t length, std::size_t at_once, Each each)
{
    ex::sized_reader file{path, length};
    for (bool more = true; more;) {
        ex::packed_sequences some;
        while (some.size() < at_once && (more = file.next(some))) {}
        if (some.empty()) return;
        if (interrupted()) throw interruption{"interrupted"};
        each(some);
    }
}

/// Reads the rows that the model reads, sequences or signals or both, and calls each(source, name_of) for
/// `at_once` at a time; name_of(i) is the name of row i of the source. Throws interruption after Ctrl-C.
template <class Each>
void for_rows(opened const& m, shared::row_files const& from, std::size_t at_once, Each each)
{
    shared::require_rows(from, m.model.rows());
    if (!m.model.rows().reads_signals()) {
        for_sequences(from.sequences, m.length(), at_once, [&](ex::packed_sequences const& some) {
            each(some, [&](std::size_t i) { return std::string{some.name(i)}; });
        });
        return;
    }
    shared::given_rows const all{from, m.model.rows()};
    auto const rows = all_rows(all.size());
    for (std::size_t first = 0; first < rows.size(); first += at_once) {
        if (interrupted()) throw interruption{"interrupted"};
        std::span<std::uint32_t const> const some{rows.data() + first,
                                                  std::min(at_once, rows.size() - first)};
        each(ex::part{all, some}, [&](std::size_t i) { return all.name(first + i); });
    }
}

/// Reads all rows at once and calls each(data, name_of).
template <class Each>
void with_rows(opened const& m, shared::row_files const& from, Each each)
{
    shared::require_rows(from, m.model.rows());
    auto const call = [&](auto const& all) {
        each(all, [&](std::size_t i) { return std::string{all.name(i)}; });
    };
    if (m.model.rows().reads_signals()) call(shared::given_rows{from, m.model.rows()});
    else call(ex::read_unlabelled(from.sequences, m.length()));
}

} // namespace explain_program
