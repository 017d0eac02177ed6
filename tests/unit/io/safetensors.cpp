#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/core/rng.hpp>
#include <explainn/io/safetensors.hpp>

namespace ex = explainn;

// the file of a header and data
static std::string file_of(std::string const& header, std::size_t data_bytes)
{
    std::string out;
    ex::detail::put_little_endian<8>(out, header.size());
    return out + header + std::string(data_bytes, '\x01');
}

TEST_CASE("a table written reads back, and the same table gives the same bytes")
{
    testing::folder const dir;
    ex::tensor_table table;
    table.metadata["tasks"] = "MAX,\"JUND\"\n\\";
    table.metadata["alphabet"] = "ACGT";
    table.add(ex::tensor_entry::of<std::uint8_t>("mask", {3}, std::vector<std::uint8_t>{1, 2, 255}));
    table.add(ex::tensor_entry::of<float>("w", {2, 2}, std::vector<float>{1, -2, 3.5f, 1e-30f}));
    table.add(ex::tensor_entry::of<double>("d", {}, std::vector<double>{0.1}));
    table.add(
        ex::tensor_entry::of<std::int64_t>("n", {1}, std::vector<std::int64_t>{-(std::int64_t{1} << 60)}));
    table.add(ex::tensor_entry::of<float>("none", {0, 7}, std::vector<float>{}));
    ex::write_safetensors(dir.path("a"), table);
    auto const back = ex::read_safetensors(dir.path("a"));
    CHECK(back.metadata == table.metadata);
    REQUIRE(back.size() == table.size());
    for (std::size_t i = 0; i < back.size(); ++i) {
        CHECK(back[i].name == table[i].name);
        CHECK(back[i].shape == table[i].shape);
        CHECK(back[i].bytes == table[i].bytes);
        CHECK(back[i].type == table[i].type);
    }
    CHECK(back.values<double>("w")[2] == 3.5);
    CHECK(back.values<std::int64_t>("n")[0] == -(std::int64_t{1} << 60));
    CHECK(back.values<float>("mask") == std::vector<float>{1, 2, 255});
    ex::write_safetensors(dir.path("b"), back);
    CHECK(testing::bytes_of(dir.path("a")) == testing::bytes_of(dir.path("b")));
    std::string const content = testing::bytes_of(dir.path("a"));
    auto const bytes = std::as_bytes(std::span{content});
    auto const made = ex::safetensors_bytes(table);
    CHECK(std::equal(made.begin(), made.end(), bytes.begin(), bytes.end()));
    auto const from_memory = ex::read_safetensors(bytes);
    CHECK(from_memory.metadata == table.metadata);
    CHECK(from_memory.at("w").bytes == table.at("w").bytes);
    CHECK_THROWS_WITH_AS(ex::read_safetensors(bytes.first(bytes.size() - 1), "archive"),
                         doctest::Contains("archive: expected"), ex::input_error);
    CHECK_THROWS_WITH_AS(ex::read_safetensors(bytes.first(3)),
                         "bytes in memory: expected a safetensors file, found 3 bytes", ex::input_error);
    CHECK(testing::bytes_of(dir.path("a")).size() % 8 ==
          3); // wide elements first: all aligned, the 3 bytes last
    CHECK(!std::filesystem::exists(dir.path("a.partial")));
    ex::write_safetensors(dir.path("empty"), {});
    CHECK(ex::read_safetensors(dir.path("empty")).size() == 0);
}

TEST_CASE("halves and bfloat16 convert exactly")
{
    CHECK(ex::float_of_half(0x3C00) == 1.0f);
    CHECK(ex::float_of_half(0xC000) == -2.0f);
    CHECK(ex::float_of_half(0x7BFF) == 65504.0f);
    CHECK(ex::float_of_half(0x0001) == 0x1p-24f);
    CHECK(ex::float_of_half(0x0400) == 0x1p-14f);
    CHECK(std::isinf(ex::float_of_half(0xFC00)));
    CHECK(std::isnan(ex::float_of_half(0x7E00)));
    CHECK(ex::float_of_bfloat16(0x3F80) == 1.0f);
    CHECK(ex::float_of_bfloat16(0xC0A0) == -5.0f);
}

TEST_CASE("conversions to integers refuse what they cannot hold")
{
    ex::tensor_table t;
    t.add(ex::tensor_entry::of<float>("x", {2}, std::vector<float>{1, 2.5f}));
    t.add(ex::tensor_entry::of<float>("huge", {1}, std::vector<float>{1e30f}));
    t.add(ex::tensor_entry::of<std::int64_t>("n", {1}, std::vector<std::int64_t>{300}));
    CHECK(testing::said([&] { t.values<std::int64_t>("x"); }) ==
          "expected whole numbers of 64 bits in tensor 'x', found others");
    CHECK(testing::said([&] { t.values<std::int64_t>("huge"); }) != "");
    CHECK(testing::said([&] { t.values<std::uint8_t>("n"); }) != "");
    CHECK(t.values<std::int32_t>("n")[0] == 300);
    CHECK(testing::said([&] { t.at("y"); }) == "expected a tensor named 'y', found none among 3 tensors");
    CHECK(testing::said([&] { t.add(ex::tensor_entry::of<float>("x", {1}, std::vector<float>{1})); }) ==
          "expected every tensor once, found 'x' twice");
    CHECK(testing::said([&] {
              ex::tensor_entry::of<float>("y", {2, 2}, std::vector<float>{1});
          }) == "expected tensor 'y' of shape (2, 2) to hold 16 bytes, found 4");
}

