// Tensor tables as safetensors files (the format is described at github.com/huggingface/safetensors).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/sort_places.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/json_cursor.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/tensor_table.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
struct safetensors_entry {
    tensor_entry tensor;
    std::uint64_t begin{}, end{};
};
inline safetensors_entry safetensors_entry_at(json_cursor& at, std::string name)
{
    safetensors_entry out;
    out.tensor.name = std::move(name);
    bool has_type = false, has_shape = false, has_offsets = false;
    at.expect('{');
    do {
        std::string const key = at.string();
        at.expect(':');
        if (key == "dtype" && !has_type) {
            std::string const type = at.string();
            auto const known = dtype_of(type);
            if (!known)
                throw error{"expected a known dtype for " + in_quotes(out.tensor.name) + ", found " +
                            in_quotes(type)};
            out.tensor.type = *known;
            has_type = true;
        } else if (key == "shape" && !has_shape) {
            at.expect('[');
            if (!at.accept(']')) {
                do out.tensor.shape.push_back(at.whole_number());
                while (at.accept(','));
                at.expect(']');
            }
            has_shape = true;
        } else if (key == "data_offsets" && !has_offsets) {
            at.expect('[');
            out.begin = static_cast<std::uint64_t>(at.whole_number());
            at.expect(',');
            out.end = static_cast<std::uint64_t>(at.whole_number());
            at.expect(']');
            has_offsets = true;
        } else
            throw error{"expected dtype, shape and data_offsets once each for " + in_quotes(out.tensor.name) +
                        ", found " + in_quotes(key)};
    } while (at.accept(','));
    at.expect('}');
    if (!has_type || !has_shape || !has_offsets)
        throw error{"expected dtype, shape and data_offsets for " + in_quotes(out.tensor.name) +
                    ", found fewer"};
    return out;
}
inline std::vector<safetensors_entry> safetensors_header(std::string_view text, tensor_table& table)
{
    json_cursor at{text};
    std::vector<safetensors_entry> entries;
    bool has_metadata = false;
    at.expect('{');
    if (!at.accept('}')) {
        do {
            std::string name = at.string();
            at.expect(':');
            if (name != "__metadata__") {
                entries.push_back(safetensors_entry_at(at, std::move(name)));
                continue;
            }
            if (std::exchange(has_metadata, true)) at.refuse("one __metadata__");
            at.expect('{');
            if (at.accept('}')) continue;
            do {
                std::string key = at.string();
                at.expect(':');
                std::string value = at.string();
                if (!table.metadata.emplace(key, std::move(value)).second)
                    throw error{"expected every key of the metadata once, found " + in_quotes(key) +
                                " twice"};
            } while (at.accept(','));
            at.expect('}');
        } while (at.accept(','));
        at.expect('}');
    }
    at.expect_end();
    return entries;
}
/// Throws error unless the tensors fill the data from the first to the last byte without gaps or overlaps.
inline void check_layout(std::vector<safetensors_entry> const& entries, std::uint64_t data_bytes)
{
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::pair{entries[a].begin, entries[a].end} < std::pair{entries[b].begin, entries[b].end};
    });
    std::uint64_t filled = 0;
    for (std::size_t const i : order) {
        safetensors_entry const& e = entries[i];
        std::string const who = "tensor " + in_quotes(e.tensor.name);
        if (e.begin != filled)
            throw error{"expected " + who + " to begin at byte " + std::to_string(filled) +
                        " of the data, where the one before ends, found " + std::to_string(e.begin)};
        auto const bytes = bytes_of_shape(e.tensor.shape, size_of(e.tensor.type));
        if (e.end < e.begin || !bytes || *bytes != e.end - e.begin)
            throw error{"expected the bytes of " + who + " to be those of its shape " +
                        shape_text(e.tensor.shape) + ", found bytes " + std::to_string(e.begin) + " to " +
                        std::to_string(e.end)};
        if (e.end > data_bytes)
            throw error{"expected " + who + " to end within the file's " + std::to_string(data_bytes) +
                        " bytes of data, found " + std::to_string(e.end)};
        filled = e.end;
    }
    if (filled != data_bytes)
        throw error{"expected " + std::to_string(filled) + " bytes of data, found " +
                    std::to_string(data_bytes)};
}
/// The tensors of a binary_file or a memory_file.
template <class File>
tensor_table tensors_in(File const& file)
{
    if (file.size() < 8) file.refuse("a safetensors file", std::to_string(file.size()) + " bytes");
    std::uint64_t const header_bytes = little_endian<8>(file.read(0, 8).data());
    if (header_bytes > file.size() - 8)
        file.refuse("a header within the file's " + std::to_string(file.size()) + " bytes",
                    file.kind_or("a length of " + std::to_string(header_bytes)));
    tensor_table table;
    try {
        auto const header = file.read(8, header_bytes);
        auto entries =
            safetensors_header({reinterpret_cast<char const*>(header.data()), header.size()}, table);
        std::uint64_t const data = 8 + header_bytes;
        check_layout(entries, file.size() - data);
        for (auto& entry : entries) {
            entry.tensor.bytes = file.read(data + entry.begin, entry.end - entry.begin);
            table.add(std::move(entry.tensor));
        }
    } catch (input_error const&) {
        throw;
    } catch (error const& e) {
        throw input_error{file.path(), 0, e.what()};
    }
    return table;
}
} // namespace detail

