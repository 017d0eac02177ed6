// Files of any network: written, opened from their rows, as a known type, and from memory; refused where they
// are inconsistent.
#include <doctest/doctest.h>

#include <fstream>

#include <explainn/cpu.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/train/trainer.hpp>

#include "networks.hpp"
#include "support/folder.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using testing::message_of;
using device = ex::reference<float>;

namespace {

bool holds(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<ex::letter> letters_for(ex::extent length)
{
    return random_model::batch(5, length, 1, true).letters;
}
template <ex::backend B>
std::vector<float> logits(ex::basic_model<B>& m)
{
    auto const letters = letters_for(m.length());
    return m.predict({letters.data(), 5, m.length()});
}

template <class Network>
void hold_to_file()
{
    auto m = networks::stirred<Network>();
    ex::model_facts const facts{.tasks = networks::tasks_for(m.outputs()), .from = ex::seed{9}};
    auto const bytes = ex::model_bytes(m, facts);
    auto const file = ex::read_model_file(bytes);
    REQUIRE(file.network);
    REQUIRE(file.test);
    CHECK(*file.network == ex::description_of(ex::network_rows{Network::rows}));
    CHECK(ex::network_of(file.architecture) == *file.network);

    auto dynamic = ex::open_model<device>(file);
    CHECK(dynamic.snapshot() == m.snapshot());
    CHECK(logits(dynamic) == logits(m));
    CHECK(ex::model_bytes(dynamic, facts) == bytes);
    // another backend rounds differently; the self-test allows for this
    auto fast = ex::open_model<ex::cpu<float>>(file);
    CHECK(random_model::apart(logits(fast), logits(m)) < 1e-4);
    CHECK(ex::open_model<ex::reference<double>>(file).length() == m.length());

    auto typed = ex::open_model<Network, device>(file);
    CHECK(typed.snapshot() == m.snapshot());
    auto opened = ex::open_model<ex::known_networks<ex::paper_network<ex::paper{}>, Network>, device>(file);
    CHECK(opened.which == 1);
    CHECK(opened.text() == "known network 2 of 2");
    CHECK(logits(opened.model) == logits(m));
    auto unknown = ex::open_model<ex::known_networks<ex::paper_network<ex::paper{}>>, device>(file);
    CHECK(!unknown.which);
    CHECK(unknown.text() == "made from the file's rows");
    CHECK(logits(unknown.model) == logits(m));
}

/// A file's table with one metadata entry replaced in place.
ex::tensor_table with(ex::tensor_table table, std::string const& key, std::string_view from,
                      std::string_view to)
{
    auto& text = table.metadata.at(key);
    auto const at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    table.metadata.erase("facts_crc32"); // a deliberate change is made without the checksum
    return table;
}
std::string opening(ex::tensor_table const& table)
{
    auto const bytes = ex::safetensors_bytes(table);
    return testing::message_of([&] { ex::open_model<device>(ex::read_model_file(bytes, "m")); });
}

/// A network put together while the program runs: five banks of the widths 3 to 7.
ex::basic_model<device> five_banks()
{
    using ex::kind;
    ex::network_description d{.length = 20, .heads = {2}};
    for (ex::extent width = 3; width <= 7; ++width)
        d.banks.push_back({width % 2 + 1,
                           {{.what = kind::conv, .given = {.width = width, .filters = 1}},
                            {.what = kind::activate, .act = ex::activation::relu},
                            {.what = kind::max_pool, .given = {.width = 21 - width, .stride = 21 - width}}}});
    return ex::make_model<device>(ex::rows_of(d), ex::seed{3});
}

} // namespace

TEST_CASE("a network without a type: five banks put together while the program runs")
{
    auto m = five_banks();
    CHECK(m.units() == 8);
    CHECK(m.parameters()["banks.4.linears.0.weight"].sizes[3] == 7);
    auto const file = ex::read_model_file(ex::model_bytes(m, {.tasks = {"a", "b"}}));
    auto same = ex::open_model<ex::cpu<float>>(file);
    CHECK(random_model::apart(logits(same), logits(m)) < 1e-5);
    CHECK(logits(m).front() != logits(m)[2]);
}

TEST_CASE("any network of the library's layers opens from its rows, to the bit")
{
    hold_to_file<networks::two_banks>();
    hold_to_file<networks::odd>();
    hold_to_file<networks::one_bank>();
    hold_to_file<ex::paper_network<ex::paper{
        .length = 40, .units = 3, .outputs = 2, .width = 6, .num_fc = 3, .hidden = 4}>>();
}

TEST_CASE("a type that leaves numbers open takes them from the file")
{
    constexpr auto d = ex::dynamic;
    using open = ex::network<
        ex::dna<d>,
        ex::bank<d, ex::unit<ex::conv<d>, ex::batch_norm, ex::relu, ex::max_pool<d, d>, ex::dense<6>,
                             ex::layer_norm, ex::elu, ex::dropout<ex::percent{d}>, ex::dense<1>>>,
        ex::bank<2, ex::unit<ex::conv<5>, ex::exponential, ex::global_max_pool>>,
        ex::linear_head<d, ex::head_bias::none>>;
    auto m = networks::stirred<networks::two_banks>();
    auto const file = ex::read_model_file(ex::model_bytes(m, {.tasks = {"a", "b"}}));
    auto same = ex::open_model<open, device>(file);
    CHECK(same.snapshot() == m.snapshot());
    CHECK(ex::description_of(same.rows()) == *file.network);
    // a number that does not fit a sequence gives the sentence of the walk
    auto shorter = file;
    shorter.network->length = 6;
    CHECK(testing::message_of([&] { ex::open_model<open, device>(shorter); }) ==
          "model in memory: the architecture is refused: in bank 1, at layer 1: conv<8> needs at least 8 "
          "positions, but gets 6");
}

TEST_CASE("a layer of a user's own: the file names it, its type opens it, rows alone do not")
{
    using net = networks::with_own<networks::leaky_relu>;
    auto m = networks::stirred<net>();
    auto const file = ex::read_model_file(ex::model_bytes(m, {.tasks = {"a", "b"}}));
    CHECK(holds(file.architecture, R"({"layer":"own","name":"leaky_relu"})"));
    auto same = ex::open_model<net, device>(file);
    CHECK(logits(same) == logits(m));
    auto opened = ex::open_model<ex::known_networks<networks::two_banks, net>, device>(file);
    CHECK(opened.which == 1);
    std::string const refusal =
        "model in memory: the architecture is refused: expected layers of the library, "
        "found 'leaky_relu', a user's own, which only the type of its network can run";
    CHECK(testing::message_of([&] { ex::open_model<device>(file); }) == refusal);
    CHECK(testing::message_of(
              [&] { ex::open_model<ex::known_networks<networks::two_banks>, device>(file); }) == refusal);
    CHECK(testing::message_of(
              [&] { ex::open_model<networks::with_own<networks::other_relu>, device>(file); }) ==
          "model in memory: the network is another one than the model's: in bank 1, at layer 3: expected "
          "other_relu, found leaky_relu");
}

TEST_CASE("a type with the same tensors and another network is refused, and the model stays as it was")
{
    auto m = networks::stirred<networks::with_own<ex::relu>>();
    auto const file = ex::read_model_file(ex::model_bytes(m, {.tasks = {"a", "b"}}));
    auto other = networks::stirred<networks::with_own<ex::activate<ex::activation::tanh>>>();
    auto const before = other.snapshot();
    CHECK(
        testing::message_of([&] { ex::load_model(other, file); }) ==
        "model in memory: the network is another one than the model's: in bank 1, at layer 3: expected tanh, "
        "found relu");
    CHECK(other.snapshot() == before);
    // numbers that matter only in training may differ
    using more_dropout = ex::paper_network<ex::paper{.length = 40, .units = 2, .hidden = 3, .dropout = {60}}>;
    using less_dropout = ex::paper_network<ex::paper{.length = 40, .units = 2, .hidden = 3}>;
    auto p = networks::stirred<more_dropout>();
    auto const paper = ex::read_model_file(ex::model_bytes(p, {.tasks = {"a"}}));
    CHECK(ex::open_model<less_dropout, device>(paper).snapshot() == p.snapshot());
}

TEST_CASE("the self-test: a changed weight, a changed logit, another function of the same tensors")
{
    auto m = networks::stirred<networks::two_banks>();
    auto const table =
        ex::detail::table_of(m, {.tasks = {"a", "b"}, .from = ex::seed{4}}, ex::description_of(m.rows()));
    CHECK(opening(table) == "nothing thrown");
    auto const test = ex::self_test_of(std::string_view{table.metadata.at("self_test")});
    REQUIRE(test.sequences.size() == 4);
    CHECK(holds(test.sequences[2], "N"));
    CHECK(test.sequences[3].starts_with("NNNNNNNNNNNNN"));
    CHECK(test.sequences[0].find('N') == std::string::npos);

    // every tensor in turn: one bit of one number
    for (auto const& p : m.parameters()) {
        CAPTURE(p.name());
        ex::tensor_table changed;
        changed.metadata = table.metadata;
        for (auto t : table) {
            if (t.name == p.name()) t.bytes.front() ^= std::byte{1};
            changed.add(std::move(t));
        }
        CHECK(holds(opening(changed), "m: expected the tensors that the self-test was written with"));
        // the logits alone show a change that is not tiny
        if (p.name() != "final.weight") continue;
        changed.metadata.at("self_test")
            .replace(10, 8, ex::detail::eight_digits(ex::tensor_checksum(changed)));
        CHECK(opening(changed) == "nothing thrown");
        ex::tensor_table doubled;
        doubled.metadata = table.metadata;
        for (auto t : table) {
            if (t.name == p.name()) {
                auto values = t.values<float>();
                for (float& x : values) x *= 1.01f;
                t = ex::tensor_entry::of<float>(t.name, t.shape, values);
            }
            doubled.add(std::move(t));
        }
        doubled.metadata.at("self_test")
            .replace(10, 8, ex::detail::eight_digits(ex::tensor_checksum(doubled)));
        CHECK(holds(opening(doubled), "m: expected logit "));
    }
    // the same tensors with another activation, pool or norm
    CHECK(holds(opening(with(table, "architecture", R"("relu")", R"("softplus")")), "m: expected logit "));
    CHECK(
        holds(opening(with(table, "architecture", R"("max_pool","width":4)", R"("average_pool","width":4)")),
              "m: expected logit "));
    CHECK(holds(opening(with(table, "architecture", R"("epsilon":1e-05)", R"("epsilon":0.1)")),
                "m: expected logit "));
    // a file without a self-test opens where it says that it has none, and where version 0.1 wrote it
    auto bare = table;
    bare.metadata["self_test"] = "none";
    CHECK(opening(bare) == "nothing thrown");
    bare.metadata.erase("self_test");
    CHECK(holds(opening(bare), "m: the self-test is refused: expected one, or none as its text"));
    bare.metadata["explainn_version"] = "0.1.0";
    CHECK(opening(bare) == "nothing thrown");
    bare.metadata.erase("explainn_version");
    CHECK(holds(opening(bare), "m: the self-test is refused: "));
}

TEST_CASE("the metadata of a model are those that were written, or the file is refused")
{
    auto m = five_banks();
    auto const table =
        ex::detail::table_of(m, {.tasks = {"a", "b"}, .task = "multilabel"}, ex::description_of(m.rows()));
    CHECK(opening(table) == "nothing thrown");
    for (std::pair<std::string, std::string> const& change : std::vector<std::pair<std::string, std::string>>{
             {"tasks", "b\ta"}, {"task", "regression"}, {"both_strands", "true"}, {"seed", "7"}}) {
        CAPTURE(change.first);
        auto other = table;
        other.metadata.at(change.first) = change.second;
        CHECK(holds(opening(other), "m: expected the facts of the model that were written"));
        other.metadata.erase("facts_crc32"); // as in files that were written before there was a checksum
        CHECK(opening(other) == "nothing thrown");
    }
    auto lacking = table;
    lacking.metadata.erase("task");
    CHECK(holds(opening(lacking), "the metadata were changed or damaged"));
}

TEST_CASE("names of outputs that no file could give back are refused when it is written")
{
    testing::folder const dir;
    auto m = five_banks();
    auto const says = [&](std::vector<std::string> tasks) {
        auto const words = testing::message_of([&] { ex::write_model(dir / "m", m, {.tasks = tasks}); });
        CHECK(testing::message_of([&] { ex::model_bytes(m, {.tasks = tasks}); }) == words);
        CHECK(std::filesystem::exists(dir / "m") == (words == "nothing thrown"));
        return words;
    };
    CHECK(says({"a"}) == "expected 2 names of outputs for the model's file, found 1");
    CHECK(says({"a", "b", "c"}) == "expected 2 names of outputs for the model's file, found 3");
    CHECK(says({"a", ""}) == "expected names of outputs without tabs and ends of lines, found an empty one");
    CHECK(says({"a", "b\tc"}) == "expected names of outputs without tabs and ends of lines, found 'b?c'");
    CHECK(holds(says({"a\nb", "c"}), "found 'a?b'"));
    CHECK(says({"a", "a"}) == "expected every name of an output once, found 'a' twice");
    // where no names are given, names are made up
    CHECK(says({}) == "nothing thrown");
    auto const file = ex::read_model_file(dir / "m");
    CHECK(file.facts.tasks == std::vector<std::string>{"output0", "output1"});
    CHECK(ex::open_model<device>(file).snapshot() == m.snapshot());
}

TEST_CASE("a weight of integers is refused")
{
    auto m = five_banks();
    ex::tensor_table changed;
    for (auto t : ex::tensors_of(m)) {
        if (t.name == "final.bias") t.type = ex::dtype::i32;
        changed.add(std::move(t));
    }
    auto const before = m.snapshot();
    CHECK(testing::message_of([&] { ex::load_tensors(m, changed, "m.pth"); }) ==
          "m.pth: expected floating-point numbers in tensor 'final.bias', found integers");
    CHECK(m.snapshot() == before);
}

TEST_CASE("a self-test that lies is refused in a sentence")
{
    auto m = five_banks();
    auto const table = ex::detail::table_of(m, {.tasks = {"a", "b"}}, ex::description_of(m.rows()));
    auto const says = [&](std::string_view from, std::string_view to) {
        return opening(with(table, "self_test", from, to));
    };
    std::string const crc = table.metadata.at("self_test").substr(10, 8);
    CHECK(holds(says(crc, "xyz"), "m: the self-test is refused: expected eight hexadecimal digits"));
    CHECK(holds(says("\"tolerance\":", "\"tolerance\":1000"),
                "expected a tolerance above 0 and of at most 0.5"));
    CHECK(holds(says("\"tolerance\":", "\"tolerant\":"), "expected only known keys in the self-test"));
    CHECK(holds(says("\"sequences\":[\"", "\"sequences\":[\"A"), "m: expected 20 bases in sequence 1"));
    CHECK(holds(says("NNNNN", "NN.NN"), "m: expected bases in sequence 4 of the self-test, found '.'"));
    CHECK(holds(says("\"logits\":[[", "\"logits\":[[1,"), "m: expected 2 logits in sequence 1"));
    std::string many = "\"sequences\":[";
    for (int i = 0; i < 70; ++i) many += "\"A\",";
    CHECK(holds(says("\"sequences\":[", many), "expected at most 64 sequences, found more"));
    CHECK(holds(says("\"logits\":[", "\"logits\":[[1,2],"), "expected logits for each of its sequences"));
    CHECK(holds(says("\"logits\":[[", "\"logits\":[[null,"), "expected a number at byte "));
    CHECK(holds(says("\"logits\":[[", "\"logits\":[[[[[[[[[[[["), "expected a number at byte "));
    CHECK(holds(says("\"logits\":[[", "\"logits\":[[-"), "m: "));
    CHECK(holds(says("]}", "]"), "at byte "));
}

TEST_CASE("an architecture that lies is refused in a sentence, before memory of its size is asked for")
{
    auto m = networks::stirred<networks::two_banks>();
    auto const table = ex::detail::table_of(m, {.tasks = {"a", "b"}}, ex::description_of(m.rows()));
    auto const says = [&](std::string_view from, std::string_view to) {
        auto const message = opening(with(table, "architecture", from, to));
        CHECK(holds(message, "m: "));
        return message;
    };
    auto const refused = [&](std::string_view from, std::string_view to) {
        auto const message = says(from, to);
        CHECK(holds(message, "m: the architecture is refused: "));
        return message;
    };
    CHECK(holds(refused("\"network\":\"rows\"", "\"network\":\"graph\""), "expected 'rows', found 'graph'"));
    CHECK(holds(refused("\"kind\":\"dna\"", "\"kind\":\"rna\""),
                "expected an input of kind dna, signals or dna_and_signals, found 'rna'"));
    CHECK(holds(refused("\"kind\":\"linear\"", "\"kind\":\"cubic\""), "expected 'linear', found 'cubic'"));
    CHECK(holds(refused("\"batch_norm\"", "\"attention\""), "expected a layer of the library, or own"));
    CHECK(holds(refused("\"width\":8", "\"wide\":8"),
                "expected only known keys in the layer conv, found 'wide'"));
    CHECK(holds(refused("\"width\":8,", ""), "expected 'width' in the layer conv, found none"));
    CHECK(holds(refused("\"width\":8", "\"width\":8,\"width\":8"), "found 'width' twice"));
    CHECK(holds(refused("\"width\":8", "\"width\":8.5"), "expected"));
    CHECK(holds(refused("\"width\":8", "\"width\":-8"), "expected a whole number"));
    CHECK(holds(refused("\"width\":8", "\"width\":0"), "needs at least 1 position, but gets 0"));
    CHECK(holds(refused("\"width\":8", "\"width\":41"), "conv<41> needs at least 41 positions, but gets 40"));
    CHECK(holds(refused("\"width\":8", "\"width\":99999999999999999999"), "expected a number below 2^63"));
    CHECK(holds(refused("\"width\":8", "\"width\":2147483647"), "expected numbers from 0 to 65535"));
    CHECK(holds(refused("\"filters\":1", "\"filters\":0"),
                "expected at least one filter in conv<8, 0>, found 0"));
    CHECK(holds(refused("\"stride\":2", "\"stride\":0"), "needs at least 1 position, but gets 0"));
    CHECK(holds(refused("\"stride\":2,\"padding\":0", "\"stride\":2,\"padding\":3"),
                "expected a padding of at most half the width in max_pool<4, 2, 3>"));
    CHECK(holds(refused("\"percent\":20", "\"percent\":100"), "needs at most 99 percent, but gets 100"));
    CHECK(holds(refused("\"epsilon\":1e-05", "\"epsilon\":0"), "expected an epsilon above 0"));
    CHECK(holds(refused("\"epsilon\":1e-05", "\"epsilon\":1e999"), "expected a number that a double holds"));
    CHECK(holds(refused("\"length\":40", "\"length\":0"), "expected sequences of 1 to 65535 bases, found 0"));
    CHECK(holds(refused("\"length\":40", "\"length\":70000"), "found 70000"));
    CHECK(holds(refused("\"units\":3", "\"units\":0"), "bank<0> needs at least 1 copy, but gets 0"));
    CHECK(holds(refused("\"units\":3", "\"units\":2000000000"), "less than 2^31 numbers"));
    CHECK(holds(refused("\"units\":3", "\"units\":20000000"), "at most 2^28 numbers a sequence"));
    CHECK(holds(refused("\"outputs\":2,", "\"outputs\":0,"), "linear_head<0> needs at least 1 output"));
    CHECK(holds(refused("\"outputs\":2,", "\"outputs\":2147483647,"), "a head of less than 2^31 weights"));
    CHECK(holds(refused("{\"layer\":\"conv\",\"width\":8,\"filters\":1,\"padding\":0},", ""),
                "in bank 1, at layer 1: batch_norm needs at least 1 layer before it, but gets 0"));
    CHECK(holds(refused("\"banks\":[", "\"banks\":[{\"units\":1,\"layers\":[]},"),
                "expected layers, found none"));
    CHECK(holds(refused("\"banks\":[", "\"banks\":[[[[[[[[[[[[[[[[[[[["), "expected '{' at byte"));
    CHECK(holds(refused("\"bias\":false", "\"bias\":0"), "expected true or false"));
    CHECK(holds(refused("\"bias\":false}]}", "\"bias\":false}]}]"), "at byte"));
    // numbers that fit each other, but not the tensors
    CHECK(holds(says("\"units\":3", "\"units\":4"),
                "expected a tensor 'banks.0.linears.0.weight' of shape (4, 4, 8)"));
    CHECK(holds(says("\"outputs\":6", "\"outputs\":7"), "of shape (21, "));
    CHECK(holds(says("\"bias\":false", "\"bias\":true"),
                "expected a tensor 'final.bias' of shape (2), found none"));
    CHECK(holds(says("\"outputs\":2,", "\"outputs\":3,"), "expected 3 task names, found 2"));
    // more layers than any network may have
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "{\"layer\":\"relu\"},";
    CHECK(holds(refused("{\"layer\":\"batch_norm\"", many + "{\"layer\":\"batch_norm\""),
                "expected at most 4096 layers, found more"));
    std::string banks = "\"banks\":[";
    for (int i = 0; i < 1100; ++i)
        banks += R"({"units":1,"layers":[{"layer":"conv","width":1,"filters":1,"padding":0}]},)";
    CHECK(holds(refused("\"banks\":[", banks), "expected at most 1024 banks, found more"));
}

TEST_CASE("files of version 0.1 open: a program's, and one of a network whose layers it did not keep")
{
    std::filesystem::path const folder = EXPLAINN_TEST_DATA "/model_files";
    auto const file = ex::read_model_file(folder / "tf_binding_0_1.safetensors");
    CHECK(file.facts.tasks == std::vector<std::string>{"AP1", "GG"});
    CHECK(file.facts.both_strands);
    CHECK(!file.test);
    REQUIRE(file.network);
    CHECK(ex::paper_card_of(ex::rows_of(*file.network)) ==
          ex::paper_card{.length = 40, .units = 2, .outputs = 2, .width = 7, .hidden = 3});
    auto m = ex::open_model<ex::cpu<float>>(file);
    CHECK(m.both_strands());
    ex::fasta_file fasta{folder / "three.fa"};
    ex::packed_sequences sequences;
    while (fasta.next(sequences)) {}
    REQUIRE(sequences.size() == 3);
    std::vector<ex::letter> letters(3 * 40);
    for (std::size_t i = 0; i < 3; ++i) sequences.unpack(i, {letters.data() + 40 * i, 40});
    // as tf_binding predict of version 0.1 wrote them: on both strands and on the one given
    std::vector<float> const both{0.2584589f,    -0.047968827f, 0.11559f,
                                  -0.066924006f, 0.2255607f,    -0.05229658f};
    std::vector<float> const given{0.23936534f,   -0.050366372f, 0.008976584f,
                                   -0.081326656f, 0.15099336f,   -0.06185665f};
    CHECK(random_model::apart(m.predict({letters.data(), 3, 40}), both) < 1e-5);
    CHECK(random_model::apart(m.predict({letters.data(), 3, 40}, false), given) < 1e-5);

    // clang-format off
    using net = ex::network<ex::dna<24>,
        ex::bank<2, ex::unit<ex::conv<5>, ex::relu, ex::max_pool<4>, ex::dense<1>>>,
        ex::bank<1, ex::unit<ex::conv<3, 2>, ex::batch_norm, ex::gelu, ex::global_max_pool, ex::dense<1>>>,
        ex::linear_head<2>>;
    // clang-format on
    auto const other = ex::read_model_file(folder / "other_0_1.safetensors");
    CHECK(!other.network);
    auto typed = ex::open_model<net, device>(other);
    ex::model<net, device> const made{ex::seed{11}};
    CHECK(typed.snapshot() == ex::model<net, device>{ex::seed{11}}.snapshot());
    auto opened = ex::open_model<ex::known_networks<networks::two_banks, net>, device>(other);
    CHECK(opened.which == 1);
    CHECK(
        testing::message_of([&] { ex::open_model<device>(other); }) ==
        (folder / "other_0_1.safetensors").string() +
            ": the architecture is refused: version 0.1 kept the layers of the paper's networks alone; this "
            "one opens into its own type, open_model<network, backend>");
}

TEST_CASE("a file in memory is read as one on disk, and refused in the same words")
{
    testing::folder const dir;
    auto m = networks::stirred<networks::two_banks>();
    ex::model_facts const facts{.tasks = {"a", "b"}, .from = ex::seed{4}, .both_strands = true};
    ex::write_model(dir / "m", m, facts);
    auto const bytes = ex::model_bytes(m, facts);
    std::string const on_disk = testing::bytes_of(dir / "m");
    REQUIRE(on_disk.size() == bytes.size());
    CHECK(std::equal(bytes.begin(), bytes.end(), std::as_bytes(std::span{on_disk}).begin()));
    auto const file = ex::read_model_file(std::as_bytes(std::span{on_disk}));
    CHECK(file.facts == facts);
    CHECK(ex::open_model<device>(file).snapshot() == m.snapshot());
    CHECK(ex::open_model<device>(dir / "m").snapshot() == m.snapshot());

    for (std::size_t const size : {0ul, 7ul, 8ul, 100ul, bytes.size() - 1}) {
        CAPTURE(size);
        std::ofstream{dir / "cut", std::ios::binary}.write(on_disk.data(),
                                                           static_cast<std::streamsize>(size));
        auto const memory = testing::message_of(
            [&] { ex::read_model_file(std::span<std::byte const>{bytes}.first(size), dir / "cut"); });
        CHECK(memory == testing::message_of([&] { ex::read_model_file(dir / "cut"); }));
        CHECK(holds(memory, "expected"));
    }
    CHECK(holds(testing::message_of([&] { ex::read_model_file(std::span<std::byte const>{}); }),
                "model in memory: expected"));
}

TEST_CASE("a model knows its strands: training and files set them, predict and readers follow")
{
    auto m = networks::stirred<networks::two_banks>();
    CHECK(!m.both_strands());
    auto const letters = letters_for(40);
    ex::view<ex::letter const, 2> const given{letters.data(), 5, 40};
    auto flipped = letters;
    for (std::size_t i = 0; i < 5; ++i) ex::reverse_complement({flipped.data() + 40 * i, 40});
    auto const forward = m.predict(given), reverse = m.predict({flipped.data(), 5, 40});
    std::vector<float> mean;
    for (std::size_t i = 0; i < forward.size(); ++i) mean.push_back((forward[i] + reverse[i]) / 2);
    REQUIRE(random_model::apart(mean, forward) > 1e-3);
    CHECK(m.predict(given, true) == mean);
    m.set_both_strands(true);
    CHECK(m.predict(given) == mean);
    CHECK(m.predict(given, false) == forward);

    // the file has the strands of the model, or those that its writer gives
    CHECK(ex::read_model_file(ex::model_bytes(m, {.tasks = {"a", "b"}})).facts.both_strands);
    m.set_both_strands(false);
    auto const file = ex::read_model_file(ex::model_bytes(m, {.tasks = {"a", "b"}, .both_strands = true}));
    auto again = ex::open_model<device>(file);
    CHECK(again.both_strands());
    CHECK(again.predict(given) == mean);
    ex::basic_model<device> moved = std::move(again);
    CHECK(moved.both_strands());
}
