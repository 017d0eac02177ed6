// State dicts that torch.save wrote: the zip archives of PyTorch 1.6 and later, and the older plain pickles.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/pickle.hpp>
#include <explainn/io/tensor_table.hpp>
#include <explainn/io/zip.hpp>

namespace explainn::EXPLAINN_ABI {

/// How read_pytorch names the tensors that it finds.
struct pytorch_options {
    /// Removes the prefixes that wrappers of a network add to its names: "module.final.bias" (DataParallel),
    /// "_orig_mod.final.bias" (torch.compile), "model.final.bias" (Lightning) and
    /// "module._orig_mod.final.bias" become "final.bias".
    bool strip_module = false;
};

namespace detail {
inline constexpr std::array<std::pair<std::string_view, dtype>, 10> torch_storages{
    {{"DoubleStorage", dtype::f64},
     {"FloatStorage", dtype::f32},
     {"HalfStorage", dtype::f16},
     {"BFloat16Storage", dtype::bf16},
     {"LongStorage", dtype::i64},
     {"IntStorage", dtype::i32},
     {"ShortStorage", dtype::i16},
     {"CharStorage", dtype::i8},
     {"ByteStorage", dtype::u8},
     {"BoolStorage", dtype::boolean}}};
/// Prefixes that wrappers add to all names of the state dict of a network: DataParallel and
/// DistributedDataParallel (also AveragedModel), torch.compile, Lightning (the usual attribute of a
/// LightningModule), Lightning's Fabric, and FullyShardedDataParallel.
inline constexpr std::array<std::string_view, 5> torch_wrappers{"module.", "_orig_mod.", "model.",
                                                                "_forward_module.", "_fsdp_wrapped_module."};
inline std::string without_wrappers(std::string name)
{
    for (bool found = true; found;) {
        found = false;
        for (std::string_view const prefix : torch_wrappers)
            if (name.size() > prefix.size() && name.starts_with(prefix)) {
                name.erase(0, prefix.size());
                found = true;
            }
    }
    return name;
}

/// The names that a checkpoint may contain. Tensors are made from those of torch and of OrderedDict; objects
/// of the other names beside the tensors (a loss as a NumPy scalar, options, paths, dates) are skipped.
/// Nothing is ever called.
inline std::vector<std::string_view> torch_names()
{
    return {"collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor",
            "torch._utils _rebuild_parameter", "torch DoubleStorage", "torch FloatStorage",
            "torch HalfStorage", "torch BFloat16Storage", "torch LongStorage", "torch IntStorage",
            "torch ShortStorage", "torch CharStorage", "torch ByteStorage", "torch BoolStorage",
            "torch.cuda DoubleStorage", "torch.cuda FloatStorage", "torch.cuda HalfStorage",
            "torch.cuda BFloat16Storage", "torch.cuda LongStorage", "torch.cuda IntStorage",
            "torch.cuda ShortStorage", "torch.cuda CharStorage", "torch.cuda ByteStorage",
            "torch.cuda BoolStorage",
            // these occur beside the tensors
            "torch Size", "torch device", "torch float16", "torch bfloat16", "torch float32", "torch float64",
            "torch int64", "numpy.core.multiarray scalar", "numpy._core.multiarray scalar",
            "numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct", "numpy dtype",
            "numpy ndarray", "_codecs encode", "collections defaultdict", "collections Counter",
            "__builtin__ set", "builtins set", "__builtin__ frozenset", "builtins frozenset",
            "__builtin__ list", "builtins list", "__builtin__ dict", "builtins dict", "__builtin__ int",
            "builtins int", "__builtin__ float", "builtins float", "__builtin__ complex", "builtins complex",
            "__builtin__ bytearray", "builtins bytearray", "argparse Namespace", "types SimpleNamespace",
            "pathlib Path", "pathlib PosixPath", "pathlib WindowsPath", "pathlib PurePosixPath",
            "datetime datetime", "datetime date", "datetime timedelta"};
}

/// The memory that tensors are views into.
struct torch_storage {
    dtype type{};
    std::uint64_t count{};
    std::vector<std::byte> bytes{};
    std::vector<bool> taken{}; ///< which elements belong to a tensor
};

/// Turns the pickle of a state dict and its storages into tensors.
class torch_state {
public:
    using kind = pickle_value::kind;

    explicit torch_state(pickle const& p) : p_{p}
    {
        for (std::uint32_t i = 0; i < p_.size(); ++i)
            if (p_[i].is == kind::persistent) add_storage(i);
    }
    std::map<std::string, torch_storage>& storages() { return storages_; }

