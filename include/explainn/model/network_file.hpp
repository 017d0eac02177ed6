// Networks as JSON: every bank, layer and head with all its numbers, as model files keep them
// (docs/model_files.md).
#pragma once
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/number_text.hpp>
#include <explainn/io/json_cursor.hpp>
#include <explainn/model/network_description.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// The name of a layer's kind in files; an activation goes by its own name.
inline std::string_view file_name_of(layer_description const& d)
{
    if (d.what == kind::activate) return name_of(d.act);
    std::string_view word = "own";
    on_library_layer(d.what, [&word](auto l) { word = l.word; });
    return word;
}
/// The layer of that name, its numbers still 0. Throws error where there is none.
inline layer_description layer_named(std::string_view name)
{
    if (name == "own") return {};
    for (activation const a : all_activations)
        if (name == name_of(a)) return {.what = kind::activate, .act = a};
    layer_description d;
    each_library_layer([&](auto l) {
        if (l.what != kind::activate && name == l.word) d.what = l.what;
    });
    if (d.what == kind::own) throw error{"expected a layer of the library, or own, found " + in_quotes(name)};
    return d;
}

/// Calls f(key, number) for every number that files hold of a layer's kind.
template <class Layer, class F>
void each_number(Layer& d, F f)
{
    on_library_layer(d.what, [&]<class L>(L) {
        if constexpr (requires { L::each_number(d, f); }) L::each_number(d, f);
    });
}

inline std::string to_json(layer_description const& d)
{
    std::string out = "{\"layer\":" + json_string(file_name_of(d));
    if (d.what == kind::own) out += ",\"name\":" + json_string(d.own);
    each_number(d, [&](char const* key, auto number) {
        out += std::string{",\""} + key + "\":" + double_text(static_cast<double>(number));
    });
    return out + "}";
}

/// A whole number that an extent holds.
inline extent whole_extent(json_cursor& at)
{
    auto const n = at.whole_number();
    if (n > std::numeric_limits<extent>::max()) at.refuse("a number below 2^31 before this place");
    return static_cast<extent>(n);
}
inline void require_all(std::vector<char const*> const& keys, std::vector<std::string> const& seen,
                        std::string_view where)
{
    for (auto const* key : keys)
        if (std::find(seen.begin(), seen.end(), key) == seen.end())
            throw error{"expected " + in_quotes(std::string_view{key}) + " in " + std::string{where} +
                        ", found none"};
}

/// Reads an object that has exactly these keys, in any order, and at will some of `optional`; read(key) reads
/// a value.
template <class Read>
void object_of(json_cursor& at, std::vector<char const*> const& keys, char const* where, Read read,
               std::vector<char const*> const& optional = {})
{
    std::vector<std::string> seen;
    at.members([&](std::string const& key) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end() &&
            std::find(optional.begin(), optional.end(), key) == optional.end())
            throw error{std::string{"expected only known keys in "} + where + ", found " + in_quotes(key)};
        seen.push_back(key);
        read(key);
    });
    require_all(keys, seen, where);
}

/// Reads a layer: `layer` first, as its numbers are known by it.
inline layer_description layer_at(json_cursor& at)
{
    layer_description d;
    std::vector<std::string> seen;
    std::vector<char const*> keys;
    at.members([&](std::string const& key) {
        if (seen.empty()) {
            if (key != "layer")
                throw error{"expected the key 'layer' before a layer's numbers, found " + in_quotes(key)};
            d = layer_named(at.string());
            if (d.what == kind::own) keys.push_back("name");
            each_number(d, [&](char const* name, auto&) { keys.push_back(name); });
            seen.push_back(key);
            return;
        }
        seen.push_back(key);
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            throw error{"expected only known keys in the layer " + std::string{file_name_of(d)} + ", found " +
                        in_quotes(key)};
        if (d.what == kind::own) d.own = at.string();
        each_number(d, [&]<class Number>(char const* name, Number& number) {
            if (key != name) return;
            if constexpr (std::same_as<Number, double>) number = at.number();
            else number = whole_extent(at);
        });
    });
    require_all({"layer"}, seen, "a layer");
    require_all(keys, seen, "the layer " + std::string{file_name_of(d)});
    if (d.what == kind::own && d.own.empty())
        throw error{"expected the name of a user's own layer, found none"};
    return d;
}

