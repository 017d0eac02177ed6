// A network of any depth as plain numbers and names: what a file keeps of it and a program may put together.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/model.hpp>

namespace explainn::EXPLAINN_ABI {

/// One layer: its kind with the numbers that belong to it. Which of them a kind uses, layers/layer.hpp says;
/// the others are 0.
struct layer_description {
    kind what{kind::own};
    numbers given{};
    activation act{};             ///< of kind::activate
    double epsilon{}, momentum{}; ///< of norms
    std::string own{};            ///< the name of a user's own layer
    friend bool operator==(layer_description const&, layer_description const&) = default;
};

/// Units copies of the same layers, each with parameters of its own.
struct bank_description {
    extent units{};
    std::vector<layer_description> layers{};
    reads from = reads::dna; ///< never reads::first_input
    /// Of reads::pair_cells, one for each unit: units of the last bank before that reads no pair_cells.
    std::vector<unit_pair> pairs{};
    friend bool operator==(bank_description const&, bank_description const&) = default;
};

/// A whole network without shapes, which follow from it: rows_of() finds them and refuses what does not fit.
///
///     network_description const d = description_of(m.rows());
///     basic_model<cpu<float>> same = make_model<cpu<float>>(rows_of(d), seed{1});
struct network_description {
    extent length{}; ///< bases of a sequence; 0: it reads no DNA
    std::vector<bank_description> banks{};
    std::vector<extent> heads{}; ///< outputs of each linear head
    head_bias bias = head_bias::learned;
    shape signals{};                   ///< channels and positions; 0 channels: it reads none
    std::vector<feature_pair> pairs{}; ///< of the term over pairs; none: there is no such term
    friend bool operator==(network_description const&, network_description const&) = default;
};

namespace detail {

// within these no count leaves its type: the place of a window has 16 bits, every extent 31
inline constexpr extent longest_axis = 65'535;
inline constexpr int most_layers = 4'096, most_banks = 1'024;
inline constexpr std::int64_t most_numbers = (std::int64_t{1} << 31) - 1;

/// The name of an input in files and sentences.
inline std::string name_of(reads from)
{
    switch (from) {
    case reads::dna:
        return "dna";
    case reads::signals:
        return "signals";
    case reads::own_signal:
        return "own_signal";
    case reads::pair_cells:
        return "pair_cells";
    case reads::first_input:
        break;
    }
    return "first_input";
}

/// Calls f(layer) with a layer of the library of the described kind, and gives what f gives. Throws error for
/// a layer of a user's own.
template <class F>
auto with_library_layer(layer_description const& d, F f)
{
    std::optional<decltype(f(conv<1>{}))> result;
    if (!on_library_layer(d.what, [&](auto l) { result.emplace(f(l)); }))
        throw error{"expected layers of the library, found " + in_quotes(d.own) +
                    ", a user's own, which only the type of its network can run"};
    return *std::move(result);
}

/// "max_pool<7, 7>", as a compiler's sentence names it.
inline phrase name_of(layer_description const& d)
{
    if (d.what == kind::own) return phrase{d.own.c_str()};
    if (d.what == kind::activate) return phrase{name_of(d.act)};
    return with_library_layer(d, [&](auto l) { return l.name(d.given); });
}

/// Throws error unless the numbers of a layer are those of one, and keep every count within its type.
inline void require_moderate(layer_description const& d)
{
    for (extent const n : d.given.all())
        if (n < 0 || n > longest_axis)
            throw error{"expected numbers from 0 to " + std::to_string(longest_axis) + " in " +
                        name_of(d).str() + ", found " + std::to_string(n)};
    on_library_layer(d.what, [&d]<class L>(L) {
        if constexpr (requires { L::require(d, std::string{}); }) L::require(d, name_of(d).str());
    });
}

/// Finds the shapes of one bank and adds its rows.
class bank_walk {
public:
    bank_walk(network_rows& to, bank_description const& bank) : to_{to}, bank_{bank} {}