    tensor_table tensors(pytorch_options const& options)
    {
        tensor_table table;
        add_tensors(table, model_dict(), "", options);
        if (table.size() == 0) throw error{"expected a state dict with tensors, found none"};
        return table;
    }

private:
    pickle_value const& item(pickle_value const& of, std::size_t i, kind is) const
    {
        if (i >= of.items.size() || p_[of.items[i]].is != is)
            throw error{
                "expected the pickle of a state dict, found values of other kinds in a tensor or storage"};
        return p_[of.items[i]];
    }
    void add_storage(std::uint32_t i)
    {
        pickle_value const& id = item(p_[i], 0, kind::tuple);
        if (item(id, 0, kind::text).text != "storage" || id.items.size() < 5 || id.items.size() > 6 ||
            (id.items.size() == 6 && p_[id.items[5]].is != kind::none))
            throw error{"expected storages of a state dict, found another object kept beside the pickle"};
        std::string_view const name = item(id, 1, kind::global).text;
        auto const known = std::find_if(torch_storages.begin(), torch_storages.end(), [&](auto const& s) {
            return name.substr(name.find(' ') + 1) == s.first;
        });
        if (known == torch_storages.end())
            throw error{"expected a storage of numbers, found " + in_quotes(name)};
        pickle_value const& count = item(id, 4, kind::integer);
        std::int64_t const shape[]{count.integer};
        if (!bytes_of_shape(shape, size_of(known->second)))
            throw error{"expected a possible size of a storage, found " + std::to_string(count.integer)};
        std::string const& key = item(id, 2, kind::text).text;
        auto const where =
            storages_
                .emplace(key, torch_storage{known->second, static_cast<std::uint64_t>(count.integer), {}, {}})
                .first;
        if (where->second.type != known->second ||
            where->second.count != static_cast<std::uint64_t>(count.integer))
            throw error{"expected one type and size of storage " + in_quotes(key) + ", found two"};
        key_of_.emplace(i, key);
    }
    bool is_tensor(std::uint32_t i) const
    {
        return p_[i].is == kind::call && p_[i].text.starts_with("torch._utils _rebuild_");
    }
    // whether a dict holds tensors directly
    bool holds_tensors(std::uint32_t i) const
    {
        auto const& items = p_[i].items;
        if (p_[i].is != kind::dict) return false;
        for (std::size_t k = 0; k + 1 < items.size(); k += 2)
            if (is_tensor(items[k + 1])) return true;
        return false;
    }
    // finds the state dict in a checkpoint, which may also hold other things, such as a loss as a tensor and
    // the tensors of the optimizer
    std::uint32_t model_dict() const
    {
        pickle_value const& root = p_[p_.root()];
        if (root.is != kind::dict) throw error{"expected a state dict, found another value"};
        bool const tensors = holds_tensors(p_.root());
        std::size_t networks = 0; // dicts of the checkpoint that hold tensors
        for (std::size_t i = 0; i + 1 < root.items.size(); i += 2)
            networks += holds_tensors(root.items[i + 1]);
        struct usual_name {
            std::string_view name;
            bool among_others; // the dict of this name is chosen even if other dicts hold tensors
        };
        for (auto const& [name, among_others] : {usual_name{"state_dict", true},
                                                 {"model_state_dict", true},
                                                 {"model", true},
                                                 {"model_state", false},
                                                 {"net", false},
                                                 {"network", false}})
            for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
                std::uint32_t const value = root.items[i + 1];
                bool const fits =
                    among_others ? !tensors || holds_tensors(value) : networks == 1 && holds_tensors(value);
                if (p_[root.items[i]].text == name && p_[value].is == kind::dict && fits) return value;
            }
        return p_.root();
    }
    void add_tensors(tensor_table& table, std::uint32_t dict, std::string const& prefix,
                     pytorch_options const& options)
    {
        if (!visited_.insert(dict).second || visited_.size() > 1000)
            throw error{"expected a state dict without cycles, found a dict within a dict again"};
        pickle_value const& d = p_[dict];
        for (std::size_t i = 0; i + 1 < d.items.size(); i += 2) {
            pickle_value const& key = p_[d.items[i]];
            bool const dict_or_tensor = p_[d.items[i + 1]].is == kind::dict || is_tensor(d.items[i + 1]);
            if (!dict_or_tensor) continue;
            if (key.is != kind::text && key.is != kind::integer)
                throw error{"expected names of tensors, found another key"};
            std::string name = prefix + (key.is == kind::text ? key.text : std::to_string(key.integer));
            if (p_[d.items[i + 1]].is == kind::dict) {
                add_tensors(table, d.items[i + 1], name + ".", options);
                continue;
            }
            if (options.strip_module) name = without_wrappers(std::move(name));
            table.add(tensor(d.items[i + 1], std::move(name)));
        }
    }
    tensor_entry tensor(std::uint32_t i, std::string name)
    {
        pickle_value const* call = &p_[i];
        if (call->text == "torch._utils _rebuild_parameter") call = &item(*call, 0, kind::call);
        if (call->text.substr(0, 28) != "torch._utils _rebuild_tensor")
            throw error{"expected a tensor under " + in_quotes(name) + ", found another object"};
        item(*call, 0, kind::persistent);
        torch_storage& storage = storages_.at(key_of_.at(call->items[0]));
        std::vector<std::int64_t> const shape = integers(item(*call, 2, kind::tuple));
        std::vector<std::int64_t> const stride = integers(item(*call, 3, kind::tuple));
        return view(std::move(name), storage, item(*call, 1, kind::integer).integer, shape, stride);
    }
    std::vector<std::int64_t> integers(pickle_value const& tuple) const
    {
        std::vector<std::int64_t> out;
        for (std::size_t i = 0; i < tuple.items.size(); ++i)
            out.push_back(item(tuple, i, kind::integer).integer);
        return out;
    }
    static tensor_entry view(std::string name, torch_storage& storage, std::int64_t offset,
                             std::vector<std::int64_t> const& shape, std::vector<std::int64_t> const& stride)
    {
        std::size_t const size = size_of(storage.type);
        auto const bytes = bytes_of_shape(shape, size);
        std::string const where = "tensor " + in_quotes(name) + " of shape " + shape_text(shape);
        bool good = bytes && stride.size() == shape.size() && offset >= 0 && *bytes <= storage.bytes.size();
        std::int64_t last = offset;
        for (std::size_t k = 0; good && *bytes > 0 && k < shape.size(); ++k) {
            std::int64_t reach = 0;
            good = stride[k] >= 0 && !__builtin_mul_overflow(shape[k] - 1, stride[k], &reach) &&
                   !__builtin_add_overflow(last, reach, &last);
        }
        good = good && (*bytes == 0 || static_cast<std::uint64_t>(last) < storage.count);
        if (!good)
            throw error{"expected " + where + " to lie within its storage of " +
                        std::to_string(storage.count) +
                        " elements, found it running past or overlapping itself"};
        tensor_entry out{std::move(name), storage.type, shape, std::vector<std::byte>(*bytes)};
        storage.taken.resize(storage.count);
        std::vector<std::int64_t> at(shape.size());
        auto from = static_cast<std::size_t>(offset);
        for (std::size_t i = 0; i * size < *bytes; ++i) {
            if (storage.taken[from])
                throw error{"expected tensors that do not overlap, found " + where +
                            " over another or itself"};
            storage.taken[from] = true;
            std::copy_n(storage.bytes.begin() + static_cast<std::ptrdiff_t>(from * size), size,
                        out.bytes.begin() + static_cast<std::ptrdiff_t>(i * size));
            for (std::size_t k = shape.size(); k-- > 0;) {
                from += static_cast<std::size_t>(stride[k]);
                if (++at[k] < shape[k]) break;
                from -= static_cast<std::size_t>(stride[k] * shape[k]);
                at[k] = 0;
            }
        }
        return out;
    }