/// Reads a whole safetensors file, tensors in the order of its header. Throws input_error where the header is
/// not as the format requires, a name occurs twice, or tensors overlap, leave gaps or do not fit their shapes
/// or the file; nothing larger than the file is allocated.
///
///     tensor_table const table = read_safetensors("model.safetensors");
inline tensor_table read_safetensors(std::filesystem::path const& path)
{
    return detail::tensors_in(binary_file{path});
}
/// Does the same for the bytes of such a file; errors call them `name`.
///
///     tensor_table const table = read_safetensors(bytes);
inline tensor_table read_safetensors(std::span<std::byte const> bytes,
                                     std::filesystem::path const& name = "bytes in memory")
{
    return detail::tensors_in(memory_file{bytes, name});
}

namespace detail {
/// Calls write(from, count) with the bytes of a safetensors file, in order.
template <class Write>
void write_tensors(tensor_table const& table, Write write)
{
    std::vector<std::size_t> order(table.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    sort_places(
        order, [&](std::size_t a, std::size_t b) { return size_of(table[a].type) > size_of(table[b].type); });
    std::vector<std::uint64_t> begin(table.size());
    std::uint64_t end = 0;
    for (std::size_t const i : order) {
        begin[i] = end;
        end += table[i].bytes.size();
    }
    std::string header{"{"};
    auto const comma = [&header] { header += header.back() == '{' ? "" : ","; };
    if (!table.metadata.empty()) {
        header += "\"__metadata__\":{";
        for (auto const& pair : table.metadata) {
            comma();
            header += json_string(pair.first) + ":" + json_string(pair.second);
        }
        header += "}";
    }
    for (std::size_t i = 0; i < table.size(); ++i) {
        tensor_entry const& t = table[i];
        comma();
        header += json_string(t.name) + ":{\"dtype\":\"" + std::string{name_of(t.type)} + "\",\"shape\":[";
        for (std::size_t k = 0; k < t.shape.size(); ++k)
            header += (k == 0 ? "" : ",") + std::to_string(t.shape[k]);
        header += "],\"data_offsets\":[" + std::to_string(begin[i]) + "," +
                  std::to_string(begin[i] + t.bytes.size()) + "]}";
    }
    header += "}";
    header.append((8 - header.size() % 8) % 8, ' ');
    std::string length;
    put_little_endian<8>(length, header.size());
    write(length.data(), length.size());
    write(header.data(), header.size());
    for (std::size_t const i : order) write(table[i].bytes.data(), table[i].bytes.size());
}
} // namespace detail

/// Writes a safetensors file whose bytes depend on the table alone. Tensors with wide elements come first in
/// the data, so that each is aligned; the header keeps the table's order.
///
///     write_safetensors("model.safetensors", table);
inline void write_safetensors(std::filesystem::path const& path, tensor_table const& table)
{
    output_file out{path};
    detail::write_tensors(table, [&](auto const* from, std::size_t count) { out.write(from, count); });
    out.commit();
}
/// The bytes that write_safetensors would write.
inline std::vector<std::byte> safetensors_bytes(tensor_table const& table)
{
    std::vector<std::byte> all;
    detail::write_tensors(table, [&](auto const* from, std::size_t count) {
        auto const bytes = std::as_bytes(std::span{from, count});
        all.insert(all.end(), bytes.begin(), bytes.end());
    });
    return all;
}

} // namespace explainn::EXPLAINN_ABI
