// Models of the zoo under the names of their PyTorch classes: state dicts are recognised, read and written.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/io/tensor_table.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/zoo/zoo.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// A tensor of a model and what PyTorch's class makes of it.
struct zoo_tensor {
    parameter of{};
    std::string name{}; ///< in PyTorch; empty where its class has no such tensor
    std::vector<std::int64_t> shape{};
    int bias_before =
        -1; ///< for a running mean: the parameter whose bias PyTorch lacks, by place in the list
    bool of_letters = false; ///< filters that read the letters
};

inline std::string zoo_weight_name(std::string_view weight, int lstm_layer)
{
    std::string name{weight};
    if (std::size_t const at = name.find("_l0"); lstm_layer != 0 && at != std::string::npos)
        name.replace(at + 2, 1, std::to_string(lstm_layer));
    return name;
}
inline std::vector<std::int64_t> zoo_shape(layer_row const& row, parameter const& p, filter_form form)
{
    if (row.what == kind::dense && p.part == dense_layer::matrix) return {p.file_sizes[0], p.file_sizes[1]};
    auto shape = file_shape(p);
    if (row.what == kind::conv && p.part == conv_layer::filters && form == filter_form::image)
        shape.insert(shape.begin() + (row.in.channels == 4 ? 1 : 2), 1);
    return shape;
}

/// Every tensor of a model of the zoo, in the model's order.
inline std::vector<zoo_tensor> zoo_tensors(zoo_card const& card, network_rows const& rows,
                                           parameter_list const& parameters)
{
    std::vector<zoo_tensor> all;
    std::size_t module = 0;
    int layer = -2, bias = -1;
    for (auto const& p : parameters) {
        if (p.layer >= 0 && p.layer != layer) module += layer >= 0 ? 1 : 0;
        if (p.layer < 0) module = card.modules.size() - 1;
        zoo_module const& in = card.modules[module];
        zoo_tensor t{.of = p};
        std::string_view const own = p.name();
        if (p.layer < 0) {
            t.name = std::string{in.name} + std::string{own.substr(own.find('.'))};
            t.shape = file_shape(p);
        } else {
            auto const& row = rows.layer(p.layer);
            char const* const weight = row.weights.rows[p.part].name;
            bool const filters = row.what == kind::conv || row.what == kind::depthwise_conv;
            if (p.layer != layer && !filters && row.what != kind::batch_norm) bias = -1;
            if (filters && p.part == conv_layer::bias && !in.bias) bias = static_cast<int>(all.size());
            else {
                t.name = std::string{in.name} + "." + zoo_weight_name(weight, in.lstm_layer);
                t.shape = zoo_shape(row, p, in.form);
            }
            if (row.what == kind::batch_norm && p.part == batch_norm_layer::running_mean)
                t.bias_before = std::exchange(bias, -1);
            t.of_letters = row.what == kind::conv && p.part == conv_layer::filters && p.layer == 0;
        }
        layer = p.layer;
        all.push_back(std::move(t));
    }
    return all;
}

/// Filters (F, 4, W) whose letters stand in another order: `order` says for A, C, G and T in turn the row to
/// take.
template <class T>
std::vector<T> letters_reordered(std::vector<T> const& filters, std::size_t width,
                                 std::array<std::size_t, 4> const& order)
{
    std::vector<T> out(filters.size());
    for (std::size_t f = 0; f < filters.size() / (4 * width); ++f)
        for (std::size_t c = 0; c < 4; ++c)
            std::copy_n(filters.begin() + static_cast<std::ptrdiff_t>((4 * f + order[c]) * width), width,
                        out.begin() + static_cast<std::ptrdiff_t>((4 * f + c) * width));
    return out;
}
/// Where A, C, G and T stand in such an order. Throws error unless each letter is there once.
inline std::array<std::size_t, 4> places_of_letters(std::string_view letters)
{
    std::array<std::size_t, 4> places{};
    for (std::size_t c = 0; c < 4; ++c) places[c] = letters.find("ACGT"[c]);
    if (letters.size() != 4 || std::count(places.begin(), places.end(), std::string_view::npos) != 0)
        throw error{"expected an order of the letters A, C, G and T such as ATGC, found " +
                    in_quotes(letters)};
    return places;
}

} // namespace detail

/// The tensors of a model of the zoo under the names, in the shapes and in the order of its PyTorch class,
/// which loads them strictly. A bias that the class lacks goes into the running mean of the batch norm behind
/// it, which gives the same numbers at inference and in training. Letters stand in the order A, C, G, T.
///
///     auto m = make_model<cpu<float>>(deepcnn_card.rows(200, 50), seed{1});
///     write_safetensors("deepcnn.pytorch.safetensors", pytorch_state(deepcnn_card, m));
template <backend B>
tensor_table pytorch_state(zoo_card const& card, basic_model<B>& m)
{
    using T = typename B::scalar;
    auto const all = detail::zoo_tensors(card, m.rows(), m.parameters());
    tensor_table table;
    for (auto const& t : all) {
        if (t.name.empty()) continue;
        auto values = m.values(t.of.name());
        if (t.bias_before >= 0) {
            auto const bias = m.values(all[static_cast<std::size_t>(t.bias_before)].of.name());
            for (std::size_t i = 0; i < values.size(); ++i) values[i] -= bias[i];
        }
        table.add(tensor_entry::of<T>(t.name, t.shape, values));
        if (auto const counter = detail::counter_beside(t.name); !counter.empty())
            table.add(tensor_entry::of<std::int64_t>(counter, {}, std::vector<std::int64_t>{0}));
    }
    return table;
}

