#include <doctest/doctest.h>

#include <cstdio>

#include "support/folder.hpp"
#include "support/skip.hpp"

#include <explainn/io/npz.hpp>

namespace ex = explainn;

static std::filesystem::path fixture(std::string const& name)
{
    return std::string{EXPLAINN_TEST_DATA} + "/io/" + name;
}

// -2.5, -2, -1.5, ... in row order, as make_fixtures.py writes it
static std::vector<double> halves(std::size_t count)
{
    std::vector<double> x(count);
    for (std::size_t i = 0; i < count; ++i) x[i] = (static_cast<double>(i % 24) - 5) / 2;
    return x;
}

TEST_CASE("NumPy's arrays read in every type and order")
{
    for (auto const* name : {"f8.npy", "f4_fortran.npy", "f2_big.npy"}) {
        auto const t = ex::read_npy(fixture(name));
        CAPTURE(name);
        CHECK(t.shape == std::vector<std::int64_t>{2, 3, 4});
        CHECK(t.values<double>() == halves(24));
    }
    auto const wide = ex::read_npy(fixture("i8_big_fortran.npy")).values<std::int64_t>();
    for (std::size_t i = 0; i < 24; ++i) CHECK(wide[i] == static_cast<std::int64_t>(i) - 5);
    CHECK(ex::read_npy(fixture("u2.npy")).values<int>() == std::vector<int>{0, 1, 65535});
    CHECK(ex::read_npy(fixture("scalar.npy")).shape.empty());
    CHECK(ex::read_npy(fixture("scalar.npy")).values<float>() == std::vector<float>{1.5f});
    CHECK(ex::read_npy(fixture("bool.npy")).values<int>() == std::vector<int>{1, 0});
    CHECK(ex::read_npy_texts(fixture("texts.npy")) == std::vector<std::string>{"chr1:2-3", "b"});
}

TEST_CASE("NumPy's archives read, stored and deflated")
{
    auto const stored = ex::read_npz(fixture("stored.npz"));
    CHECK(stored.values<double>("x") == halves(24));
    CHECK(stored.values<int>("labels") == std::vector<int>{1, 0, 1});
    auto const deflated = ex::read_npz(fixture("deflated.npz"));
    CHECK(deflated.at("x").shape == std::vector<std::int64_t>{40, 3, 4});
    CHECK(deflated.values<double>("x") == halves(480));
}

TEST_CASE("arrays written are NumPy's bytes and read back")
{
    testing::folder const dir;
    auto const f8 = ex::read_npy(fixture("f8.npy"));
    ex::write_npy(dir.path("f8.npy"), f8);
    CHECK(testing::bytes_of(dir.path("f8.npy")) == testing::bytes_of(fixture("f8.npy")));
    for (auto const* name : {"bool.npy", "scalar.npy"}) {
        ex::write_npy(dir.path("x.npy"), ex::read_npy(fixture(name)));
        CHECK(testing::bytes_of(dir.path("x.npy")) == testing::bytes_of(fixture(name)));
    }
    ex::tensor_table table;
    table.add(ex::tensor_entry::of<double>("x", {2, 3, 4}, halves(24)));
    table.add(ex::tensor_entry::of<std::int8_t>("y", {0}, std::vector<std::int8_t>{}));
    ex::write_npz(dir.path("a.npz"), table);
    auto const back = ex::read_npz(dir.path("a.npz"));
    CHECK(back.values<double>("x") == halves(24));
    CHECK(back.at("y").shape == std::vector<std::int64_t>{0});
    ex::write_npz(dir.path("b.npz"), back);
    CHECK(testing::bytes_of(dir.path("a.npz")) == testing::bytes_of(dir.path("b.npz")));
}

TEST_CASE("arrays that are none, lie or are torn are refused in one line")
{
    testing::folder const dir;
    auto const refusal = [&](std::string const& content) {
        std::string const words = testing::said([&] { ex::read_npy(dir.write("x.npy", content)); });
        CHECK(words.substr(0, 16) == "x.npy: expected ");
        CHECK(words.find('\n') == std::string::npos);
        return words;
    };
    auto const file = [](std::string const& dictionary, std::size_t data) {
        std::string out{"\x93NUMPY\x01\0", 8};
        ex::detail::put_little_endian<2>(out, dictionary.size());
        return out + dictionary + std::string(data, '\0');
    };
    auto const head = [](std::string const& descr, std::string const& shape) {
        return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    };
    CHECK(testing::said([&] { ex::read_npy(dir.write("x.npy", file(head("<f4", "(2,)"), 8))); }) == "");
    CHECK(refusal("") == "x.npy: expected an npy array, found something else");
    CHECK(refusal(file(head("<f4", "(2,)"), 7)) == "x.npy: expected 8 bytes of data for shape (2), found 7");
    CHECK(refusal(file(head("<f4", "(2,)"), 9)) == "x.npy: expected 8 bytes of data for shape (2), found 9");
    CHECK(refusal(file(head("<f4", "(2500000000,)"), 8)) ==
          "x.npy: expected 10000000000 bytes of data for shape (2500000000), found 8");
    refusal(file(head("<f4", "(4294967296,4294967296)"), 0));
    refusal(file(head("<f4", "(4294967296,4294967296,0)"), 0));
    refusal(file(head("<f4", "(-1,)"), 0));
    refusal(file(head("<f4", "(99999999999999999999,)"), 0));
    CHECK(refusal(testing::bytes_of(fixture("objects.npy"))).find("found '|O'") != std::string::npos);
    CHECK(refusal(file(head("<U4", "(1,)"), 16)).find("found '<U4'") != std::string::npos);
    refusal(file(head("<f3", "(1,)"), 3));
    refusal(file(head("f4", "(1,)"), 4));
    refusal(file("{'descr': '<f4', 'descr': '<f4', 'shape': (1,), }", 4));
    refusal(file("{'descr': '<f4', 'shape': (1,), }", 4));
    refusal(file("{'descr': '<f4", 4));
    refusal(std::string{"\x93NUMPY\x09\0\0\0\0\0", 12});
    refusal(std::string{"\x93NUMPY\x01\0\xff\xff", 10});
    std::string const whole = testing::bytes_of(fixture("f8.npy"));
    for (std::size_t n = 0; n < whole.size(); n += 7) refusal(whole.substr(0, n));
    CHECK(testing::said([&] { ex::read_npy_texts(fixture("f8.npy")); }).find("found '<f8'") !=
          std::string::npos);
}

