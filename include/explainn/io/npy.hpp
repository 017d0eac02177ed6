// NumPy arrays: .npy files (format: numpy.lib.format, versions 1 to 3).
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/io/tensor_table.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// The dictionary at the head of an .npy file.
struct npy_header {
    std::string descr;
    bool fortran_order{};
    std::vector<std::int64_t> shape;
    std::size_t data{}; ///< where the elements begin
};
/// Reads Python's {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class npy_dictionary {
public:
    explicit npy_dictionary(std::string_view text) : text_{text} {}
    npy_header read()
    {
        npy_header out;
        bool has_descr = false, has_order = false, has_shape = false;
        expect('{');
        while (!accept('}')) {
            std::string const key = string();
            expect(':');
            if (key == "descr" && !std::exchange(has_descr, true)) out.descr = string();
            else if (key == "fortran_order" && !std::exchange(has_order, true)) out.fortran_order = truth();
            else if (key == "shape" && !std::exchange(has_shape, true)) out.shape = tuple();
            else
                throw error{"expected descr, fortran_order and shape once each in the npy header, found " +
                            in_quotes(key)};
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_blanks();
        if (!text_.empty() || !has_descr || !has_order || !has_shape)
            throw error{"expected an npy header of descr, fortran_order and shape, found another"};
        return out;
    }

private:
    void skip_blanks() { text_.remove_prefix(std::min(text_.size(), text_.find_first_not_of(" \t\n"))); }
    bool accept(char c)
    {
        skip_blanks();
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char c)
    {
        if (!accept(c))
            throw error{"expected " + in_quotes(c) + " in the npy header, found " +
                        in_quotes(text_.substr(0, 12))};
    }
    std::string string()
    {
        skip_blanks();
        char const mark = !text_.empty() && text_.front() == '"' ? '"' : '\'';
        expect(mark);
        std::size_t const end = text_.find(mark);
        if (end == std::string_view::npos)
            throw error{"expected a closing quote in the npy header, found none"};
        std::string out{text_.substr(0, end)};
        text_.remove_prefix(end + 1);
        return out;
    }
    bool truth()
    {
        skip_blanks();
        for (std::string_view const word : {"True", "False"})
            if (text_.substr(0, word.size()) == word) {
                text_.remove_prefix(word.size());
                return word == "True";
            }
        throw error{"expected True or False in the npy header, found " + in_quotes(text_.substr(0, 12))};
    }
    std::vector<std::int64_t> tuple()
    {
        std::vector<std::int64_t> out;
        expect('(');
        while (!accept(')')) {
            skip_blanks();
            std::int64_t n = 0;
            std::size_t digits = 0;
            for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits)
                if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, text_[digits] - '0', &n))
                    throw error{"expected extents below 2^63 in the npy header, found a larger one"};
            if (digits == 0)
                throw error{"expected an extent in the npy header, found " + in_quotes(text_.substr(0, 12))};
            text_.remove_prefix(digits);
            out.push_back(n);
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return out;
    }

    std::string_view text_;
};
inline npy_header npy_header_of(std::span<std::byte const> file)
{
    std::string_view const text{reinterpret_cast<char const*>(file.data()), file.size()};
    if (text.substr(0, 6) != "\x93NUMPY" || text.size() < 10)
        throw error{"expected an npy array, found something else"};
    int const version = static_cast<unsigned char>(text[6]);
    if (version < 1 || version > 3 || (version > 1 && text.size() < 12))
        throw error{"expected npy version 1, 2 or 3, found " + std::to_string(version)};
    std::size_t const begin = version == 1 ? 10 : 12;
    std::uint64_t const length =
        version == 1 ? little_endian<2>(file.data() + 8) : little_endian<4>(file.data() + 8);
    if (length > text.size() - begin)
        throw error{"expected an npy header within the " + std::to_string(text.size()) +
                    " bytes there are, found a length of " + std::to_string(length)};
    npy_header out = npy_dictionary{text.substr(begin, length)}.read();
    out.data = begin + length;
    return out;
}
/// The number of elements, of `size` bytes each; throws error unless the data have exactly the size of the
/// shape.
inline std::size_t npy_count(npy_header const& head, std::size_t size, std::size_t file_bytes)
{
    auto const bytes = bytes_of_shape(head.shape, size);
    if (!bytes || *bytes != file_bytes - head.data)
        throw error{"expected " + (bytes ? std::to_string(*bytes) : "too many") +
                    " bytes of data for shape " + shape_text(head.shape) + ", found " +
                    std::to_string(file_bytes - head.data)};
    return size == 0 ? 0 : *bytes / size;
}
/// Copies elements of `size` bytes each from column order to row order.
inline std::vector<std::byte> in_row_order(std::vector<std::byte> const& from,
                                           std::span<std::int64_t const> shape, std::size_t size)
{
    std::vector<std::byte> out(from.size());
    std::vector<std::size_t> stride(shape.size()), at(shape.size());
    std::size_t step = 1;
    for (std::size_t k = 0; k < shape.size(); ++k) {
        stride[k] = step;
        step *= static_cast<std::size_t>(shape[k]);
    }
    std::size_t source = 0;
    for (std::size_t i = 0; i * size < out.size(); ++i) {
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(source * size), size,
                    out.begin() + static_cast<std::ptrdiff_t>(i * size));
        for (std::size_t k = shape.size(); k-- > 0;) {
            source += stride[k];
            if (++at[k] < static_cast<std::size_t>(shape[k])) break;
            source -= stride[k] * at[k];
            at[k] = 0;
        }
    }
    return out;
}
} // namespace detail