    pickle const& p_;
    std::map<std::string, torch_storage> storages_;
    std::map<std::uint32_t, std::string> key_of_;
    std::set<std::uint32_t> visited_;
};

inline tensor_table read_torch_zip(std::filesystem::path const& path, pytorch_options const& options)
{
    zip_reader const zip{path};
    std::string const tail = "/data.pkl";
    std::string folder;
    for (std::string const& name : zip.names())
        if (name.size() > tail.size() && name.compare(name.size() - tail.size(), tail.size(), tail) == 0)
            folder = name.substr(0, name.size() - tail.size());
    if (folder.empty()) throw error{"expected an archive of torch.save with data.pkl, found none"};
    if (zip.contains(folder + "/byteorder")) {
        auto const order = zip.read(folder + "/byteorder");
        if (std::string{reinterpret_cast<char const*>(order.data()), order.size()} != "little")
            throw error{"expected little-endian tensors, found others"};
    }
    auto const bytes = zip.read(folder + tail);
    pickle const p{bytes, torch_names()};
    torch_state state{p};
    for (auto& pair : state.storages()) {
        std::string const name = folder + "/data/" + pair.first;
        if (zip.contains(name) && zip.size(name) != pair.second.count * size_of(pair.second.type))
            throw error{"expected storage " + in_quotes(pair.first) + " to hold " +
                        std::to_string(pair.second.count * size_of(pair.second.type)) + " bytes, found " +
                        std::to_string(zip.size(name))};
        pair.second.bytes = zip.read(name);
    }
    return state.tensors(options);
}

/// The older format: four pickles (a magic number, a version, facts about the system, the state dict), the
/// pickle of the storages' keys, then for each storage its count and its elements.
inline tensor_table read_torch_pickle(std::filesystem::path const& path, pytorch_options const& options)
{
    binary_file const file{path};
    auto const bytes = file.read(0, file.size());
    std::span<std::byte const> left{bytes};
    auto const next = [&left] {
        auto p = std::make_unique<pickle>(left, torch_names());
        left = left.subspan(p->used());
        return p;
    };
    auto const magic = next();
    if ((*magic)[magic->root()].text != "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19")
        throw error{"expected a file of torch.save, found another pickle"};
    auto const version = next();
    if ((*version)[version->root()].integer != 1001)
        throw error{"expected version 1001 of torch.save's older format, found another"};
    next();
    auto const p = next();
    torch_state state{*p};
    auto const keys = next();
    if ((*keys)[keys->root()].is != pickle_value::kind::list)
        throw error{"expected the list of storages, found another value"};
    std::set<std::string> filled;
    for (std::uint32_t const i : (*keys)[keys->root()].items) {
        std::string const& key = (*keys)[i].text;
        auto const found = state.storages().find(key);
        if (found == state.storages().end() || !filled.insert(key).second)
            throw error{"expected the keys of the storages once each, found " + in_quotes(key)};
        torch_storage& storage = found->second;
        std::uint64_t const want = storage.count * size_of(storage.type);
        if (left.size() < 8 || little_endian<8>(left.data()) != storage.count || want > left.size() - 8)
            throw error{"expected storage " + in_quotes(key) + " to hold " + std::to_string(want) +
                        " bytes, found other or fewer bytes"};
        auto const data = left.subspan(8, want);
        storage.bytes.assign(data.begin(), data.end());
        left = left.subspan(8 + want);
    }
    if (filled.size() != state.storages().size())
        throw error{"expected the elements of every storage, found some missing"};
    if (!left.empty()) throw error{"expected the end of the file after the last storage, found more"};
    return state.tensors(options);
}
} // namespace detail

