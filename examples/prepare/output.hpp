// What every subcommand of prepare writes, and the options that it shares with the others.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/prepare/prepared_folder.hpp>

#include "common/outputs.hpp"
#include "common/program.hpp"
#include "common/steps.hpp"

namespace prepare_program {
namespace ex = explainn;
using shared::counted;
using shared::peak_since;
using shared::steps;

/// The folder, its files and the seed.
struct output_options {
    std::string out;
    bool overwrite = false, npy = false, table = false;
    std::uint64_t seed = 1;

    ex::prepared_options files() const { return {.overwrite = overwrite, .npy = npy, .table = table}; }
};

inline void add_output(CLI::App& c, output_options& o)
{
    c.add_option("--out", o.out, "folder for sequences.fa.gz, labels.tsv.gz and prepared.json")->required();
    c.add_flag("--overwrite", o.overwrite, "replace what is in the folder (default: no)");
    c.add_flag("--npy", o.npy, "also labels.npy: float32, sequences by tasks (default: no)");
    c.add_flag("--table", o.table,
               "also table.tsv.gz: name, sequence, labels, without header, which --table of the training "
               "programs and the reference read (default: no)");
    c.add_option("--seed", o.seed, "what every random choice follows from");
}

/// NAME=FILE, or FILE with an empty name.
struct named_file {
    std::string name, file;
};

/// Takes "NAME=FILE" apart at the first '='; throws error for an empty name or file.
inline named_file named_file_of(std::string const& given, std::string const& option)
{
    auto const at = given.find('=');
    named_file out =
        at == given.npos ? named_file{{}, given} : named_file{given.substr(0, at), given.substr(at + 1)};
    if (out.file.empty() || (at != given.npos && out.name.empty()))
        throw ex::error{option + ": expected FILE or NAME=FILE, found " + ex::in_quotes(given)};
    return out;
}

/// Every option of a subcommand with its values, given or not, for prepared.json: all but those that change
/// no result (--out, --overwrite, --threads, --help).
inline std::vector<ex::prepared_option> options_of(CLI::App const& c)
{
    std::vector<ex::prepared_option> all;
    for (CLI::Option const* const each : c.get_options()) {
        std::string const name = each->get_name();
        if (name == "--help" || name == "--help-all" || name == "--out" || name == "--overwrite" ||
            name == "--threads")
            continue;
        bool const is_flag = each->get_items_expected_max() == 0,
                   is_list = each->get_items_expected_max() > 1;
        std::vector<std::string> values = each->results();
        if (is_flag) values = {each->count() > 0 ? "yes" : "no"};
        else if (values.empty() && !is_list) values = {each->get_default_str()};
        all.push_back({name, std::move(values), is_list});
    }
    return all;
}

/// Throws interruption where Ctrl-C or SIGTERM came: nothing of the results is there then.
inline void stop_if_interrupted()
{
    if (interrupted()) throw interruption{"interrupted; nothing was written"};
}

} // namespace prepare_program
