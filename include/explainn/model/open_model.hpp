// Opens the model of a file as a network type that the program knows (open_model<B>(file) of model_file.hpp
// needs no type).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <explainn/model/model_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// The network types that a program was compiled with, for open_model<known_networks<...>, B>().
template <class... Networks>
struct known_networks {};

/// A model from a file, and which type was found to have its network.
template <backend B>
struct opened_model {
    basic_model<B> model;
    std::optional<std::size_t> which{}; ///< the known network it has, counted from 0; none: made from the
                                        ///< file's rows
    std::size_t known{};                ///< how many networks were known

    /// "known network 2 of 3" or "made from the file's rows", for a log.
    std::string text() const
    {
        return which ? "known network " + std::to_string(*which + 1) + " of " + std::to_string(known)
                     : "made from the file's rows";
    }
};

namespace detail {

template <class N>
concept network_type = requires {
    typename N::layer_types;
    N::rows;
    N::resolve();
};

/// The numbers of a file's network that a type leaves open.
template <class Network>
sizes open_numbers(network_description const& d)
{
    sizes s;
    if (!known(Network::rows.length)) s.length = d.length;
    if (!known(Network::rows.signals.channels)) s.signals.channels = d.signals.channels;
    if (!known(Network::rows.signals.positions)) s.signals.positions = d.signals.positions;
    for (std::size_t b = 0; b < d.banks.size() && b < Network::rows.banks.size(); ++b)
        if (!known(Network::rows.banks[b].units)) s.units[b] = d.banks[b].units;
    for (std::size_t h = 0; h < d.heads.size() && h < Network::heads.size(); ++h)
        if (!known(Network::heads[h])) s.outputs = d.heads[h];
    std::size_t i = 0;
    for (auto const& bank : d.banks)
        for (auto const& layer : bank.layers) {
            if (i == Network::rows.layers.size()) return s;
            auto const& row = Network::rows.layers[i++];
            if (row.what != layer.what || row.global) continue;
            each_open_number(row.what, [&](open_number const& o) {
                if (!known(row.given.*o.number)) s.of(o.from) = layer.given.*o.number;
            });
        }
    return s;
}

} // namespace detail

/// The model of a file as a type that the program knows, which may have layers of a user's own; numbers that
/// the type leaves open come from the file. Throws input_error where the file holds another network.
///
///     auto m = open_model<net, cpu<float>>(read_model_file("model.safetensors"));
template <detail::network_type Network, backend B>
model<Network, B> open_model(model_file const& file, B b = B{})
{
    auto const numbers = file.network ? detail::open_numbers<Network>(*file.network) : sizes{};
    std::optional<model<Network, B>> m;
    try {
        m.emplace(numbers, file.facts.from, std::move(b));
    } catch (shape_error const& e) {
        detail::refuse_architecture(file, e.what());
    }
    load_model(*m, file);
    return std::move(*m);
}

namespace detail {

/// Whether a file holds this network, judged by its rows or, where it has none, by the names and shapes of
/// all tensors.
template <class Network>
bool holds(model_file const& file)
{
    network_rows rows;
    try {
        rows = network_rows{Network::resolve(file.network ? open_numbers<Network>(*file.network) : sizes{})};
    } catch (shape_error const&) {
        return false;
    }
    if (file.network) return difference(description_of(rows), *file.network).empty();
    std::size_t tensors = 0;
    for (auto const& p : parameter_list{rows}) {
        if (!file.tensors.contains(p.name()) || file.tensors.at(p.name()).shape != file_shape(p))
            return false;
        tensors += counter_beside(p.name()).empty() ? 1 : 2;
    }
    return file.tensors.size() == tensors;
}

template <class Known>
struct opener;
template <class... Networks>
struct opener<known_networks<Networks...>> {
    template <backend B>
    static opened_model<B> open(model_file const& file, B b)
    {
        std::optional<opened_model<B>> found;
        std::size_t which = 0;
        auto const attempt = [&]<class Network>(std::type_identity<Network>) {
            if (!found && holds<Network>(file))
                found.emplace(
                    opened_model<B>{open_model<Network, B>(file, std::move(b)), which, sizeof...(Networks)});
            ++which;
        };
        (attempt(std::type_identity<Networks>{}), ...);
        if (!found)
            found.emplace(opened_model<B>{open_model<B>(file, std::move(b)), {}, sizeof...(Networks)});
        return std::move(*found);
    }
};
template <class K>
concept known_types = requires { sizeof(opener<K>); };

} // namespace detail

/// The model of a file, made with the first of some known types that has its network, else from the file's
/// rows; the result says which. Throws input_error where neither is possible.
///
///     auto opened =
///         open_model<known_networks<net, dynamic_net>, cpu<float>>(read_model_file("model.safetensors"));
///     std::cerr << opened.text() << ", " << opened.model.length() << " bases\n";
template <detail::known_types Known, backend B>
opened_model<B> open_model(model_file const& file, B b = B{})
{
    return detail::opener<Known>::open(file, std::move(b));
}

} // namespace explainn::EXPLAINN_ABI
