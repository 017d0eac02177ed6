// Archives of NumPy arrays: .npz files.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/tensor_table.hpp>
#include <explainn/io/zip.hpp>

namespace explainn::EXPLAINN_ABI {

/// Reads all arrays of an .npz file, as numpy.savez and numpy.savez_compressed write it, under their names
/// without ".npy". Throws input_error as zip_reader and parse_npy do.
///
///     tensor_table const arrays = read_npz("data.npz");
inline tensor_table read_npz(std::filesystem::path const& path)
{
    zip_reader const zip{path};
    tensor_table table;
    try {
        for (std::string const& entry : zip.names()) {
            bool const npy = entry.size() > 4 && std::string_view{entry}.substr(entry.size() - 4) == ".npy";
            if (!npy) throw error{"expected entries whose names end in .npy, found " + in_quotes(entry)};
            table.add(parse_npy(zip.read(entry), entry.substr(0, entry.size() - 4)));
        }
    } catch (input_error const&) {
        throw;
    } catch (error const& e) {
        throw input_error{path, 0, e.what()};
    }
    return table;
}

/// Writes an .npz file without compression; the same table gives the same bytes. The table's metadata are not
/// written.
///
///     write_npz("outputs.npz", table);
inline void write_npz(std::filesystem::path const& path, tensor_table const& table)
{
    zip_writer zip{path};
    for (tensor_entry const& t : table) {
        std::string content = npy_head(t);
        content.append(reinterpret_cast<char const*>(t.bytes.data()), t.bytes.size());
        zip.add(t.name + ".npy", content);
    }
    zip.commit();
}

} // namespace explainn::EXPLAINN_ABI
