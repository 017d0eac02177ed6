// The numbers of a paper network as model files hold them, and a model made from them.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/in_quotes.hpp>
#include <explainn/io/json_cursor.hpp>
#include <explainn/model/network_description.hpp>
#include <explainn/model/paper.hpp>

namespace explainn::EXPLAINN_ABI {

/// All numbers that the shape of a paper network depends on; the defaults are the reference's. Numbers that a
/// network does not use (pooling with num_fc 0, hidden size and dropout with num_fc 0 or 1) keep their
/// defaults.
struct paper_card {
    extent length = 200, units = 100, outputs = 1, width = 19;
    int num_fc = 2;
    extent pool = 7, stride = 7, hidden = 100, dropout = 30;
    friend bool operator==(paper_card const&, paper_card const&) = default;
};

namespace detail {
template <class Card>
auto card_fields(Card& c)
{
    return std::array{
        std::pair{"length", &c.length}, std::pair{"units", &c.units},   std::pair{"outputs", &c.outputs},
        std::pair{"width", &c.width},   std::pair{"num_fc", &c.num_fc}, std::pair{"pool", &c.pool},
        std::pair{"stride", &c.stride}, std::pair{"hidden", &c.hidden}, std::pair{"dropout", &c.dropout}};
}
inline constexpr int most_num_fc = 8;
// within these limits no count overflows its type: the place of a window has 16 bits, units times hidden 31
constexpr extent largest(std::string_view field)
{
    return field == "units" || field == "outputs" ? 100'000 : field == "hidden" ? 10'000 : 65'535;
}
} // namespace detail

/// The card as JSON, the form in which a model file's metadata hold it under "architecture".
///
///     to_json(paper_card{})   // {"network":"paper","length":200,"units":100, ...}
inline std::string to_json(paper_card const& card)
{
    std::string out = R"({"network":"paper")";
    for (auto const& field : detail::card_fields(card))
        out += std::string{",\""} + field.first + "\":" + std::to_string(*field.second);
    return out + "}";
}

/// The card from such JSON. Throws error where a number is missing, unknown or out of range.
inline paper_card paper_card_of(std::string_view json)
{
    paper_card card;
    auto const fields = detail::card_fields(card);
    std::array<bool, std::tuple_size_v<decltype(detail::card_fields(card))>> seen{};
    json_cursor at{json};
    at.expect('{');
    do {
        std::string const key = at.string();
        at.expect(':');
        if (key == "network") {
            std::string const what = at.string();
            if (what != "paper") throw error{"expected a paper network, found " + in_quotes(what)};
            continue;
        }
        std::size_t i = 0;
        while (i < fields.size() && key != fields[i].first) ++i;
        if (i == fields.size() || seen[i])
            throw error{"expected the numbers of a paper network once each, found " + in_quotes(key)};
        auto const number = at.whole_number();
        if (number > 1'000'000'000)
            throw error{"expected " + key + " below 10^9, found " + std::to_string(number)};
        *fields[i].second = static_cast<extent>(number);
        seen[i] = true;
    } while (at.accept(','));
    at.expect('}');
    at.expect_end();
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (!seen[i])
            throw error{std::string{"expected the number "} + fields[i].first +
                        " in the architecture, found none"};
    return card;
}

/// The paper network of a card, layer by layer: the same layers as paper_unit for 0, 1, 2 and more dense
/// layers.
inline network_description description_of(paper_card const& card)
{
    layer_description const norm{
        .what = kind::batch_norm, .epsilon = batch_norm::epsilon, .momentum = batch_norm::momentum};
    layer_description const rectifier{.what = kind::activate, .act = activation::relu};
    std::vector<layer_description> layers{{.what = kind::conv, .given = {.width = card.width, .filters = 1}},
                                          norm,
                                          {.what = kind::activate, .act = activation::exponential}};
    extent const responses = card.length - card.width + 1;
    if (card.num_fc == 0)
        layers.push_back({.what = kind::max_pool, .given = {.width = responses, .stride = responses}});
    else layers.push_back({.what = kind::max_pool, .given = {.width = card.pool, .stride = card.stride}});
    for (int i = 1; i <= card.num_fc; ++i) {
        bool const hidden = i < card.num_fc;
        layers.push_back({.what = kind::dense, .given = {.outputs = hidden ? card.hidden : 1}});
        layers.push_back(norm);
        layers.push_back(rectifier);
        if (hidden) layers.push_back({.what = kind::dropout, .given = {.percent = card.dropout}});
    }
    return {card.length, {{card.units, std::move(layers)}}, {card.outputs}};
}

/// The rows of the paper network of a card, which also checks the card. Throws shape_error where the numbers
/// do not fit.
inline network_rows rows_of(paper_card const& card)
{
    if (card.pool < 1 || card.stride < 1 || card.width < 1)
        throw error{"expected width, pool and stride of at least 1, found " + std::to_string(card.width) +
                    ", " + std::to_string(card.pool) + ", " + std::to_string(card.stride)};
    for (auto const& field : detail::card_fields(card))
        if (*field.second > detail::largest(field.first))
            throw error{std::string{"expected "} + field.first + " of at most " +
                        std::to_string(detail::largest(field.first)) + ", found " +
                        std::to_string(*field.second)};
    if (card.dropout < 0 || card.dropout > 99)
        throw error{"expected a dropout of 0 to 99 percent, found " + std::to_string(card.dropout)};
    if (card.num_fc < 0 || card.num_fc > detail::most_num_fc)
        throw error{"expected 0 to 8 dense layers (num_fc), found " + std::to_string(card.num_fc)};
    return rows_of(description_of(card));
}

/// A paper network with the numbers of a card, untrained.
///
///     auto m = make_paper_model<cpu<float>>({.length = 200, .outputs = 3}, seed{1});
template <backend B>
basic_model<B> make_paper_model(paper_card const& card, seed s, B b = B{})
{
    return make_model<B>(rows_of(card), s, std::move(b));
}

/// The card of a network, if it is a paper network with the exponential activation; several heads count as
/// one.
inline std::optional<paper_card> paper_card_of(network_rows const& rows)
{
    if (rows.banks.size() != 1 || rows.bias == head_bias::none) return std::nullopt;
    paper_card card{.length = rows.length, .units = rows.banks[0].units, .outputs = rows.outputs};
    card.num_fc = 0;
    bool first_dense = true;
    for (auto const& row : rows.layers) {
        if (row.what == kind::conv) card.width = row.given.width;
        if (row.what == kind::dropout) card.dropout = row.given.percent;
        if (row.what == kind::max_pool) {
            card.pool = row.given.width;
            card.stride = row.given.stride;
        }
        if (row.what != kind::dense) continue;
        ++card.num_fc;
        if (std::exchange(first_dense, false) && row.given.outputs != 1) card.hidden = row.given.outputs;
    }
    if (card.num_fc == 0) card.pool = paper_card{}.pool, card.stride = paper_card{}.stride;
    if (card.num_fc > detail::most_num_fc) return std::nullopt;
    network_rows same;
    try {
        same = rows_of(card);
    } catch (error const&) {
        return std::nullopt;
    }
    bool const alike =
        same.layers.size() == rows.layers.size() && same.outputs == rows.outputs &&
        same.features == rows.features &&
        std::equal(same.layers.begin(), same.layers.end(), rows.layers.begin(), [](auto& a, auto& b) {
            return a.what == b.what && a.act == b.act && a.out == b.out && a.given == b.given &&
                   a.epsilon == b.epsilon;
        });
    return alike ? std::optional{card} : std::nullopt;
}

} // namespace explainn::EXPLAINN_ABI