/// Reads the tensors of a state dict that torch.save wrote (.pth, .pt), in either format and from any device:
/// half, bfloat16, float, double, integer and bool, also strided ones; no code of the file is run. Where a
/// checkpoint holds its state dict under "state_dict", "model_state_dict", "model", "model_state", "net" or
/// "network" (the last three only where no other dict holds tensors), that one is read; dicts within dicts
/// give names with dots. Other objects beside the tensors (numbers, NumPy's scalars and arrays, argparse's
/// options, paths, dates) are skipped. Throws input_error for files that end early, name anything else, claim
/// more than they hold, or hold tensors that overlap; nothing larger than the file's contents is allocated.
///
///     tensor_table const t = read_pytorch("model_epoch_best_4.pth");
///     std::vector<float> const weights = t.values<float>("final.weight");
inline tensor_table read_pytorch(std::filesystem::path const& path, pytorch_options const& options = {})
{
    try {
        bool zip = false;
        {
            binary_file const file{path};
            auto const head = file.read(0, std::min<std::uint64_t>(4, file.size()));
            zip = head.size() == 4 && detail::little_endian<4>(head.data()) == 0x04034b50;
            if (!zip && (head.empty() || head[0] != std::byte{0x80}))
                file.refuse("a file of torch.save",
                            head.empty() ? "an empty file" : file.kind_or("something else"));
        }
        return zip ? detail::read_torch_zip(path, options) : detail::read_torch_pickle(path, options);
    } catch (input_error const&) {
        throw;
    } catch (error const& e) {
        throw input_error{path, 0, e.what()};
    }
}

} // namespace explainn::EXPLAINN_ABI
