// The rows that a model is given: sequences, signals, or both, from the files that hold them.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include <explainn/core/in_quotes.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/signals.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/agreement.hpp>
#include <explainn/model/rows.hpp>

#include "common/outputs.hpp"

namespace shared {

/// The files of a model's rows.
struct row_files {
    std::string sequences, signals;

    std::vector<given_path> files() const { return {{"--sequences", sequences}, {"--signals", signals}}; }
};

/// Declares --signals.
inline CLI::Option* add_signals(CLI::App& c, row_files& o)
{
    return c.add_option(
        "--signals", o.signals,
        "for models that read signals: an array of NumPy (rows, channels) or (rows, channels, "
        "positions), in the order of the sequences; a model of signals alone takes no sequences");
}
/// Declares --sequences and --signals.
inline void add_rows(CLI::App& c, row_files& o)
{
    c.add_option("--sequences", o.sequences, "FASTA or FASTQ, may be compressed (- is standard input)");
    add_signals(c, o);
}

/// Throws error where the files are not those of the inputs that a model reads.
inline void require_rows(row_files const& given, ex::network_rows const& model)
{
    auto const require = [](char const* option, char const* what, bool read, std::string const& file) {
        if (read && file.empty())
            throw ex::error{std::string{option} + ": expected a file of " + what +
                            ", which the model reads, found none"};
        if (!read && !file.empty())
            throw ex::error{std::string{option} + ": expected no file of " + what +
                            ", which the model does not read, found " + ex::in_quotes(file)};
    };
    require("--sequences", "sequences", model.reads_dna(), given.sequences);
    require("--signals", "signals", model.reads_signals(), given.signals);
}

/// Reads signals of the shape that a model reads. Throws error, with the file, for others.
inline ex::signal_matrix read_signals(std::filesystem::path const& path, ex::shape of_model)
{
    auto const array = ex::read_npy(path);
    try {
        auto all = ex::signals_of(array);
        ex::detail::require_signals(of_model, all.row_shape());
        return all;
    } catch (ex::error const& e) {
        throw ex::error{path.string() + ": " + e.what()};
    }
}
/// Throws error unless there are signals for each of some rows.
inline void require_as_many(std::string const& path, std::size_t signals, std::size_t rows,
                            std::string const& of)
{
    if (signals != rows)
        throw ex::error{path + ": expected signals for each of the " + std::to_string(rows) + " rows of " +
                        of + ", found signals for " + std::to_string(signals)};
}

/// Signals, with sequences beside them where the model reads DNA too, in place of a data set; their rows have
/// no labels.
class given_rows {
public:
    /// Throws error as the readers do, and where there are more or fewer signals than sequences.
    given_rows(row_files const& from, ex::network_rows const& model)
        : sequences_{model.reads_dna()
                         ? ex::read_unlabelled(from.sequences, static_cast<std::size_t>(model.length))
                         : ex::unlabelled{ex::packed_sequences{}, 0}},
          signals_{read_signals(from.signals, model.signals)}
    {
        if (model.reads_dna())
            require_as_many(from.signals, signals_.rows(), sequences_.size(), from.sequences);
    }
    std::size_t size() const { return signals_.rows(); }
    std::size_t length() const { return sequences_.length(); }
    std::size_t outputs() const { return 0; }
    void letters_of(std::size_t row, std::span<ex::letter> out) const
    {
        if (!out.empty()) sequences_.letters_of(row, out);
    }
    bool has_n(std::size_t row) const { return length() != 0 && sequences_.has_n(row); }
    ex::shape signal_shape() const { return signals_.row_shape(); }
    void signals_of(std::size_t row, std::span<float> out) const
    {
        std::ranges::copy(signals_.row(row), out.begin());
    }
    void labels_of(std::size_t, std::span<float>) const {}
    /// The name of a sequence; of signals alone row1, row2, ...
    std::string name(std::size_t row) const
    {
        return length() != 0 ? std::string{sequences_.name(row)} : "row" + std::to_string(row + 1);
    }

private:
    ex::unlabelled sequences_;
    ex::signal_matrix signals_;
};

} // namespace shared