    void run()
    {
        int const number = static_cast<int>(to_.banks.size()) + 1;
        if (bank_.units < 1)
            refuse({false, where::bank, number, 0, wants(at_least, 1, copies, bank_.units)},
                   spell("bank", bank_.units));
        first_ = static_cast<int>(to_.layers.size());
        if (bank_.layers.empty())
            throw shape_error{"in bank " + std::to_string(number) + ": expected layers, found none"};
        if (bank_.from == reads::pair_cells) at_ = read_pairs(number);
        else {
            require_input(number);
            at_ = input_of(to_, bank_.from);
        }
        for (auto const& d : bank_.layers) {
            require_moderate(d);
            int const layer = static_cast<int>(to_.layers.size()) - first_ + 1;
            outcome const o = with_library_layer(d, [&](auto l) -> outcome {
                if (layer == 1 && !may_be_first<decltype(l)>(bank_.from))
                    return wants(at_least, 1, layers_before_it, 0);
                return after_layers<decltype(l)>(to_.layers, first_, static_cast<int>(to_.layers.size()), at_,
                                                 d.given);
            });
            if (!o.fits) refuse({false, where::unit_layer, number, layer, o.why}, name_of(d));
            require_room(d, o.out);
            add(d, o.out);
        }
        to_.banks.push_back({bank_.units, first_, static_cast<int>(to_.layers.size()), at_, bank_.from,
                             paired_, cells_, first_pair_});
    }

private:
    [[noreturn]] static void refuse(verdict const& v, phrase const& who)
    {
        throw shape_error{sentence(v, who).str()};
    }
    // the input of the units of a bank of pairs, which are kept
    shape read_pairs(int number)
    {
        std::string const in = "in bank " + std::to_string(number) + ": ";
        paired_ = bank_of_pairs(to_.banks, static_cast<int>(to_.banks.size()));
        if (paired_ < 0)
            throw shape_error{in + "expected a bank before it whose units are paired, found none"};
        auto const& paired = to_.bank(paired_);
        cells_ = layer_of_cells(to_.layers, paired);
        if (cells_ < 0)
            refuse({false, where::bank, number, 0, wants(at_least, 1, layers_of_cells, 0)},
                   phrase{"pair_bank"});
        if (bank_.pairs.size() != static_cast<std::size_t>(bank_.units))
            throw shape_error{in + "expected a pair for each of " + std::to_string(bank_.units) +
                              " units, found " + std::to_string(bank_.pairs.size())};
        for (unit_pair const pair : bank_.pairs)
            if (pair.first < 0 || pair.second < 0 || pair.first >= paired.units ||
                pair.second >= paired.units || pair.first == pair.second)
                throw shape_error{in + "expected pairs of two different units of " +
                                  std::to_string(paired.units) + " (they count from 0), found " +
                                  std::to_string(pair.first) + " and " + std::to_string(pair.second)};
        first_pair_ = static_cast<int>(to_.unit_pairs.size());
        to_.unit_pairs.insert(to_.unit_pairs.end(), bank_.pairs.begin(), bank_.pairs.end());
        shape const each = to_.layer(cells_).in;
        if (std::int64_t{2} * each.channels * each.positions > most_numbers)
            throw error{in + "expected cells of less than 2^30 numbers a unit, found more"};
        return pair_input(to_.layer(cells_));
    }
    void require_input(int number) const
    {
        bool const there = bank_.from == reads::dna ? to_.reads_dna() : to_.reads_signals();
        if (!there || bank_.from == reads::first_input)
            throw shape_error{"in bank " + std::to_string(number) +
                              ": expected an input that the network has, found " + name_of(bank_.from)};
        if (bank_.from == reads::own_signal && bank_.units != to_.signals.channels)
            refuse({false, where::bank, number, 0, wants(exactly, to_.signals.channels, copies, bank_.units)},
                   spell("bank", bank_.units));
    }
    // every extent of a shape or a tensor, and the product of a tensor's, stays below 2^31
    void require_room(layer_description const& d, shape out) const
    {
        std::int64_t const written = std::int64_t{out.channels} * out.positions;
        std::int64_t const rows = std::int64_t{bank_.units} * out.channels;
        if (written > most_numbers || rows > most_numbers || out.positions > longest_axis || weighs_more(d))
            throw error{
                "expected at most " + std::to_string(longest_axis) +
                " positions and less than 2^31 numbers in a layer of a unit and in a tensor, found more at " +
                name_of(d).str()};
    }
    // Whether a tensor of the layer would have 2^31 numbers and more. What it reads was found to have fewer.
    bool weighs_more(layer_description const& d) const
    {
        if (std::int64_t{at_.channels} * d.given.width > most_numbers) return true;
        weight_rows const all = with_library_layer(d, [&]<class L>(L) {
            if constexpr (requires { L::weights(at_, d.given); }) return L::weights(at_, d.given);
            else return weight_rows{};
        });
        for (int k = 0; k < all.size; ++k) {
            std::int64_t numbers = bank_.units;
            for (int i = 0; i < all.rows[k].rank; ++i) {
                if (all.rows[k].sizes[i] > most_numbers / numbers) return true;
                numbers *= all.rows[k].sizes[i];
            }
        }
        return false;
    }
    void add(layer_description const& d, shape out)
    {
        auto row = with_library_layer(d, [&](auto l) {
            layer_row r = row_of<decltype(l)>(at_, out, d.given);
            set_partner<decltype(l)>(to_.layers, first_, static_cast<int>(to_.layers.size()), r);
            return r;
        });
        row.act = d.act;
        row.epsilon = d.epsilon;
        row.momentum = d.momentum;
        to_.layers.push_back(row);
        at_ = out;
    }