/// The array in the bytes of an .npy file: floats of 2, 4 or 8 bytes, integers, bool; either byte order and
/// either order of elements. Unsigned integers of 2 and 4 bytes become signed ones of twice the size. Throws
/// error for anything else.
inline tensor_entry parse_npy(std::span<std::byte const> file, std::string name = {})
{
    auto const head = detail::npy_header_of(file);
    static constexpr std::pair<std::string_view, dtype> kinds[]{
        {"f8", dtype::f64},     {"f4", dtype::f32}, {"f2", dtype::f16}, {"i8", dtype::i64},
        {"i4", dtype::i32},     {"i2", dtype::i16}, {"i1", dtype::i8},  {"u1", dtype::u8},
        {"b1", dtype::boolean}, {"u2", dtype::i32}, {"u4", dtype::i64}};
    std::string_view const descr = head.descr;
    auto const* const kind = std::find_if(std::begin(kinds), std::end(kinds), [&](auto const& k) {
        return descr.size() == 3 && k.first == descr.substr(1);
    });
    if (kind == std::end(kinds) || std::string_view{"<>|="}.find(descr[0]) == std::string_view::npos)
        throw error{"expected an array of numbers (f2, f4, f8, i1 to i8, u1 to u4, b1), found " +
                    in_quotes(descr)};
    auto const size = static_cast<std::size_t>(descr[2] - '0');
    std::size_t const count = detail::npy_count(head, size, file.size());
    tensor_entry out{std::move(name),
                     kind->second,
                     head.shape,
                     {file.begin() + static_cast<std::ptrdiff_t>(head.data), file.end()}};
    if (descr[0] == '>')
        for (std::size_t i = 0; i < count; ++i)
            std::reverse(out.bytes.begin() + static_cast<std::ptrdiff_t>(i * size),
                         out.bytes.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
    if (head.fortran_order) out.bytes = detail::in_row_order(out.bytes, head.shape, size);
    if (size_of(out.type) != size) {
        std::vector<std::byte> wide(count * 2 * size);
        for (std::size_t i = 0; i < count; ++i)
            std::copy_n(out.bytes.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                        wide.begin() + static_cast<std::ptrdiff_t>(2 * i * size));
        out.bytes = std::move(wide);
    }
    out.check();
    return out;
}

namespace detail {
/// The bytes of an .npy file; throws input_error for another kind of file and names that kind.
inline std::vector<std::byte> npy_bytes(std::filesystem::path const& path)
{
    binary_file const file{path};
    auto bytes = file.read(0, file.size());
    if (std::string_view{reinterpret_cast<char const*>(bytes.data()), bytes.size()}.substr(0, 6) !=
        "\x93NUMPY")
        file.refuse("an npy array", file.kind_or("something else"));
    return bytes;
}
} // namespace detail

/// Reads an .npy file of numbers. Throws input_error for another file and where its header and size disagree.
///
///     tensor_entry const x = read_npy("one_hot_seqs.npy");   // x.shape, x.values<float>()
inline tensor_entry read_npy(std::filesystem::path const& path)
{
    try {
        return parse_npy(detail::npy_bytes(path));
    } catch (input_error const&) {
        throw;
    } catch (error const& e) {
        throw input_error{path, 0, e.what()};
    }
}

/// Reads an .npy file of texts (NumPy's S and U types of one extent), as UTF-8.
///
///     std::vector<std::string> const names = read_npy_texts("peak_names.npy");
inline std::vector<std::string> read_npy_texts(std::filesystem::path const& path)
{
    try {
        auto const bytes = detail::npy_bytes(path);
        auto const head = detail::npy_header_of(bytes);
        std::string_view const descr = head.descr;
        std::uint64_t width = 0;
        for (char const c : descr.substr(std::min<std::size_t>(2, descr.size())))
            width = c >= '0' && c <= '9' && width < (1u << 30)
                        ? 10 * width + static_cast<std::uint64_t>(c - '0')
                        : std::uint64_t{1} << 40;
        bool const wide = descr.substr(0, 2) == "<U";
        bool const narrow = descr.substr(0, 2) == "|S";
        if ((!wide && !narrow) || width == 0 || width >= (1u << 30) || head.shape.size() != 1)
            throw error{"expected an array of texts with one extent, found " + in_quotes(descr) +
                        " of shape " + detail::shape_text(head.shape)};
        std::size_t const count = detail::npy_count(head, wide ? 4 * width : width, bytes.size());
        std::vector<std::string> out(count);
        std::byte const* from = bytes.data() + head.data;
        for (std::string& s : out)
            for (std::uint64_t i = 0; i < width; ++i, from += wide ? 4 : 1) {
                auto const c = wide ? detail::little_endian<4>(from) : static_cast<std::uint64_t>(*from);
                if (c > 126) throw error{"expected ASCII texts, found character " + std::to_string(c)};
                if (c != 0) s += static_cast<char>(c);
            }
        return out;
    } catch (input_error const&) {
        throw;
    } catch (error const& e) {
        throw input_error{path, 0, e.what()};
    }
}

/// The bytes of an .npy file before its elements; throws error for bfloat16, which NumPy lacks.
inline std::string npy_head(tensor_entry const& t)
{
    static constexpr std::string_view descr[]{"<f8", "<f4", "<f2", "",    "<i8",
                                              "<i4", "<i2", "|i1", "|u1", "|b1"};
    std::string_view const type = descr[static_cast<std::size_t>(t.type)];
    if (type.empty())
        throw error{"expected a type that NumPy has in tensor " + in_quotes(t.name) + ", found BF16"};
    std::string dictionary = "{'descr': '" + std::string{type} + "', 'fortran_order': False, 'shape': (";
    for (std::int64_t const n : t.shape) dictionary += std::to_string(n) + ", ";
    if (t.shape.size() > 1) dictionary.erase(dictionary.size() - 2);
    dictionary += "), }";
    dictionary.append(63 - (10 + dictionary.size()) % 64, ' ');
    dictionary += '\n';
    std::string head{"\x93NUMPY\x01"};
    head += '\0';
    detail::put_little_endian<2>(head, dictionary.size());
    return head + dictionary;
}

/// Writes an .npy file (version 1, row order).
///
///     write_npy("logits.npy", tensor_entry::of<float>("", {400, 3}, logits));
inline void write_npy(std::filesystem::path const& path, tensor_entry const& t)
{
    t.check();
    output_file out{path};
    out << npy_head(t);
    out.write(t.bytes.data(), t.bytes.size());
    out.commit();
}

} // namespace explainn::EXPLAINN_ABI
