// What the library knows of a model that papers compare with: where it is from, its layers, its names in
// PyTorch.
#pragma once
#include <span>
#include <string_view>

#include <explainn/model/network.hpp>
#include <explainn/model/rows.hpp>

namespace explainn::EXPLAINN_ABI {

/// How PyTorch holds the filters of a convolution: (filters, channels, width), or as those of an image of
/// four rows, one a letter: (filters, 1, 4, width) of the first layer and (filters, channels, 1, width) of
/// others.
enum class filter_form : unsigned char { line, image };

/// A module of a PyTorch network that holds the tensors of one layer, or of the head.
struct zoo_module {
    char const* name{};
    int lstm_layer = 0; ///< of PyTorch's LSTM, whose layers share one module
    bool bias = true;   ///< of a convolution; without one, batch norm takes its place
    filter_form form = filter_form::line;
};

/// A model of the zoo. Its layers are a type of its own (docs/zoo.md); here they are rows, for sequences of
/// any length and any number of outputs.
struct zoo_card {
    std::string_view name{};   ///< on command lines
    std::string_view what{};   ///< in one sentence
    std::string_view source{}; ///< who published it
    extent length{};           ///< of the sequences that it was published for
    extent outputs{};          ///< as published
    std::string_view letters =
        "ACGT"; ///< the order of the one-hot rows that its authors' files were trained with
    /// Its rows. Throws shape_error with the compiler's sentence where a sequence is too short.
    network_rows (*rows)(extent length, extent outputs){};
    std::span<zoo_module const> modules{}; ///< of the layers with parameters, in order, and of the head
};

namespace detail {
/// The rows of a network of a type whose length and outputs are `dynamic`.
template <class Network>
network_rows zoo_rows(extent length, extent outputs)
{
    return network_rows{Network::resolve({.length = length, .outputs = outputs})};
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
