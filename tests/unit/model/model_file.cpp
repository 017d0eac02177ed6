#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <explainn/layers/layers.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/model/network.hpp>
#include <explainn/reference.hpp>

#include "support/folder.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using testing::message_of;
using device = ex::reference<float>;

namespace {
ex::paper_card const small{.length = 40, .units = 3, .outputs = 2, .width = 6, .hidden = 4};
ex::model_facts const facts{{"MAX", "JUN D"}, ex::seed{77}, true};
} // namespace

TEST_CASE("a model's file reads back to the same bits, for every number of dense layers")
{
    testing::folder const dir;
    for (int num_fc = 0; num_fc <= 8; ++num_fc) {
        CAPTURE(num_fc);
        auto card = small;
        card.num_fc = num_fc;
        auto m = ex::make_paper_model<device>(card, ex::seed{5});
        ex::write_model(dir / "m", m, facts);
        auto const file = ex::read_model_file(dir / "m");
        CHECK(file.facts == facts);
        auto expected = card;
        if (num_fc == 0) expected.pool = expected.stride = 7;
        if (num_fc < 2) expected.hidden = 100;
        REQUIRE(file.network);
        CHECK(ex::paper_card_of(ex::rows_of(*file.network)) == expected);
        auto back = ex::paper_model_of<device>(file);
        CHECK(back.snapshot() == m.snapshot());
        ex::write_model(dir / "again", back, file.facts);
        CHECK(testing::bytes_of(dir / "m") == testing::bytes_of(dir / "again"));
    }
}

TEST_CASE("a file holds the motifs whose hits are a model's signals; what was changed in them is refused")
{
    testing::folder const dir;
    auto m = ex::make_paper_model<device>(small, ex::seed{5});
    auto with_motifs = facts;
    with_motifs.counted_motifs = "MEME version 5\n\nALPHABET= ACGT\n\nMOTIF a \"b\"\n";
    with_motifs.counted_length = 200;
    ex::write_model(dir / "m", m, with_motifs);
    auto const file = ex::read_model_file(dir / "m");
    CHECK(file.facts == with_motifs);
    CHECK(file.facts != facts);
    auto table = ex::read_safetensors(dir / "m");
    table.metadata["counted_length"] = "201";
    ex::write_safetensors(dir / "m", table);
    CHECK(message_of([&] { ex::read_model_file(dir / "m"); }).find("the metadata were changed or damaged") !=
          std::string::npos);
    table.metadata.erase("counted_length");
    ex::write_safetensors(dir / "m", table);
    CHECK(message_of([&] { ex::read_model_file(dir / "m"); }).find("metadata with 'counted_length'") !=
          std::string::npos);
}

namespace {
template <int NumFc>
void hold_card_to_type()
{
    CAPTURE(NumFc);
    ex::paper_card const card{.length = 60,
                              .units = 3,
                              .outputs = 2,
                              .width = 6,
                              .num_fc = NumFc,
                              .pool = 5,
                              .stride = 3,
                              .hidden = 4,
                              .dropout = 10};
    ex::network_rows const rows{ex::dynamic_paper_network<NumFc>::resolve({.length = 60,
                                                                           .units = {3},
                                                                           .outputs = 2,
                                                                           .width = 6,
                                                                           .pool = 5,
                                                                           .stride = 3,
                                                                           .hidden = 4,
                                                                           .dropout = 10})};
    CHECK(ex::description_of(card) == ex::description_of(rows));
    auto const made = ex::rows_of(card);
    CHECK(made.features == rows.features);
    ex::parameter_list const a{made}, b{rows};
    REQUIRE(a.size() == b.size());
    CHECK(std::equal(a.begin(), a.end(), b.begin(), [](ex::parameter const& x, ex::parameter const& y) {
        return x.name() == y.name() && x.sizes == y.sizes && x.file_sizes == y.file_sizes &&
               x.offset == y.offset && x.fan_in == y.fan_in && x.initial == y.initial &&
               x.trained == y.trained;
    }));
    CHECK(std::equal(made.layers.begin(), made.layers.end(), rows.layers.begin(),
                     [](ex::layer_row const& x, ex::layer_row const& y) {
                         return x.in == y.in && x.out == y.out && x.epsilon == y.epsilon &&
                                x.momentum == y.momentum;
                     }));
}
} // namespace

