// Bytes of a file, read from any place in it.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/io/file_kind.hpp>

namespace explainn::EXPLAINN_ABI {

/// A regular file open for reading at any place. Throws input_error if it cannot be opened or read, and for
/// places beyond its end, before anything is allocated for them. Throws it too for a Git LFS pointer or a web
/// page in place of the file, and says so: no binary format begins as they do.
///
///     binary_file const file{"model.safetensors"};
///     std::vector<std::byte> const head = file.read(0, 8);
class binary_file {
public:
    /// Opens the file.
    explicit binary_file(std::filesystem::path path) : path_{std::move(path)}
    {
        file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        struct stat facts {};
        if (file_ < 0 || ::fstat(file_, &facts) != 0) {
            std::string const why = std::strerror(errno);
            if (file_ >= 0) ::close(file_);
            throw input_error{path_, 0, "a file that can be read", why};
        }
        if (!S_ISREG(facts.st_mode)) {
            ::close(file_);
            throw input_error{path_, 0, "a file", S_ISDIR(facts.st_mode) ? "a folder" : "something else"};
        }
        size_ = static_cast<std::uint64_t>(facts.st_size);
        try {
            if (auto const other = detail::stand_in_of(head()); !other.empty())
                refuse("binary data", std::string{other});
        } catch (...) {
            ::close(file_);
            throw;
        }
    }
    binary_file(binary_file const&) = delete;
    binary_file& operator=(binary_file const&) = delete;
    ~binary_file() { ::close(file_); }

    /// The name it was opened by.
    std::filesystem::path const& path() const { return path_; }
    /// Its size in bytes.
    std::uint64_t size() const { return size_; }
    /// `count` bytes from `offset` on.
    std::vector<std::byte> read(std::uint64_t offset, std::uint64_t count) const
    {
        if (offset > size_ || count > size_ - offset)
            refuse(std::to_string(count) + " bytes at byte " + std::to_string(offset),
                   "the end of the file at byte " + std::to_string(size_));
        std::vector<std::byte> bytes(count);
        for (std::uint64_t done = 0; done < count;) {
            auto const n =
                ::pread(file_, bytes.data() + done, count - done, static_cast<off_t>(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) refuse("bytes that can be read", std::strerror(errno));
            if (n == 0) refuse("a file that stays as it is", "a shorter one");
            done += static_cast<std::uint64_t>(n);
        }
        return bytes;
    }
    /// What the file is, judged by its first bytes, for the error about a file of the wrong kind: "gzip data:
    /// unpack it with gunzip"; `otherwise` where the bytes do not say.
    std::string kind_or(std::string const& otherwise) const
    {
        std::string const known = file_kind_of(head());
        return known.empty() ? otherwise : known;
    }
    /// Throws input_error for this file.
    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        throw input_error{path_, 0, expected, found};
    }

private:
    std::string head() const
    {
        auto const bytes = read(0, std::min<std::uint64_t>(size_, file_kind_bytes));
        return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
    }

    std::filesystem::path path_;
    int file_ = -1;
    std::uint64_t size_{};
};

/// Bytes in memory, read as a binary_file is; they must outlive the object. `name` replaces the path in
/// errors.
///
///     memory_file const file{bytes, "model from the archive"};
class memory_file {
public:
    /// A file of these bytes.
    explicit memory_file(std::span<std::byte const> bytes, std::filesystem::path name)
        : bytes_{bytes}, name_{std::move(name)}
    {
    }
    /// The name that errors show.
    std::filesystem::path const& path() const { return name_; }
    /// How many bytes.
    std::uint64_t size() const { return bytes_.size(); }
    /// `count` bytes from `offset` on.
    std::vector<std::byte> read(std::uint64_t offset, std::uint64_t count) const
    {
        if (offset > size() || count > size() - offset)
            refuse(std::to_string(count) + " bytes at byte " + std::to_string(offset),
                   "the end of the file at byte " + std::to_string(size()));
        auto const part = bytes_.subspan(offset, count);
        return {part.begin(), part.end()};
    }
    /// What the bytes are, judged by the first of them; `otherwise` where they do not say.
    std::string kind_or(std::string const& otherwise) const
    {
        auto const head = read(0, std::min<std::uint64_t>(size(), file_kind_bytes));
        std::string const known = file_kind_of({reinterpret_cast<char const*>(head.data()), head.size()});
        return known.empty() ? otherwise : known;
    }
    /// Throws input_error for these bytes.
    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        throw input_error{name_, 0, expected, found};
    }

private:
    std::span<std::byte const> bytes_;
    std::filesystem::path name_;
};

namespace detail {
/// A little-endian number of `Bytes` bytes.
template <std::size_t Bytes>
std::uint64_t little_endian(std::byte const* from)
{
    std::uint64_t x = 0;
    for (std::size_t i = Bytes; i > 0; --i) x = x << 8 | static_cast<std::uint64_t>(from[i - 1]);
    return x;
}
template <std::size_t Bytes>
void put_little_endian(std::string& to, std::uint64_t x)
{
    for (std::size_t i = 0; i < Bytes; ++i, x >>= 8) to += static_cast<char>(x & 255);
}
} // namespace detail

} // namespace explainn::EXPLAINN_ABI
