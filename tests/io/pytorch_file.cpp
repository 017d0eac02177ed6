#include <doctest/doctest.h>

#include <cstdio>
#include <map>

#include "scratch.hpp"

#include <explainn/io/pytorch_file.hpp>

namespace ex = explainn;

static std::filesystem::path fixture(std::string const& name)
{
    return std::string{EXPLAINN_TEST_DATA} + "/io/" + name;
}

// the opcodes of a pickle, by hand
static std::string word(std::string const& s)
{
    std::string out{"X"};
    ex::detail::put_little_endian<4>(out, s.size());
    return out + s;
}
static std::string whole(std::int64_t n)
{
    std::string out{"\x8a\x08"};
    ex::detail::put_little_endian<8>(out, static_cast<std::uint64_t>(n));
    return out;
}
static std::string name(std::string const& module, std::string const& what)
{
    return "c" + module + "\n" + what + "\n";
}
static std::string tuple(std::vector<std::int64_t> const& numbers)
{
    std::string out{"("};
    for (auto const n : numbers) out += whole(n);
    return out + "t";
}
static std::string storage(std::string const& key, std::int64_t count,
                           std::string const& type = "FloatStorage", std::string const& device = "cuda:0")
{
    return "(" + word("storage") + name("torch", type) + word(key) + word(device) + whole(count) + "tQ";
}
static std::string tensor(std::string const& of, std::int64_t offset, std::vector<std::int64_t> const& shape,
                          std::vector<std::int64_t> const& stride)
{
    return name("torch._utils", "_rebuild_tensor_v2") + "(" + of + whole(offset) + tuple(shape) +
           tuple(stride) + "\x89}tR";
}
static std::string state(std::map<std::string, std::string> const& tensors)
{
    std::string out{"\x80\x02}("};
    for (auto const& pair : tensors) out += word(pair.first) + pair.second;
    return out + "u.";
}
static std::filesystem::path zip_of(scratch const& dir, std::string const& pickle,
                                    std::map<std::string, std::size_t> const& storages)
{
    ex::zip_writer zip{dir.path("x.pth")};
    zip.add("archive/data.pkl", pickle);
    for (auto const& pair : storages) zip.add("archive/data/" + pair.first, std::string(pair.second, '\0'));
    zip.commit();
    return dir.path("x.pth");
}

TEST_CASE("state dicts of both formats read: every type, strides, views of one storage")
{
    std::vector<double> want(24);
    for (std::size_t i = 0; i < 24; ++i) want[i] = (static_cast<double>(i) - 5) / 2;
    for (auto const* file : {"zip.pth", "older.pth"}) {
        CAPTURE(file);
        auto const t = ex::read_pytorch(fixture(file));
        CHECK(t.size() == 16);
        for (auto const* key : {"double", "float", "half", "bfloat", "turned", "parameter"}) {
            CHECK(t.values<double>(key) == want);
            CHECK(t.at(key).shape == std::vector<std::int64_t>{2, 3, 4});
        }
        for (auto const* key : {"long", "int", "short", "char"})
            for (std::size_t i = 0; i < 24; ++i)
                CHECK(t.values<std::int64_t>(key)[i] == static_cast<std::int64_t>(i) - 5);
        CHECK(t.at("bfloat").type == ex::dtype::bf16);
        CHECK(t.values<int>("byte")[23] == 23);
        CHECK(t.values<int>("bool") == std::vector<int>{1, 0});
        CHECK(t.at("scalar").shape.empty());
        CHECK(t.values<std::int64_t>("scalar")[0] == 7);
        CHECK(t.at("none").shape == std::vector<std::int64_t>{0, 3});
        CHECK(t.values<float>("even") == std::vector<float>{0, 2, 4});
        CHECK(t.values<float>("odd") == std::vector<float>{1, 3, 5});
    }
}

TEST_CASE("prefixes come off on request, and a checkpoint gives its state dict")
{
    CHECK(ex::read_pytorch(fixture("module.pth")).contains("module.0.weight"));
    for (auto const& t : {ex::read_pytorch(fixture("module.pth"), {.strip_module = true}),
                          ex::read_pytorch(fixture("checkpoint.pth"))}) {
        CHECK(t.size() == 7);
        CHECK(t.values<int>("0.weight") == std::vector<int>{0, 1, 2, 3, 4, 5});
        CHECK(t.contains("1.num_batches_tracked"));
    }
}