TEST_CASE("a card describes the network that the paper's type of that depth is")
{
    hold_card_to_type<0>();
    hold_card_to_type<1>();
    hold_card_to_type<2>();
    hold_card_to_type<3>();
    hold_card_to_type<5>();
    hold_card_to_type<8>();
}

TEST_CASE("tensors bear the reference's names and PyTorch's shapes")
{
    auto m = ex::make_paper_model<device>({}, ex::seed{1});
    auto const table = ex::tensors_of(m);
    using shape = std::vector<std::int64_t>;
    CHECK(table.size() == 23); // as in the reference's checkpoint
    CHECK(table.at("linears.0.weight").shape == shape{100, 4, 19});
    CHECK(table.at("linears.1.num_batches_tracked").shape == shape{});
    CHECK(table.at("linears.1.num_batches_tracked").type == ex::dtype::i64);
    CHECK(table.at("linears.6.weight").shape == shape{10000, 26, 1});
    CHECK(table.at("linears.7.running_var").shape == shape{10000});
    CHECK(table.at("linears.10.weight").shape == shape{100, 100, 1});
    CHECK(table.at("final.weight").shape == shape{1, 100});
}

TEST_CASE("a static type takes the file that fits it and says what differs in others")
{
    testing::folder const dir;
    using net = ex::paper_network<ex::paper{.length = 40, .units = 3, .outputs = 2, .width = 6, .hidden = 4}>;
    ex::model<net, device> m{ex::seed{2}};
    ex::write_model(dir / "m", m, facts);
    ex::model<net, device> same{ex::seed{3}};
    CHECK(ex::read_model(dir / "m", same) == facts);
    CHECK(same.snapshot() == m.snapshot());

    using wider =
        ex::paper_network<ex::paper{.length = 40, .units = 3, .outputs = 2, .width = 8, .hidden = 4}>;
    ex::model<wider, device> w{ex::seed{3}};
    auto const before = w.snapshot();
    CHECK(testing::message_of([&] { ex::read_model(dir / "m", w); }) ==
          (dir / "m").string() +
              ": expected a tensor 'linears.0.weight' of shape (3, 4, 8), found shape (3, 4, 6)");
    CHECK(w.snapshot() == before);
    using deeper = ex::paper_network<ex::paper{
        .length = 40, .units = 3, .outputs = 2, .width = 6, .num_fc = 3, .hidden = 4}>;
    ex::model<deeper, device> d{ex::seed{3}};
    CHECK(testing::message_of([&] {
              ex::read_model(dir / "m", d);
          }).find("expected a tensor 'linears_bg.0.1.weight'") != std::string::npos);
    using shallow =
        ex::paper_network<ex::paper{.length = 40, .units = 3, .outputs = 2, .width = 6, .num_fc = 1}>;
    ex::model<shallow, device> s{ex::seed{3}};
    CHECK(testing::message_of([&] {
              ex::read_model(dir / "m", s);
          }).find("'linears.6.weight' of shape (3, ") != std::string::npos);

    auto table = ex::tensors_of(m);
    table.add(ex::tensor_entry::of<float>("final.extra", {1}, std::vector<float>{1}));
    CHECK(testing::message_of([&] { ex::load_tensors(same, table, "t"); }) ==
          "t: expected no tensors but the model's 20, found 'final.extra' (1)");
    ex::tensor_table damaged;
    for (auto const& t : ex::tensors_of(m))
        damaged.add(t.name == "final.bias"
                        ? ex::tensor_entry::of<float>("final.bias", {2}, std::vector<float>{1, std::nanf("")})
                        : t);
    CHECK(testing::message_of([&] { ex::load_tensors(same, damaged, "t"); }) ==
          "t: expected finite numbers in tensor 'final.bias', found nan");
}