/// Sets a model of the zoo from the state dict of its PyTorch class; `letters` is the order of the one-hot
/// rows that it was trained with. Throws input_error, naming the tensor, where one is missing or too many,
/// has another shape, or holds a number that is not finite; the model is then unchanged.
///
///     auto const state = read_pytorch("deepcnn.pth");
///     auto m = make_model<cpu<float>>(deepcnn_card.rows(200, 50), seed{1});
///     load_pytorch_state(deepcnn_card, m, state, "deepcnn.pth");
template <backend B>
void load_pytorch_state(zoo_card const& card, basic_model<B>& m, tensor_table const& state,
                        std::filesystem::path const& path, std::string_view letters = "ACGT")
{
    using T = typename B::scalar;
    auto const places = detail::places_of_letters(letters);
    std::set<std::string, std::less<>> expected;
    tensor_table table;
    for (auto const& t : detail::zoo_tensors(card, m.rows(), m.parameters())) {
        std::vector<T> values(t.of.count);
        if (!t.name.empty()) {
            bool const there = state.contains(t.name);
            if (!there || state.at(t.name).shape != t.shape)
                throw input_error{
                    path, 0, "a tensor " + in_quotes(t.name) + " of shape " + detail::shape_text(t.shape),
                    there ? "shape " + detail::shape_text(state.at(t.name).shape) : std::string{"none"}};
            values = state.values<T>(t.name);
            for (T const x : values)
                if (!std::isfinite(x))
                    throw input_error{path, 0, "finite numbers in tensor " + in_quotes(t.name),
                                      number_text(static_cast<double>(x))};
            if (t.of_letters)
                values = detail::letters_reordered(values, static_cast<std::size_t>(t.of.sizes[3]), places);
            expected.insert(t.name);
            if (auto const counter = detail::counter_beside(t.name); !counter.empty())
                expected.insert(counter);
        }
        table.add(tensor_entry::of<T>(std::string{t.of.name()}, detail::file_shape(t.of), values));
    }
    for (auto const& t : state)
        if (!expected.contains(t.name))
            throw input_error{path, 0, "no tensors but those of " + std::string{card.name},
                              in_quotes(t.name) + " " + detail::shape_text(t.shape)};
    load_tensors(m, table, path);
}

/// The model of the zoo whose PyTorch class has tensors of these names; null where none has. CNN1Exp has the
/// names of CNN1, which is found.
inline zoo_card const* zoo_card_of(tensor_table const& state)
{
    for (auto const* card : zoo) {
        auto const rows = card->rows(card->length, card->outputs);
        bool all = true;
        for (auto const& t : detail::zoo_tensors(*card, rows, parameter_list{rows}))
            all = all && (t.name.empty() || state.contains(t.name));
        if (all) return card;
    }
    return nullptr;
}

/// Outputs of a state dict of a model of the zoo: the rows of its last layer. Throws input_error where that
/// is missing.
inline extent zoo_outputs_of(zoo_card const& card, tensor_table const& state,
                             std::filesystem::path const& path)
{
    std::string const name = std::string{card.modules.back().name} + ".weight";
    if (!state.contains(name) || state.at(name).shape.size() != 2 || state.at(name).shape[0] < 1 ||
        state.at(name).shape[0] > 1'000'000)
        throw input_error{path, 0, "a tensor " + in_quotes(name) + " of two extents",
                          state.contains(name) ? "shape " + detail::shape_text(state.at(name).shape)
                                               : std::string{"none"}};
    return static_cast<extent>(state.at(name).shape[0]);
}

/// The shortest length of sequences that gives tensors of these shapes, the published one where it does.
/// Throws input_error where none up to 10,000 does.
inline extent zoo_length_of(zoo_card const& card, tensor_table const& state,
                            std::filesystem::path const& path)
{
    extent const outputs = zoo_outputs_of(card, state, path);
    auto const fits = [&](extent length) {
        auto const rows = card.rows(length, outputs);
        auto const all = detail::zoo_tensors(card, rows, parameter_list{rows});
        return std::all_of(all.begin(), all.end(), [&](auto const& t) {
            return t.name.empty() || (state.contains(t.name) && state.at(t.name).shape == t.shape);
        });
    };
    if (fits(card.length)) return card.length;
    extent low = 1, high = card.length; // the shortest that has any output at all
    auto const runs = [&](extent length) {
        try {
            return card.rows(length, outputs).features > 0;
        } catch (shape_error const&) {
            return false;
        }
    };
    while (low < high) {
        extent const middle = low + (high - low) / 2;
        if (runs(middle)) high = middle;
        else low = middle + 1;
    }
    for (extent length = low; length <= 10'000; ++length)
        if (fits(length)) return length;
    throw input_error{path, 0, "tensors of " + std::string{card.name} + " for some length up to 10,000 bases",
                      "other shapes"};
}

} // namespace explainn::EXPLAINN_ABI