TEST_CASE("tensors of a GPU read")
{
    scratch const dir;
    auto const t =
        ex::read_pytorch(zip_of(dir, state({{"a", tensor(storage("0", 4), 1, {3}, {1})}}), {{"0", 16}}));
    CHECK(t.values<float>("a") == std::vector<float>{0, 0, 0});
}

TEST_CASE("hostile files are refused in one line")
{
    scratch const dir;
    auto const refusal = [&](std::string const& pickle, std::map<std::string, std::size_t> const& storages) {
        std::string const words = said([&] { ex::read_pytorch(zip_of(dir, pickle, storages)); });
        CHECK(words.substr(0, 16) == "x.pth: expected ");
        CHECK(words.find('\n') == std::string::npos);
        return words;
    };
    auto const one = [](std::string const& t) { return state({{"a", t}}); };
    // calls
    CHECK(refusal("\x80\x02" + name("os", "system") + word("ls") + "\x85R.", {}) ==
          "x.pth: expected tensors and nothing else in the pickle, found the name 'os system' at byte 13");
    CHECK(refusal("\x80\x04" + word("builtins") + word("eval") + "\x93" + word("1") + "\x85R.", {})
              .find("found the name 'builtins eval'") != std::string::npos);
    CHECK(refusal("\x80\x02(S'ls'\nios\nsystem\n.", {}).find("found opcode 83") != std::string::npos);
    CHECK(refusal("\x80\x02(ios\nsystem\n.", {}).find("found opcode 105") != std::string::npos);
    CHECK(refusal("\x80\x02}}\x81.", {}).find("found opcode 129") != std::string::npos);   // NEWOBJ
    CHECK(refusal("\x80\x02\x82\x01.", {}).find("found opcode 130") != std::string::npos); // EXT1
    refusal("\x80\x02" + name("collections", "OrderedDict") + ")R" + name("torch", "FloatStorage") + "b.",
            {});
    refusal(one(name("torch", "FloatStorage") + ")R"), {});
    // claims
    CHECK(refusal(one(tensor(storage("0", 2500000000), 0, {2500000000}, {1})), {{"0", 16}}) ==
          "x.pth: expected storage '0' to hold 10000000000 bytes, found 16");
    CHECK(refusal(one(tensor(storage("0", 4), 0, {2500000000}, {1})), {{"0", 16}}) ==
          "x.pth: expected tensor 'a' of shape (2500000000) to lie within its storage of 4 elements, found "
          "it running "
          "past or overlapping itself");
    refusal(one(tensor(storage("0", 4), 0, {std::int64_t{1} << 32, std::int64_t{1} << 32}, {1, 1})),
            {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {std::int64_t{1} << 62, 0, 8}, {1, 1, 1})), {{"0", 16}});
    refusal(one(tensor(storage("0", std::int64_t{1} << 62), 0, {1}, {1})), {{"0", 16}});
    refusal(one(tensor(storage("0", -4), 0, {1}, {1})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {-1}, {1})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), -1, {1}, {1})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 1, {4}, {1})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {2}, {4})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {2}, {-1})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {2}, {std::numeric_limits<std::int64_t>::max()})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {2, 2}, {1})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4, "ComplexFloatStorage"), 0, {4}, {1})), {{"0", 32}});
    CHECK(refusal(one(tensor(storage("1", 4), 0, {4}, {1})), {{"0", 16}}) ==
          "x.pth: expected an entry named 'archive/data/1' in the archive, found none");
    // overlaps
    refusal(one(tensor(storage("0", 4), 0, {4}, {0})), {{"0", 16}});
    refusal(one(tensor(storage("0", 4), 0, {2, 2}, {1, 1})), {{"0", 16}});
    CHECK(
        refusal(
            state({{"a", tensor(storage("0", 4), 0, {3}, {1})}, {"b", tensor(storage("0", 4), 2, {2}, {1})}}),
            {{"0", 16}}) ==
        "x.pth: expected tensors that do not overlap, found tensor 'b' of shape (2) over another or itself");
    refusal(state({{"a", tensor(storage("0", 4), 0, {4}, {1})},
                   {"b", tensor(storage("0", 4, "IntStorage"), 0, {4}, {1})}}),
            {{"0", 16}});
    // not a state dict
    refusal(one(whole(3)), {});
    refusal("\x80\x02].", {});
    refusal("", {});
    refusal("\x80\x02", {});
    refusal("\x80\x02.", {});
    refusal("\x80\x02t.", {});
    refusal("\x80\x02(a.", {});
    refusal("\x80\x02}(}u.", {});
    refusal("\x80\x02h\x05.", {});
    refusal("\x80\x09}.", {});
    refusal("\x80\x02}q\x01" + word("a") + "h\x01s.", {}); // a dict that holds itself
    refusal("\x80\x02" + std::string(300000, '}') + ".", {});
    // nested without end
    refusal("\x80\x02" + std::string(200000, ']') + std::string(199999, 'a') + ".", {});
    // a dict two levels deep doubles at every level
    std::string laughs = "\x80\x02}";
    for (int i = 0; i < 64; ++i) laughs += "q\x01}" + word("a") + "h\x01s" + word("b") + "h\x01s";
    refusal(laughs + ".", {});
}