inline reads input_named(std::string_view name)
{
    for (reads const from : {reads::dna, reads::signals, reads::own_signal, reads::pair_cells})
        if (name == name_of(from)) return from;
    throw error{"expected a bank that reads dna, signals, own_signal or pair_cells, found " +
                in_quotes(name)};
}

/// Reads [[0,7],[3,12]] and calls add(first, second) for each; `of` says what is paired.
template <class Add>
void number_pairs_at(json_cursor& at, std::string const& of, Add add)
{
    at.elements([&] {
        std::vector<extent> two;
        at.elements([&] {
            if (two.size() == 2) throw error{"expected two " + of + " in a pair, found more"};
            two.push_back(whole_extent(at));
        });
        if (two.size() != 2) throw error{"expected two " + of + " in a pair, found fewer"};
        add(two[0], two[1]);
    });
}
/// The other way.
template <class Pairs>
std::string number_pairs_json(Pairs const& pairs)
{
    std::string out = "[";
    for (auto const& p : pairs)
        out += std::string{out.back() == '[' && out.size() == 1 ? "[" : ",["} + std::to_string(p.first) +
               "," + std::to_string(p.second) + "]";
    return out + "]";
}

inline bank_description bank_at(json_cursor& at)
{
    bank_description bank;
    bank.from = reads::first_input;
    object_of(
        at, {"units", "layers"}, "a bank",
        [&](std::string const& key) {
            if (key == "units") bank.units = whole_extent(at);
            else if (key == "reads") bank.from = input_named(at.string());
            else if (key == "pairs")
                number_pairs_at(at, "units", [&bank](extent a, extent b) { bank.pairs.push_back({a, b}); });
            else
                at.elements([&] {
                    if (bank.layers.size() == most_layers)
                        throw error{"expected at most " + std::to_string(most_layers) +
                                    " layers, found more"};
                    bank.layers.push_back(layer_at(at));
                });
        },
        {"reads", "pairs"});
    if (!bank.pairs.empty() && bank.from != reads::pair_cells)
        throw error{"expected pairs in a bank that reads pair_cells alone, found some in another"};
    return bank;
}

/// Reads the input of a network: DNA, signals, or both.
inline void input_at(json_cursor& at, network_description& d)
{
    std::string kind;
    std::vector<std::string> seen;
    at.members([&](std::string const& key) {
        if (seen.empty() && key != "kind")
            throw error{"expected the key 'kind' before an input's numbers, found " + in_quotes(key)};
        seen.push_back(key);
        if (key == "kind") {
            kind = at.string();
            if (kind != "dna" && kind != "signals" && kind != "dna_and_signals")
                throw error{"expected an input of kind dna, signals or dna_and_signals, found " +
                            in_quotes(kind)};
        } else if (key == "length" && kind != "signals") d.length = whole_extent(at);
        else if (key == "channels" && kind != "dna") d.signals.channels = whole_extent(at);
        else if (key == "positions" && kind != "dna") d.signals.positions = whole_extent(at);
        else throw error{"expected only known keys in the input " + kind + ", found " + in_quotes(key)};
    });
    require_all({"kind"}, seen, "the input");
    if (kind != "signals") require_all({"length"}, seen, "the input");
    if (kind != "dna") require_all({"channels", "positions"}, seen, "the input");
    if (kind != "dna" && d.signals == shape{}) throw error{"expected signals of some channels, found 0"};
}
/// What a bank reads whose file says nothing: DNA where the network reads some.
inline reads first_input(network_description const& d)
{
    return d.signals != shape{} && d.length == 0 ? reads::signals : reads::dna;
}
inline std::string input_json(network_description const& d)
{
    std::string const numbers = R"("channels":)" + std::to_string(d.signals.channels) + R"(,"positions":)" +
                                std::to_string(d.signals.positions) + "}";
    std::string const bases = R"("length":)" + std::to_string(d.length);
    if (d.signals == shape{}) return R"({"kind":"dna",)" + bases + "}";
    if (d.length == 0) return R"({"kind":"signals",)" + numbers;
    return R"({"kind":"dna_and_signals",)" + bases + "," + numbers;
}

