#include <doctest/doctest.h>

#include <cstdio>
#include <map>

#include "support/folder.hpp"
#include "support/skip.hpp"

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
static std::filesystem::path zip_of(testing::folder const& dir, std::string const& pickle,
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

TEST_CASE("the prefixes of every wrapper come off, one within another")
{
    testing::folder const dir;
    std::vector<std::vector<std::string>> const chains{
        {"_orig_mod."},       {"module._orig_mod."},       {"_orig_mod.module."},     {"model."},
        {"model._orig_mod."}, {"_forward_module.module."}, {"_fsdp_wrapped_module."}, {"module.module."}};
    for (auto const& chain : chains) {
        CAPTURE(chain[0]);
        auto const path = zip_of(dir,
                                 state({{chain[0] + "linears.0.weight", tensor(storage("0", 4), 0, {2}, {1})},
                                        {chain[0] + "final.bias", tensor(storage("0", 4), 2, {2}, {1})}}),
                                 {{"0", 16}});
        auto const t = ex::read_pytorch(path, {.strip_module = true});
        CHECK(t.size() == 2);
        CHECK(t.contains("linears.0.weight"));
        CHECK(t.contains("final.bias"));
        CHECK(ex::read_pytorch(path).contains(chain[0] + "final.bias"));
    }
    // a name that only resembles a prefix stays, and two names must not become one
    CHECK(ex::read_pytorch(zip_of(dir, state({{"module", tensor(storage("0", 1), 0, {1}, {1})}}), {{"0", 4}}),
                           {.strip_module = true})
              .contains("module"));
    CHECK(testing::said([&] {
              ex::read_pytorch(zip_of(dir,
                                      state({{"module.a", tensor(storage("0", 2), 0, {1}, {1})},
                                             {"model.a", tensor(storage("0", 2), 1, {1}, {1})}}),
                                      {{"0", 8}}),
                               {.strip_module = true});
          }) == "x.pth: expected every tensor once, found 'a' twice");
}

TEST_CASE("what training scripts keep beside the tensors is passed over, and never called")
{
    testing::folder const dir;
    // numpy.float64(0.5) as NumPy 1 and 2 pickle it for protocol 2, and for protocol 4
    auto const dtype = [](std::string const& kind) {
        return name("numpy", "dtype") + word(kind) + whole(0) + whole(1) + "\x87R(" + whole(3) + word("<") +
               "NNN" + whole(-1) + whole(-1) + whole(0) + "tb";
    };
    auto const latin = name("_codecs", "encode") + word("\x3f") + word("latin1") + "\x86R";
    std::map<std::string, std::string> beside;
    for (std::string const kind : {"f8", "f4", "f2", "i8", "u1", "b1", "c16"})
        beside["numpy 1 " + kind] = name("numpy.core.multiarray", "scalar") + dtype(kind) + latin + "\x86R";
    beside["numpy 2"] = name("numpy._core.multiarray", "scalar") + dtype("f8") + latin + "\x86R";
    beside["numpy 2, protocol 4"] = word("numpy._core.multiarray") + word("scalar") + "\x93\x94" +
                                    dtype("f8") + std::string{"C\x08\0\0\0\0\0\0\xe0\x3f", 10} + "\x86R";
    beside["numpy array"] = name("numpy.core.multiarray", "_reconstruct") + name("numpy", "ndarray") +
                            whole(0) + "\x85" + latin + "\x87R(" + whole(1) + whole(2) + "\x85" +
                            dtype("i4") + "\x89" + latin + "tb";
    beside["argparse"] = name("argparse", "Namespace") + ")\x81}(" + word("lr") + whole(1) + "ub";
    beside["defaultdict"] = name("collections", "defaultdict") + name("__builtin__", "list") + "\x85R(" +
                            word("train") + "](" + whole(1) + whole(2) + "eu";
    beside["Counter"] = name("collections", "Counter") + "}\x85R";
    beside["path"] = name("pathlib", "PosixPath") + "(" + word("/") + word("data") + "tR";
    beside["date"] = name("datetime", "datetime") + latin + "\x85R";
    beside["set"] = name("__builtin__", "set") + "](" + whole(1) + "e\x85R";
    beside["set, protocol 4"] = "\x8f(" + whole(1) + whole(2) + "\x90";
    beside["frozenset, protocol 4"] = "(" + whole(1) + "\x91";
    beside["dtype"] = name("torch", "float32");
    beside["device"] = name("torch", "device") + word("cuda") + "\x85R";
    beside["size"] = name("torch", "Size") + "(" + whole(2) + "t\x85R";
    beside["bytes"] = std::string{"B\x02\0\0\0ab", 7};
    std::string const weights = tensor(storage("0", 4), 0, {4}, {1});
    std::string all;
    for (auto const& [what, value] : beside) {
        CAPTURE(what);
        // beside the tensor in the state dict, and beside the state dict
        for (std::string const& pickle :
             {"\x80\x02}(" + word("a") + weights + word("x") + value + "u.",
              "\x80\x02}(" + word("x") + value + word("state_dict") + "}(" + word("a") + weights + "uu."}) {
            auto const t = ex::read_pytorch(zip_of(dir, pickle, {{"0", 16}}));
            CHECK(t.size() == 1);
            CHECK(t.values<float>("a") == std::vector<float>{0, 0, 0, 0});
        }
        all += word(what) + value;
    }
    CHECK(
        ex::read_pytorch(zip_of(dir, "\x80\x02}(" + all + word("a") + weights + "u.", {{"0", 16}})).size() ==
        1);
    // none of them is a tensor
    for (auto const& [what, value] : beside) {
        CAPTURE(what);
        CHECK(testing::said([&] {
                  ex::read_pytorch(zip_of(dir, state({{"a", value}}), {}));
              }) == "x.pth: expected a state dict with tensors, found none");
    }
    // nor is an object from which a parameter is made
    CHECK(testing::said([&] {
              ex::read_pytorch(zip_of(dir,
                                      state({{"a", name("torch._utils", "_rebuild_parameter") + "(" +
                                                       beside["numpy 2"] + "\x89}tR"}}),
                                      {}));
          }).find("expected a tensor under 'a'") != std::string::npos);
    for (auto const* module : {"os", "posix", "subprocess", "builtins", "__builtin__", "numpy", "torch.hub"})
        for (auto const* what : {"system", "Popen", "eval", "exec", "getattr", "load", "__import__"})
            CHECK(testing::said([&] {
                      ex::read_pytorch(zip_of(
                          dir, state({{"a", weights}, {"b", name(module, what) + word("x") + "\x85R"}}),
                          {{"0", 16}}));
                  })
                      .find("expected tensors and nothing else in the pickle, found the name '" +
                            std::string{module} + " " + what + "'") != std::string::npos);
}

TEST_CASE("a checkpoint gives its state dict though its loss is a tensor and the optimizer holds some")
{
    testing::folder const dir;
    auto const dict = [](std::string const& items) { return "}(" + items + "u"; };
    std::string const weights = dict(word("a") + tensor(storage("0", 4), 0, {4}, {1})),
                      loss = tensor(storage("1", 1), 0, {}, {}),
                      momenta =
                          dict(word("state") +
                               dict(whole(0) + dict(word("exp_avg") + tensor(storage("2", 4), 0, {4}, {1}))));
    for (std::string const key :
         {"state_dict", "model_state_dict", "model", "model_state", "net", "network"}) {
        CAPTURE(key);
        auto const t = ex::read_pytorch(zip_of(
            dir,
            "\x80\x02" +
                dict(word("loss") + loss + word("optimizer_state_dict") + momenta + word(key) + weights) +
                ".",
            {{"0", 16}, {"1", 4}, {"2", 16}}));
        CHECK(t.size() == 1);
        CHECK(t.contains("a"));
    }
}

TEST_CASE("two dicts of tensors are one state dict with dots in its names, unless one is called the model's")
{
    testing::folder const dir;
    auto const two = [&](std::string const& first, std::string const& second) {
        auto const dict = [](std::string const& items) { return "}(" + items + "u"; };
        return ex::read_pytorch(
            zip_of(dir,
                   "\x80\x02" +
                       dict(word(first) + dict(word("a") + tensor(storage("0", 4), 0, {4}, {1})) +
                            word(second) + dict(word("b") + tensor(storage("1", 4), 0, {4}, {1}))) +
                       ".",
                   {{"0", 16}, {"1", 16}}));
    };
    auto const parts = two("net", "head");
    CHECK(parts.size() == 2);
    CHECK(parts.contains("net.a"));
    CHECK(parts.contains("head.b"));
    auto const chosen = two("ema", "state_dict");
    CHECK(chosen.size() == 1);
    CHECK(chosen.contains("b"));
}

TEST_CASE("a checkpoint with a NumPy scalar, a set and options beside its tensors")
{
    auto const t = ex::read_pytorch(fixture("beside.pth"), {.strip_module = true});
    CHECK(t.size() == 1);
    CHECK(t.at("a").shape == std::vector<std::int64_t>{2, 2});
    CHECK(t.values<float>("a") == std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("odd checkpoints give the tensors of the plain one")
{
    std::string const folder = std::string{EXPLAINN_SHARED_DATA} + "/odd_inputs/";
    if (!std::filesystem::exists(folder)) return test::skip("the shared data are not here");
    auto const plain = ex::read_pytorch(folder + "45_plain.pth");
    CHECK(plain.size() > 5);
    for (auto const* name : {"45_numpy_scalar.pth", "46_compiled.pth", "51_loss_is_a_tensor.pth"}) {
        CAPTURE(name);
        auto const t = ex::read_pytorch(folder + name, {.strip_module = true});
        REQUIRE(t.size() == plain.size());
        for (std::size_t i = 0; i < t.size(); ++i) {
            CHECK(t[i].name == plain[i].name);
            CHECK(t[i].shape == plain[i].shape);
            CHECK(t[i].bytes == plain[i].bytes);
        }
    }
}

TEST_CASE("tensors of a GPU read")
{
    testing::folder const dir;
    auto const t =
        ex::read_pytorch(zip_of(dir, state({{"a", tensor(storage("0", 4), 1, {3}, {1})}}), {{"0", 16}}));
    CHECK(t.values<float>("a") == std::vector<float>{0, 0, 0});
}

TEST_CASE("hostile files are refused in one line")
{
    testing::folder const dir;
    auto const refusal = [&](std::string const& pickle, std::map<std::string, std::size_t> const& storages) {
        std::string const words = testing::said([&] { ex::read_pytorch(zip_of(dir, pickle, storages)); });
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
    auto const words = [](std::string const& file) {
        return testing::said([&] { ex::read_pytorch(fixture(file)); });
    };
    CHECK(words("tied.pth").find("expected tensors that do not overlap") != std::string::npos);
    CHECK(words("expanded.pth").find("overlapping itself") != std::string::npos);
    CHECK(words("module_object.pth").find("found the name 'torch.nn.modules.container Sequential'") !=
          std::string::npos);
    testing::folder const dir;
    CHECK(testing::said([&] { ex::read_pytorch(dir.write("x.pth", "")); }) ==
          "x.pth: expected a file of torch.save, found an empty file");
    CHECK(testing::said([&] { ex::read_pytorch(dir.write("x.pth", "ustar")); }) ==
          "x.pth: expected a file of torch.save, found something else");
}

TEST_CASE("torn files are refused wherever they are cut; flipped bits give an error or tensors, no crash")
{
    testing::folder const dir;
    for (auto const* file : {"zip.pth", "older.pth", "beside.pth"}) {
        std::string const content = testing::bytes_of(fixture(file));
        for (std::size_t n = 0; n < content.size(); n += 5) {
            std::string const words =
                testing::said([&] { ex::read_pytorch(dir.write("x.pth", content.substr(0, n))); });
            CHECK(words != "");
            CHECK(words.find('\n') == std::string::npos);
        }
        for (std::size_t n = 0; n < content.size(); n += 2) {
            std::string flipped = content;
            flipped[n] = static_cast<char>(flipped[n] ^ (1 << n / 2 % 8));
            CHECK(testing::said([&] { ex::read_pytorch(dir.write("x.pth", flipped)); }).find('\n') ==
                  std::string::npos);
        }
    }
}

TEST_CASE("the reference's model reads")
{
    std::filesystem::path const path =
        std::string{EXPLAINN_SHARED_DATA} + "/reference_model/model_epoch_best_4.pth";
    if (!std::filesystem::exists(path)) return test::skip("the shared data are not here");
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