TEST_CASE("an architecture is a paper network's, within bounds, or refused in words")
{
    using ex::paper_card_of;
    CHECK(paper_card_of(std::string_view{ex::to_json(small)}) == small);
    auto const says = [](std::string const& json) {
        return testing::message_of([&] { ex::rows_of(paper_card_of(std::string_view{json})); });
    };
    CHECK(says("{") != "nothing thrown");
    CHECK(says(R"({"network":"other"})") == "expected a paper network, found 'other'");
    CHECK(says(R"({"network":"paper"})") == "expected the number length in the architecture, found none");
    CHECK(says(R"({"length":1,"length":2})") ==
          "expected the numbers of a paper network once each, found 'length'");
    auto card = small;
    card.num_fc = 9;
    CHECK(says(ex::to_json(card)) == "expected 0 to 8 dense layers (num_fc), found 9");
    card = small;
    card.units = 999'999'999;
    CHECK(says(ex::to_json(card)) == "expected units of at most 100000, found 999999999");
    card = small;
    card.pool = 50;
    CHECK(says(ex::to_json(card)) ==
          "in bank 1, at layer 4: max_pool<50, 7> needs at least 50 positions, but gets 35");
    card = small;
    card.stride = 0;
    CHECK(says(ex::to_json(card)).find("at least 1") != std::string::npos);
}

TEST_CASE("networks that are no paper networks have no card")
{
    testing::folder const dir;
    using net =
        ex::network<ex::dna<40>, ex::bank<2, ex::unit<ex::conv<5>, ex::relu, ex::max_pool<4>, ex::dense<1>>>,
                    ex::linear_head<2>>;
    ex::model<net, device> m{ex::seed{1}}, back{ex::seed{2}};
    CHECK(!ex::paper_card_of(m.rows()));
    ex::write_model(dir / "m", m, facts);
    ex::read_model(dir / "m", back);
    CHECK(back.snapshot() == m.snapshot());
    CHECK(testing::message_of([&] { ex::paper_model_of<device>(ex::read_model_file(dir / "m")); }) ==
          (dir / "m").string() + ": the architecture is refused: expected a paper network, found another");
    using relu =
        ex::paper_network<ex::paper{.length = 40, .units = 2, .outputs = 2, .act = ex::activation::relu}>;
    CHECK(!ex::paper_card_of(ex::network_rows{relu::rows}));
}

TEST_CASE("metadata that lie are refused")
{
    testing::folder const dir;
    auto m = ex::make_paper_model<device>(small, ex::seed{5});
    ex::write_model(dir / "m", m, facts);
    auto const says = [&](char const* key, std::optional<std::string> value) {
        auto table = ex::read_safetensors(dir / "m");
        if (value) table.metadata[key] = *value;
        else table.metadata.erase(key);
        table.metadata.erase("facts_crc32"); // a wrong network must disagree with the rest of the file
        ex::write_safetensors(dir / "bad", table);
        return testing::message_of([&] { ex::paper_model_of<device>(ex::read_model_file(dir / "bad")); });
    };
    std::string const at = (dir / "bad").string();
    CHECK(says("alphabet", "ATGC") == at + ": expected the alphabet ACGT, found 'ATGC'");
    CHECK(says("alphabet", std::nullopt) == at + ": expected a model's metadata with 'alphabet', found none");
    CHECK(says("tasks", "MAX") == at + ": expected 2 task names, found 1");
    CHECK(says("seed", "x") == at + ": expected a seed, found 'x'");
    CHECK(says("both_strands", "maybe") == at + ": expected both_strands to be true or false, found 'maybe'");
    auto larger = small;
    larger.units = 50'000;
    CHECK(says("architecture", ex::to_json(ex::description_of(larger))) ==
          at + ": expected a tensor 'linears.0.weight' of shape (50000, 4, 6), found shape (3, 4, 6)");
}
