// What a file is, judged by its first bytes, so that an error can name what was found in place of the
// expected file.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI {

/// How many of a file's first bytes file_kind_of looks at.
inline constexpr std::size_t file_kind_bytes = 512;

namespace detail {

/// Whether `text` begins with `start`, which is in lower case, whatever the case of `text`.
inline bool begins_with_word(std::string_view text, std::string_view start)
{
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return text.size() >= start.size() && std::equal(start.begin(), start.end(), text.begin(),
                                                     [&](char a, char b) { return a == lower(b); });
}

/// Recognises a file that holds another file's address, or a web page: what a failed download leaves behind,
/// whatever the file should have been. Empty for every other file.
inline std::string_view stand_in_of(std::string_view head)
{
    if (head.starts_with("version https://git-lfs.github.com/spec/"))
        return "a Git LFS pointer: run git lfs pull to fetch the file itself";
    if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
    head.remove_prefix(std::min(head.size(), head.find_first_not_of(" \t\r\n")));
    while (head.starts_with("<!--")) { // skips comments before the page
        auto const end = head.find("-->");
        head.remove_prefix(end == head.npos ? head.size() : end + 3);
        head.remove_prefix(std::min(head.size(), head.find_first_not_of(" \t\r\n")));
    }
    constexpr std::string_view page = "an HTML page, not the file itself";
    if (begins_with_word(head, "<!doctype html") || begins_with_word(head, "<html")) return page;
    if (!head.starts_with("<?xml")) return {};
    for (std::size_t at = 0; (at = head.find('<', at + 1)) != std::string_view::npos;)
        if (begins_with_word(head.substr(at), "<!doctype html") || begins_with_word(head.substr(at), "<html"))
            return page;
    return {};
}

/// How files of one kind begin.
struct file_signature {
    std::string_view bytes, kind;
};
inline constexpr std::array<file_signature, 21> file_signatures{{
    {"\x1f\x8b", "gzip data: unpack it with gunzip"},
    {"PK\x03\x04", "a zip archive: unpack it first"},
    {"PK\x05\x06", "an empty zip archive"},
    {std::string_view{"\xFD"
                      "7zXZ\0",
                      6},
     "xz data: unpack it with xz -d"},
    {"\x28\xB5\x2F\xFD", "zstd data: unpack it with zstd -d"},
    {"7z\xBC\xAF\x27\x1C", "a 7z archive: unpack it first"},
    {"Rar!\x1a\x07", "a RAR archive: unpack it first"},
    {"\x93NUMPY", "a NumPy array (.npy)"},
    {"\x89HDF\r\n\x1a\n", "an HDF5 file"},
    {"\x80\x02", "a Python pickle"},
    {"\x80\x03", "a Python pickle"},
    {"\x80\x04", "a Python pickle"},
    {"\x80\x05", "a Python pickle"},
    {"BAM\x01", "a BAM file"},
    {"CRAM\x02", "a CRAM file"},
    {"CRAM\x03", "a CRAM file"},
    {"\x43\x27\x41\x1a", "a 2bit file"},
    {"\x26\xFC\x8F\x88", "a bigWig file"},
    {"\xEB\xF2\x89\x87", "a bigBed file"},
    {"%PDF-", "a PDF document"},
    {"\xD0\xCF\x11\xE0", "an Office document: save it as text"},
}};

/// "UTF-16" or "UTF-32" for text of wide characters, with a byte order mark or without one.
inline std::string_view wide_text_of(std::string_view head)
{
    using namespace std::string_view_literals;
    if (head.starts_with("\xFF\xFE\0\0"sv) || head.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
    if (head.starts_with("\xFF\xFE"sv) || head.starts_with("\xFE\xFF"sv)) return "UTF-16";
    // in Latin text of wide characters every second byte, or three of four, are NUL
    std::size_t const fours = std::min<std::size_t>(head.size() / 4, 16);
    std::string nul;
    for (std::size_t k = 0; k < 4; ++k) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < fours; ++i) count += head[4 * i + k] == '\0';
        nul += count == 0 ? '.' : count == fours ? '0' : '?';
    }
    if (fours == 0) return {};
    if (nul == ".0.0" || nul == "0.0.") return "UTF-16";
    return nul == ".000" || nul == "000." ? "UTF-32" : "";
}

} // namespace detail

/// What was found where text or a certain binary file should be, judged by its first file_kind_bytes bytes
/// (fewer if the file is shorter): a phrase that follows "found", or nothing where the bytes are of no known
/// kind. Nothing is returned for text.
///
///     file_kind_of("BZh91AY&SY")                     // "bzip2 data: unpack it with bunzip2"
inline std::string file_kind_of(std::string_view head)
{
    if (auto const other = detail::stand_in_of(head); !other.empty()) return std::string{other};
    if (auto const wide = detail::wide_text_of(head); !wide.empty())
        return std::string{wide} + " text: save it as UTF-8";
    if (head.starts_with("PK\x03\x04") && head.find("[Content_Types].xml") != head.npos)
        return "an Office document (.xlsx, .docx): save it as text";
    for (auto const& [bytes, kind] : detail::file_signatures)
        if (head.starts_with(bytes)) return std::string{kind};
    if (head.size() >= 10 && head.starts_with("BZh") && head[3] >= '1' && head[3] <= '9' &&
        (head.substr(4, 6) == "1AY&SY" || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"))
        return "bzip2 data: unpack it with bunzip2";
    if (head.size() > 262 && head.substr(257, 5) == "ustar" && head.substr(0, 257).find('\0') != head.npos)
        return "a tar archive: unpack it first";
    return {};
}

} // namespace explainn::EXPLAINN_ABI