    network_rows& to_;
    bank_description const& bank_;
    shape at_{};
    int first_{}, paired_ = -1, cells_ = -1, first_pair_ = -1;
};

} // namespace detail

/// The network of some rows as a description. A global pool becomes a pool as wide as its input, which gives
/// the same numbers.
inline network_description description_of(network_rows const& rows)
{
    network_description d{rows.length, {}, rows.heads, rows.bias, rows.signals, rows.pairs};
    for (auto const& bank : rows.banks) {
        auto const pairs = rows.pairs_of(bank);
        d.banks.push_back({bank.units, {}, bank.from, {pairs.begin(), pairs.end()}});
        for (int i = bank.first; i < bank.last; ++i) {
            auto const& row = rows.layer(i);
            d.banks.back().layers.push_back(
                {row.what, row.given, row.act, row.epsilon, row.momentum, std::string{row.own}});
        }
    }
    return d;
}

/// Shapes and tensors of a described network, found as the compiler finds those of a type. Throws shape_error
/// with the compiler's sentence where they do not fit; throws error for a layer of a user's own, and for
/// numbers that would leave their types. Memory is asked for in proportion to the description alone.
inline network_rows rows_of(network_description const& d)
{
    bool const has_signals = d.signals != shape{};
    if (d.length < (has_signals ? 0 : 1) || d.length > detail::longest_axis)
        throw error{"expected sequences of 1 to " + std::to_string(detail::longest_axis) + " bases, found " +
                    std::to_string(d.length)};
    for (extent const n : {d.signals.channels, d.signals.positions})
        if (has_signals && (n < 1 || n > detail::longest_axis))
            throw error{"expected signals of 1 to " + std::to_string(detail::longest_axis) +
                        " channels and positions, found " + std::to_string(n)};
    std::size_t layers = 0;
    for (auto const& bank : d.banks) layers += bank.layers.size();
    if (d.banks.empty() || d.banks.size() > detail::most_banks || layers > detail::most_layers)
        throw error{"expected 1 to " + std::to_string(detail::most_banks) + " banks of at most " +
                    std::to_string(detail::most_layers) + " layers in all, found " +
                    std::to_string(d.banks.size()) + " of " + std::to_string(layers)};
    if (d.heads.empty()) throw error{"expected a head, found none"};
    network_rows rows;
    rows.length = d.length;
    rows.signals = d.signals;
    rows.bias = d.bias;
    rows.heads = d.heads;
    std::int64_t features = 0, outputs = 0;
    for (auto const& bank : d.banks) {
        detail::bank_walk{rows, bank}.run();
        shape const out = rows.banks.back().out;
        features += std::int64_t{bank.units} * out.channels * out.positions;
        if (features > detail::most_numbers) break; // refused below
    }
    for (extent const n : d.heads) {
        if (n < 1)
            throw shape_error{sentence({false, where::head, 0, 0, wants(at_least, 1, explainn::outputs, n)},
                                       spell("linear_head", n))
                                  .str()};
        outputs += n;
    }
    if (features > detail::most_numbers || outputs > detail::most_numbers / features)
        throw error{"expected a head of less than 2^31 weights, found " + std::to_string(outputs) +
                    " outputs of " + std::to_string(features) + " features"};
    rows.features = static_cast<extent>(features);
    rows.outputs = static_cast<extent>(outputs);
    for (auto const& pair : d.pairs)
        if (pair.first < 0 || pair.second < 0 || pair.first >= rows.features ||
            pair.second >= rows.features || pair.first == pair.second)
            throw error{"expected pairs of two different features of " + std::to_string(rows.features) +
                        " (they count from 0), found " + std::to_string(pair.first) + " and " +
                        std::to_string(pair.second)};
    if (static_cast<std::int64_t>(d.pairs.size()) > detail::most_numbers / outputs)
        throw error{"expected less than 2^31 weights of pairs, found more"};
    rows.pairs = d.pairs;
    return rows;
}

/// An untrained model of rows, which hold no layer of a user's own.
///
///     auto other = make_model<cpu<float>>(rows_of(description_of(m.rows())), seed{1});
template <backend B>
basic_model<B> make_model(network_rows rows, seed s, B b = B{})
{
    std::vector<layer_functions<B>> own(rows.layers.size());
    return {std::move(rows), std::move(own), s, std::move(b)};
}

namespace detail {
/// What of two networks gives other logits, in words; empty where nothing does. What matters in training
/// alone (dropout, momentum) may differ, and several heads count as one.
inline std::string difference(network_description const& expected, network_description const& found)
{
    auto const differ = [](std::string const& place, auto a, auto b) {
        return place + "expected " + std::string{a} + ", found " + std::string{b};
    };
    auto const count = [&](std::size_t a, std::size_t b, char const* of) {
        return differ("", std::to_string(a) + of, std::to_string(b));
    };
    if (expected.length != found.length)
        return count(static_cast<std::size_t>(expected.length), static_cast<std::size_t>(found.length),
                     " bases a sequence");
    if (expected.signals != found.signals) {
        auto const text = [](shape s) {
            return std::to_string(s.channels) + " channels of " + std::to_string(s.positions);
        };
        return differ("", text(expected.signals) + " positions of signals", text(found.signals));
    }
    if (expected.banks.size() != found.banks.size())
        return count(expected.banks.size(), found.banks.size(), " banks");
    for (std::size_t b = 0; b < expected.banks.size(); ++b) {
        auto const &want = expected.banks[b], &have = found.banks[b];
        std::string const in = "in bank " + std::to_string(b + 1) + ": ";
        if (want.units != have.units)
            return in + count(static_cast<std::size_t>(want.units), static_cast<std::size_t>(have.units),
                              " units");
        if (want.from != have.from)
            return differ(in, "units that read " + name_of(want.from), name_of(have.from));
        for (std::size_t i = 0; i < want.pairs.size() && i < have.pairs.size(); ++i)
            if (want.pairs[i] != have.pairs[i]) {
                auto const text = [](unit_pair p) {
                    return std::to_string(p.first) + " and " + std::to_string(p.second);
                };
                return differ(in + "in pair " + std::to_string(i + 1) + ": ", "units " + text(want.pairs[i]),
                              text(have.pairs[i]));
            }
        if (want.layers.size() != have.layers.size())
            return in + count(want.layers.size(), have.layers.size(), " layers");
        for (std::size_t i = 0; i < want.layers.size(); ++i) {
            auto x = want.layers[i], y = have.layers[i];
            x.momentum = y.momentum;
            if (x.what == kind::dropout && y.what == kind::dropout) x.given = y.given;
            if (x == y) continue;
            std::string const at =
                "in bank " + std::to_string(b + 1) + ", at layer " + std::to_string(i + 1) + ": ";
            if (name_of(x) == name_of(y))
                return differ(at + name_of(x).str() + ": ", "epsilon " + double_text(x.epsilon),
                              double_text(y.epsilon));
            return differ(at, name_of(x).view(), name_of(y).view());
        }
    }
    std::int64_t outputs[2]{};
    for (extent const n : expected.heads) outputs[0] += n;
    for (extent const n : found.heads) outputs[1] += n;
    if (outputs[0] != outputs[1])
        return count(static_cast<std::size_t>(outputs[0]), static_cast<std::size_t>(outputs[1]), " outputs");
    if (expected.pairs.size() != found.pairs.size())
        return count(expected.pairs.size(), found.pairs.size(), " pairs");
    for (std::size_t i = 0; i < expected.pairs.size(); ++i) {
        auto const text = [](feature_pair p) {
            return std::to_string(p.first) + " and " + std::to_string(p.second);
        };
        if (expected.pairs[i] != found.pairs[i])
            return differ("in pair " + std::to_string(i + 1) + ": ", "features " + text(expected.pairs[i]),
                          text(found.pairs[i]));
    }
    if (expected.bias != found.bias)
        return expected.bias == head_bias::none ? "expected a head without bias, found one with it"
                                                : "expected a head with bias, found one without it";
    return {};
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