TEST_CASE("files of others read: other orders, blanks and escapes in the header")
{
    testing::folder const dir;
    auto const t = ex::read_safetensors(dir.write(
        "x", file_of(R"( { "b" : {"data_offsets":[4, 6], "shape":[2],"dtype":"U8"},"\u0061\ud83d\ude00":
                        {"dtype":"F32","shape":[1],"data_offsets":[0,4]}} )",
                     6)));
    CHECK(t[0].name == "b");
    CHECK(t[1].name == "a\xF0\x9F\x98\x80");
    CHECK(t.values<int>("b") == std::vector<int>{1, 1});
}

TEST_CASE("a file that lies is refused in one line")
{
    testing::folder const dir;
    auto const refusal = [&](std::string const& content) {
        std::string const words = testing::said([&] { ex::read_safetensors(dir.write("x", content)); });
        CHECK(words.substr(0, 12) == "x: expected ");
        CHECK(words.find('\n') == std::string::npos);
        return words;
    };
    auto const one = [](std::string const& type, std::string const& shape, std::string const& offsets) {
        return R"({"a":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
    };
    CHECK(refusal("") == "x: expected a safetensors file, found 0 bytes");
    CHECK(refusal("1234567") == "x: expected a safetensors file, found 7 bytes");
    CHECK(refusal(std::string(8, '\xff')) ==
          "x: expected a header within the file's 8 bytes, found a length of 18446744073709551615");
    CHECK(refusal(std::string{"\x09\0\0\0\0\0\0\0{}      ", 16}).find("found a length of 9") !=
          std::string::npos);
    CHECK(refusal(file_of("{", 0)) == "x: expected '\"' at byte 1 of the header, found its end");
    CHECK(refusal(file_of("[]", 0)) == "x: expected '{' at byte 0 of the header, found '[]'");
    CHECK(refusal(file_of("{} x", 0)) ==
          "x: expected the end of the text at byte 3 of the header, found 'x'");
    CHECK(refusal(file_of("{}", 4)) == "x: expected 0 bytes of data, found 4");
    CHECK(refusal(file_of(one("F31", "[1]", "[0,4]"), 4)) ==
          "x: expected a known dtype for 'a', found 'F31'");
    CHECK(refusal(file_of(one("F32", "[2]", "[0,4]"), 4)) ==
          "x: expected the bytes of tensor 'a' to be those of its shape (2), found bytes 0 to 4");
    CHECK(refusal(file_of(one("F32", "[2500000000]", "[0,10000000000]"), 4)) ==
          "x: expected tensor 'a' to end within the file's 4 bytes of data, found 10000000000");
    refusal(file_of(one("F32", "[4294967296,4294967296]", "[0,0]"), 0));
    refusal(file_of(one("F32", "[4294967296,4294967296,0]", "[0,0]"), 0));
    refusal(file_of(one("F32", "[-1]", "[0,4]"), 4));
    refusal(file_of(one("F32", "[1.0]", "[0,4]"), 4));
    refusal(file_of(one("F32", "[01]", "[0,4]"), 4));
    refusal(file_of(one("F32", "[1]", "[0,99999999999999999999]"), 4));
    refusal(file_of(one("F32", "[1]", "[4,0]"), 4));
    refusal(file_of(one("F32", "[1]", "[4,8]"), 8));
    refusal(file_of(one("F32", "[1]", "[0,4,4]"), 4));
    CHECK(
        refusal(file_of(
            R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
            3)) ==
        "x: expected tensor 'b' to begin at byte 2 of the data, where the one before ends, found 1");
    refusal(file_of(
        R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
        2));
    CHECK(
        refusal(file_of(
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
            2)) == "x: expected every tensor once, found 'a' twice");
    refusal(file_of(R"({"a":{"dtype":"U8","shape":[1]}})", 1));
    refusal(file_of(R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1));
    refusal(file_of(R"({"__metadata__":{"a":1}})", 0));
    refusal(file_of(R"({"__metadata__":{"a":"1","a":"2"}})", 0));
    refusal(file_of(R"({"__metadata__":{},"__metadata__":{}})", 0));
    refusal(file_of("{\"\\ud800\":{}}", 0));
    refusal(file_of("{\"\\x\":{}}", 0));
    refusal(file_of(std::string(100000, '['), 0));
    CHECK(testing::said([&] { ex::read_safetensors(dir.path("nowhere")); }) ==
          "nowhere: expected a file that can be read, found No such file or directory");
}

TEST_CASE("a torn file is refused wherever it is cut")
{
    testing::folder const dir;
    ex::tensor_table table;
    table.add(ex::tensor_entry::of<float>("w", {2, 2}, std::vector<float>{1, -2, 3.5f, 1}));
    table.metadata["key"] = "value";
    ex::write_safetensors(dir.path("a"), table);
    std::string const whole = testing::bytes_of(dir.path("a"));
    for (std::size_t n = 0; n < whole.size(); ++n)
        CHECK(testing::said([&] { ex::read_safetensors(dir.write("b", whole.substr(0, n))); }) != "");
}

TEST_CASE("the golden files read and are written with the same tensors")
{
    std::filesystem::path const path = std::string{EXPLAINN_SHARED_DATA} + "/train_golden/fc0.safetensors";
    if (!std::filesystem::exists(path)) return test::skip("the shared data are not here");
    testing::folder const dir;
    auto const t = ex::read_safetensors(path);
    CHECK(t.metadata.at("units") == "5");
    CHECK(t.at("letters").shape == std::vector<std::int64_t>{10, 8, 30});
    ex::write_safetensors(dir.path("again"), t);
    auto const again = ex::read_safetensors(dir.path("again"));
    REQUIRE(again.size() == t.size());
    for (auto const& e : t) CHECK(again.at(e.name).bytes == e.bytes);
}
