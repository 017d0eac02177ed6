// Zip archives as NumPy and PyTorch write them: stored or deflated entries, checked by CRC (PKWARE APPNOTE).
#pragma once
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/output_file.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
inline std::uint32_t crc_of(std::span<std::byte const> bytes)
{
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<Bytef const*>(bytes.data()), bytes.size()));
}
} // namespace detail

/// Reads the directory of a zip archive, and its entries on request. Throws input_error for archives that end
/// early, are encrypted or larger than 4 GB, name an entry twice, or hold entries that overlap or fail their
/// CRC. The memory for an entry grows as its bytes are unpacked and never follows a claim of its header.
///
///     zip_reader const zip{"arrays.npz"};
///     for (auto const& name : zip.names()) use(name, zip.read(name));
class zip_reader {
public:
    /// Opens the archive and reads its directory.
    explicit zip_reader(std::filesystem::path path) : file_{std::move(path)}
    {
        read_directory();
        check_overlaps();
    }

    /// The name it was opened by.
    std::filesystem::path const& path() const { return file_.path(); }
    /// Names in the order of the directory.
    std::vector<std::string> const& names() const { return names_; }
    /// Whether there is an entry of that name.
    bool contains(std::string_view name) const { return entries_.find(name) != entries_.end(); }
    /// The number of bytes an entry unpacks to, by the directory.
    std::uint64_t size(std::string_view name) const { return entry(name).size; }
    /// Reads the whole of an entry.
    std::vector<std::byte> read(std::string_view name) const
    {
        entry_facts const& e = entry(name);
        std::vector<std::byte> packed = file_.read(data_offset(name, e), e.packed);
        if (e.method == 8) packed = inflate_all(name, packed, e.size);
        if (packed.size() != e.size)
            file_.refuse(std::to_string(e.size) + " bytes in entry " + in_quotes(name),
                         std::to_string(packed.size()));
        if (detail::crc_of(packed) != e.crc)
            file_.refuse("entry " + in_quotes(name) + " to have its CRC", "another");
        return packed;
    }

private:
    struct entry_facts {
        std::uint32_t method{}, crc{};
        std::uint64_t packed{}, size{}, header{};
    };

    entry_facts const& entry(std::string_view name) const
    {
        auto const found = entries_.find(name);
        if (found == entries_.end())
            file_.refuse("an entry named " + in_quotes(name) + " in the archive", "none");
        return found->second;
    }
    void read_directory()
    {
        std::uint64_t const tail_bytes = std::min<std::uint64_t>(file_.size(), 22 + 65535);
        auto const tail = file_.read(file_.size() - tail_bytes, tail_bytes);
        std::size_t at = tail.size() < 22 ? 0 : tail.size() - 22 + 1;
        bool found = false;
        while (at > 0 && !found) {
            --at;
            found = detail::little_endian<4>(&tail[at]) == 0x06054b50 &&
                    detail::little_endian<2>(&tail[at + 20]) == tail.size() - at - 22;
        }
        if (!found) {
            auto const head = file_.read(0, std::min<std::uint64_t>(4, file_.size()));
            bool const begins = head.size() == 4 && detail::little_endian<4>(head.data()) == 0x04034b50;
            std::string const torn = "no directory at its end";
            file_.refuse("a zip archive", begins ? torn : file_.kind_or(torn));
        }
        std::uint64_t const count = detail::little_endian<2>(&tail[at + 10]);
        std::uint64_t const bytes = detail::little_endian<4>(&tail[at + 12]);
        directory_ = detail::little_endian<4>(&tail[at + 16]);
        std::uint64_t const end = file_.size() - tail_bytes + at;
        if (directory_ == 0xFFFFFFFF || count == 0xFFFF) file_.refuse("a zip archive below 4 GB", "zip64");
        if (detail::little_endian<4>(&tail[at + 4]) != 0 || directory_ > end || bytes > end - directory_)
            file_.refuse("a whole zip archive", "a directory that lies outside it");
        auto const directory = file_.read(directory_, bytes);
        std::span<std::byte const> left{directory};
        for (std::uint64_t i = 0; i < count; ++i) left = left.subspan(add_entry(left));
    }
    std::size_t add_entry(std::span<std::byte const> left)
    {
        auto const two = [&](std::size_t at) { return detail::little_endian<2>(&left[at]); };
        auto const four = [&](std::size_t at) { return detail::little_endian<4>(&left[at]); };
        if (left.size() < 46 || four(0) != 0x02014b50)
            file_.refuse("another entry in the zip directory", "none");
        std::size_t const length = 46 + two(28) + two(30) + two(32);
        if (length > left.size()) file_.refuse("a whole entry in the zip directory", "part of one");
        std::string const name{reinterpret_cast<char const*>(&left[0]) + 46, two(28)};
        entry_facts const e{static_cast<std::uint32_t>(two(10)), static_cast<std::uint32_t>(four(16)),
                            four(20), four(24), four(42)};
        if (e.packed == 0xFFFFFFFF || e.size == 0xFFFFFFFF || e.header == 0xFFFFFFFF)
            file_.refuse("entries below 4 GB", "zip64 in " + in_quotes(name));
        if ((two(8) & 1) != 0)
            file_.refuse("entries without password", "an encrypted one, " + in_quotes(name));
        if (e.method != 0 && e.method != 8)
            file_.refuse("stored or deflated entries",
                         "method " + std::to_string(e.method) + " in " + in_quotes(name));
        // deflate compresses at most 1032 times
        if (e.method == 0 ? e.size != e.packed : e.size / 1032 > e.packed)
            file_.refuse("a possible size of entry " + in_quotes(name),
                         std::to_string(e.size) + " bytes from " + std::to_string(e.packed));
        if (!entries_.emplace(name, e).second) file_.refuse("every entry once", in_quotes(name) + " twice");
        names_.push_back(name);
        return length;
    }
    std::uint64_t data_offset(std::string_view name, entry_facts const& e) const
    {
        auto const head = file_.read(e.header, 30);
        if (detail::little_endian<4>(head.data()) != 0x04034b50)
            file_.refuse("a local header of entry " + in_quotes(name), "none");
        return e.header + 30 + detail::little_endian<2>(&head[26]) + detail::little_endian<2>(&head[28]);
    }
    void check_overlaps() const
    {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
        for (auto const& [name, e] : entries_) {
            std::uint64_t const data = data_offset(name, e);
            if (data + e.packed > directory_)
                file_.refuse("entry " + in_quotes(name) + " to lie before the directory", "it running past");
            ranges.emplace_back(e.header, data + e.packed);
        }
        std::sort(ranges.begin(), ranges.end());
        for (std::size_t i = 1; i < ranges.size(); ++i)
            if (ranges[i].first < ranges[i - 1].second)
                file_.refuse("entries side by side", "two that overlap");
    }
    std::vector<std::byte> inflate_all(std::string_view name, std::vector<std::byte>& packed,
                                       std::uint64_t size) const
    {
        z_stream z{};
        if (inflateInit2(&z, -15) != Z_OK) throw error{"zlib has no memory"};
        struct end_of {
            z_stream* z;
            ~end_of() { inflateEnd(z); }
        } const ender{&z};
        z.next_in = reinterpret_cast<Bytef*>(packed.data());
        z.avail_in = static_cast<uInt>(packed.size());
        std::vector<std::byte> out;
        int status = Z_OK;
        while (status == Z_OK && out.size() <= size) {
            std::size_t const done = out.size();
            out.resize(done + std::min<std::uint64_t>(1u << 20, size - done + 1));
            z.next_out = reinterpret_cast<Bytef*>(out.data() + done);
            z.avail_out = static_cast<uInt>(out.size() - done);
            status = inflate(&z, Z_NO_FLUSH);
            out.erase(out.end() - static_cast<std::ptrdiff_t>(z.avail_out), out.end());
        }
        if (status != Z_STREAM_END)
            file_.refuse("a whole deflate stream in entry " + in_quotes(name), "a torn one");
        return out;
    }