TEST_CASE("archives that lie or are torn are refused in one line")
{
    testing::folder const dir;
    auto const refusal = [&](std::string const& content) {
        std::string const words = testing::said([&] { ex::read_npz(dir.write("x.npz", content)); });
        CHECK(words.substr(0, 16) == "x.npz: expected ");
        CHECK(words.find('\n') == std::string::npos);
        return words;
    };
    CHECK(refusal("") == "x.npz: expected a zip archive, found no directory at its end");
    for (auto const* name : {"stored.npz", "deflated.npz"}) {
        std::string const whole = testing::bytes_of(fixture(name));
        for (std::size_t n = 0; n < whole.size(); n += 11) refusal(whole.substr(0, n));
        // a flipped bit anywhere gives either the same arrays or an error
        auto const want = ex::read_npz(fixture(name));
        for (std::size_t n = 0; n < whole.size(); n += 3) {
            std::string flipped = whole;
            flipped[n] = static_cast<char>(flipped[n] ^ (1 << n % 8));
            std::string const words = testing::said([&] {
                auto const t = ex::read_npz(dir.write("y.npz", flipped));
                for (std::size_t i = 0; i < t.size(); ++i) CHECK(t[i].bytes == want[i].bytes);
            });
            CHECK(words.find('\n') == std::string::npos);
        }
    }
    std::string stored = testing::bytes_of(fixture("stored.npz"));
    std::size_t const data = stored.find("NUMPY") + 130;
    std::string wrong = stored;
    wrong[data] = static_cast<char>(wrong[data] ^ 1);
    CHECK(refusal(wrong) == "x.npz: expected entry 'x.npy' to have its CRC, found another");
    // both sizes of the first directory entry claim almost 4 GB
    std::size_t const entry = stored.find("PK\x01\x02");
    wrong = stored;
    for (std::size_t i = 20; i < 28; ++i) wrong[entry + i] = '\xf0';
    CHECK(refusal(wrong) ==
          "x.npz: expected entry 'x.npy' to lie before the directory, found it running past");
    wrong = testing::bytes_of(fixture("deflated.npz"));
    std::size_t const packed = wrong.find("PK\x01\x02");
    for (std::size_t i = 24; i < 28; ++i) wrong[packed + i] = '\xf0';
    CHECK(refusal(wrong).find("expected a possible size of entry 'x.npy'") != std::string::npos);
    wrong = stored;
    wrong[entry + 10] = 12;
    CHECK(refusal(wrong) == "x.npz: expected stored or deflated entries, found method 12 in 'x.npy'");
    wrong = stored;
    wrong[entry + 8] = 1;
    CHECK(refusal(wrong) == "x.npz: expected entries without password, found an encrypted one, 'x.npy'");
    // the second entry points at the first
    std::size_t const second = stored.find("PK\x01\x02", entry + 4);
    wrong = stored;
    for (std::size_t i = 42; i < 46; ++i) wrong[second + i] = wrong[entry + i];
    CHECK(refusal(wrong) == "x.npz: expected entries side by side, found two that overlap");
}

TEST_CASE("the AI-TAC arrays read")
{
    std::filesystem::path const dir = std::string{EXPLAINN_SHARED_DATA} + "/aitac_sample";
    if (!std::filesystem::exists(dir)) return test::skip("the shared data are not here");
    auto const one_hot = ex::read_npy(dir / "one_hot_seqs.npy");
    CHECK(one_hot.shape == std::vector<std::int64_t>{100, 4, 251});
    auto const x = one_hot.values<int>();
    for (std::size_t i = 0; i < 251; ++i) CHECK(x[i] + x[251 + i] + x[502 + i] + x[753 + i] == 1);
    CHECK(ex::read_npy(dir / "cell_type_array.npy").shape == std::vector<std::int64_t>{100, 81});
    CHECK(ex::read_npy_texts(dir / "peak_names.npy").size() == 100);
}
