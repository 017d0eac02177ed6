// Writes models of networks other than the paper's for the tests of the programs: write_networks FOLDER.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/npy.hpp>

#include "model/networks.hpp"

namespace ex = explainn;

namespace {

/// Writes FOLDER/NAME.safetensors, and to NAME.logits a line of logits for each sequence of FOLDER/seq.fa.
template <class Network>
void write(std::filesystem::path const& folder, std::string const& name, bool both_strands)
{
    auto m = networks::stirred<Network>();
    m.set_both_strands(both_strands);
    ex::write_model(
        folder / (name + ".safetensors"), m,
        {.tasks = m.outputs() == 2 ? std::vector<std::string>{"AP1", "GG"} : networks::tasks_for(m.outputs()),
         .from = ex::seed{3}});
    ex::fasta_file file{folder / "seq.fa"};
    ex::packed_sequences sequences;
    while (file.next(sequences)) {}
    auto const length = static_cast<std::size_t>(m.length());
    std::vector<ex::letter> letters(sequences.size() * length);
    for (std::size_t i = 0; i < sequences.size(); ++i)
        sequences.unpack(i, {letters.data() + i * length, length});
    auto const logits = m.predict({letters.data(), static_cast<ex::extent>(sequences.size()), m.length()});
    std::ofstream out{folder / (name + ".logits")};
    for (std::size_t i = 0; i < logits.size(); ++i)
        out << ex::float_text(logits[i])
            << ((i + 1) % static_cast<std::size_t>(m.outputs()) == 0 ? '\n' : '\t');
}

// clang-format off
using single = ex::network<ex::dna<40>,
    ex::bank<1, ex::unit<ex::conv<7, 8>, ex::batch_norm, ex::sigmoid, ex::average_pool<3>, ex::conv<3, 4>,
                         ex::dense<5>, ex::relu>>,
    ex::linear_head<2>>;
using own = ex::network<ex::dna<40>,
    ex::bank<3, ex::unit<ex::conv<5>, ex::batch_norm, networks::leaky_relu, ex::max_pool<4>, ex::dense<1>>>,
    ex::linear_head<2>>;
using signals = ex::network<ex::signals<6>, ex::bank<6, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::own_signal>,
    ex::linear_head<2>>;
using with_signals = ex::network<ex::inputs<ex::dna<40>, ex::signals<6>>,
    ex::bank<3, ex::unit<ex::conv<5>, ex::batch_norm, ex::exponential, ex::max_pool<4>, ex::dense<1>>>,
    ex::bank<6, ex::unit<ex::dense<3>, ex::relu, ex::dense<1>>, ex::reads::own_signal>, ex::linear_head<2>>;
// clang-format on

/// The signals of row i, with the last one the same in all rows.
std::vector<float> signals_of(std::size_t rows)
{
    ex::random_numbers draw{ex::seed{8}, ex::stream::tests};
    std::vector<float> all(rows * 6);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i % 6 == 5 ? 0.5f : static_cast<float>(draw.uniform(-1.5, 1.5));
    return all;
}

/// Writes a network that reads signals, and its logits for FOLDER/signals.npy and the letters of
/// FOLDER/seq.fa.
template <class Network>
void write_with_signals(std::filesystem::path const& folder, std::string const& name,
                        std::vector<float> const& numbers)
{
    auto m = networks::stirred<Network>();
    m.set_both_strands(m.rows().reads_dna());
    ex::write_model(folder / (name + ".safetensors"), m, {.tasks = {"AP1", "GG"}, .from = ex::seed{3}});
    ex::extent const rows = static_cast<ex::extent>(numbers.size() / 6);
    std::vector<ex::letter> letters;
    ex::input_rows given{.sequences = {}, .signals = {numbers.data(), rows, 6, 1}};
    if (m.rows().reads_dna()) {
        auto const sequences = ex::read_fasta(folder / "seq.fa");
        letters.resize(sequences.size() * 40);
        for (std::size_t i = 0; i < sequences.size(); ++i) sequences.unpack(i, {letters.data() + i * 40, 40});
        given.sequences = {letters.data(), rows, 40};
    }
    auto const logits = m.predict(given);
    std::ofstream out{folder / (name + ".logits")};
    for (std::size_t i = 0; i < logits.size(); ++i)
        out << ex::float_text(logits[i]) << (i % 2 == 1 ? '\n' : '\t');
}

} // namespace

int main(int, char** argv)
{
    std::filesystem::path const folder{argv[1]};
    write<networks::two_banks>(folder, "banks", true);
    write<single>(folder, "single", false);
    write<own>(folder, "own", false);
    auto const numbers = signals_of(240);
    ex::write_npy(folder / "signals.npy", ex::tensor_entry::of<float>("", {240, 6}, numbers));
    ex::write_npy(folder / "fewer.npy",
                  ex::tensor_entry::of<float>("", {239, 6}, std::span{numbers}.first(239 * 6)));
    ex::write_npy(folder / "five.npy",
                  ex::tensor_entry::of<float>("", {240, 5}, std::span{numbers}.first(240 * 5)));
    write_with_signals<signals>(folder, "signals", numbers);
    write_with_signals<with_signals>(folder, "with_signals", numbers);
}