TEST_CASE("fixtures that are no plain state dict are refused")
{
    auto const words = [](std::string const& file) { return said([&] { ex::read_pytorch(fixture(file)); }); };
    CHECK(words("tied.pth").find("expected tensors that do not overlap") != std::string::npos);
    CHECK(words("expanded.pth").find("overlapping itself") != std::string::npos);
    CHECK(words("module_object.pth").find("found the name 'torch.nn.modules.container Sequential'") !=
          std::string::npos);
    scratch const dir;
    CHECK(said([&] { ex::read_pytorch(dir.write("x.pth", "")); }) ==
          "x.pth: expected a file of torch.save, found an empty file");
    CHECK(said([&] { ex::read_pytorch(dir.write("x.pth", "ustar")); }) ==
          "x.pth: expected a file of torch.save, found something else");
}

TEST_CASE("torn files are refused wherever they are cut; flipped bits give an error or tensors, no crash")
{
    scratch const dir;
    for (auto const* file : {"zip.pth", "older.pth"}) {
        std::string const content = content_of(fixture(file));
        for (std::size_t n = 0; n < content.size(); n += 5) {
            std::string const words =
                said([&] { ex::read_pytorch(dir.write("x.pth", content.substr(0, n))); });
            CHECK(words != "");
            CHECK(words.find('\n') == std::string::npos);
        }
        for (std::size_t n = 0; n < content.size(); n += 2) {
            std::string flipped = content;
            flipped[n] = static_cast<char>(flipped[n] ^ (1 << n / 2 % 8));
            CHECK(said([&] { ex::read_pytorch(dir.write("x.pth", flipped)); }).find('\n') ==
                  std::string::npos);
        }
    }
}

TEST_CASE("the reference's model reads")
{
    std::filesystem::path const path =
        std::string{EXPLAINN_SHARED_DATA} + "/reference_model/model_epoch_best_4.pth";
    if (!std::filesystem::exists(path)) {
        std::puts("skipped: the shared data are not here");
        return;
    }
    auto const t = ex::read_pytorch(path);
    CHECK(t.size() == 23);
    CHECK(t.at("linears.0.weight").shape == std::vector<std::int64_t>{100, 4, 19});
    CHECK(t.at("linears.6.weight").shape == std::vector<std::int64_t>{10000, 26, 1});
    CHECK(t.at("final.weight").shape == std::vector<std::int64_t>{3, 100});
    CHECK(t.values<std::int64_t>("linears.1.num_batches_tracked")[0] == 2500);
    // as PyTorch prints them
    CHECK(t.values<float>("linears.0.weight")[0] == 0.05428355932235718f);
    CHECK(t.values<float>("linears.1.bias")[0] == -0.0009729589801281691f);
}