    binary_file file_;
    std::uint64_t directory_{};
    std::vector<std::string> names_;
    std::map<std::string, entry_facts, std::less<>> entries_;
};

/// Writes a zip archive of stored entries, without times, through output_file.
///
///     zip_writer zip{"arrays.npz"};
///     zip.add("x.npy", content);
///     zip.commit();
class zip_writer {
public:
    /// Begins an archive.
    explicit zip_writer(std::filesystem::path const& path) : out_{path} {}

    /// Adds an entry; throws error where the archive would reach 4 GB.
    void add(std::string const& name, std::string_view content)
    {
        std::string facts; // what the local header and the directory both hold
        auto const crc = detail::crc_of(std::as_bytes(std::span{content}));
        detail::put_little_endian<2>(facts, 20);
        detail::put_little_endian<2>(facts, 0x800); // UTF-8 names
        detail::put_little_endian<2>(facts, 0);
        detail::put_little_endian<4>(facts, 0x00210000); // 1980-01-01, the format's first day
        detail::put_little_endian<4>(facts, crc);
        detail::put_little_endian<4>(facts, content.size());
        detail::put_little_endian<4>(facts, content.size());
        detail::put_little_endian<2>(facts, name.size());
        detail::put_little_endian<2>(facts, 0);
        if (at_ + content.size() + 2 * name.size() + 200 > 0xFFFFFFFE || name.size() > 0xFFFF ||
            count_ == 0xFFFE)
            throw error{"expected a zip archive below 4 GB, found more at " + in_quotes(name)};
        detail::put_little_endian<4>(directory_, 0x02014b50);
        detail::put_little_endian<2>(directory_, 20);
        directory_ += facts;
        directory_.append(10, '\0');
        detail::put_little_endian<4>(directory_, at_);
        directory_ += name;
        out_ << std::string_view{"PK\x03\x04"} << facts << name << content;
        at_ += 4 + facts.size() + name.size() + content.size();
        ++count_;
    }
    /// Writes the directory and lets the file appear under its name.
    void commit()
    {
        std::string end{"PK\x05\x06"};
        detail::put_little_endian<4>(end, 0);
        detail::put_little_endian<2>(end, count_);
        detail::put_little_endian<2>(end, count_);
        detail::put_little_endian<4>(end, directory_.size());
        detail::put_little_endian<4>(end, at_);
        detail::put_little_endian<2>(end, 0);
        out_ << directory_ << end;
        out_.commit();
    }

private:
    output_file out_;
    std::string directory_;
    std::uint64_t at_{}, count_{};
};

} // namespace explainn::EXPLAINN_ABI
