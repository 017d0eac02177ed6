// What every subcommand of explain begins with: a model, the strands it reads, an output, threads.
#pragma once
#include <string>
#include <vector>

#include <explainn/core/table_field.hpp>
#include <explainn/cpu.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/train/evaluate.hpp>

#include "common/outputs.hpp"
#include "common/processor.hpp"
#include "common/program.hpp"

namespace explain_program {
namespace ex = explainn;
using device = ex::cpu<float>;

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
};

inline opened open(model_options const& o)
{
    auto file = ex::read_model_file(o.model);
    auto m = ex::open_model<device>(file, o.processor.device());
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

} // namespace explain_program