inline std::string pairs_json(std::vector<feature_pair> const& pairs)
{
    return R"({"kind":"pair_products","pairs":)" + number_pairs_json(pairs) + "}";
}
inline void require_word(json_cursor& at, std::string_view expected)
{
    if (std::string const found = at.string(); found != expected)
        throw error{"expected " + in_quotes(expected) + ", found " + in_quotes(found)};
}

/// Reads a term over pairs.
inline void pairs_at(json_cursor& at, std::vector<feature_pair>& pairs)
{
    object_of(at, {"kind", "pairs"}, "a term", [&](std::string const& key) {
        if (key == "kind") return require_word(at, "pair_products");
        number_pairs_at(at, "features", [&pairs](extent a, extent b) { pairs.push_back({a, b}); });
    });
    if (pairs.empty()) throw error{"expected some pairs in a term, found none"};
}

} // namespace detail

/// A network as JSON on one line; network_of() reads it back to an equal description.
///
///     std::string const json = to_json(description_of(m.rows()));
///     // {"network":"rows","input":{"kind":"dna","length":200},"banks":[{"units":100,"layers":[ ...
inline std::string to_json(network_description const& d)
{
    std::string out = R"({"network":"rows","input":)" + detail::input_json(d) + R"(,"banks":[)";
    reads const first = detail::first_input(d);
    for (auto const& bank : d.banks) {
        out += out.back() == '[' ? "" : ",";
        out += R"({"units":)" + std::to_string(bank.units);
        if (bank.from != first) out += R"(,"reads":")" + detail::name_of(bank.from) + '"';
        if (!bank.pairs.empty()) out += R"(,"pairs":)" + detail::number_pairs_json(bank.pairs);
        out += R"(,"layers":[)";
        for (auto const& layer : bank.layers) out += (out.back() == '[' ? "" : ",") + detail::to_json(layer);
        out += "]}";
    }
    out += R"(],"heads":[)";
    for (extent const n : d.heads)
        out += std::string{out.back() == '[' ? "" : ","} + R"({"kind":"linear","outputs":)" +
               std::to_string(n) + R"(,"bias":)" + (d.bias == head_bias::learned ? "true}" : "false}");
    out += "]";
    if (!d.pairs.empty()) out += R"(,"terms":[)" + detail::pairs_json(d.pairs) + "]";
    return out + "}";
}

/// The network of such JSON; the numbers are as written, rows_of() says whether they fit. Throws error where
/// the text is no such JSON: a key that is missing, unknown or there twice, a number that is none.
inline network_description network_of(std::string_view json)
{
    json_cursor at{json, "architecture"};
    network_description d;
    std::vector<bool> biases;
    auto const value_of = [&](std::string const& key) {
        if (key == "network") detail::require_word(at, "rows");
        else if (key == "input") detail::input_at(at, d);
        else if (key == "banks")
            at.elements([&] {
                if (d.banks.size() == detail::most_banks)
                    throw error{"expected at most " + std::to_string(detail::most_banks) +
                                " banks, found more"};
                d.banks.push_back(detail::bank_at(at));
            });
        else if (key == "terms")
            at.elements([&] {
                if (!d.pairs.empty()) throw error{"expected one term over pairs at most, found more"};
                detail::pairs_at(at, d.pairs);
            });
        else
            at.elements([&] {
                d.heads.emplace_back();
                biases.push_back(true);
                detail::object_of(at, {"kind", "outputs", "bias"}, "a head", [&](std::string const& of_head) {
                    if (of_head == "kind") detail::require_word(at, "linear");
                    else if (of_head == "outputs") d.heads.back() = detail::whole_extent(at);
                    else biases.back() = at.boolean();
                });
            });
    };
    detail::object_of(at, {"network", "input", "banks", "heads"}, "the network", value_of, {"terms"});
    at.expect_end();
    for (auto& bank : d.banks)
        if (bank.from == reads::first_input) bank.from = detail::first_input(d);
    for (bool const bias : biases)
        if (bias != biases.front()) throw error{"expected heads that have a bias all or none, found both"};
    d.bias = biases.empty() || biases.front() ? head_bias::learned : head_bias::none;
    return d;
}

} // namespace explainn::EXPLAINN_ABI
