// A file written beside its name and renamed when it is whole, so that no reader ever sees half of it.
#pragma once
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes to NAME.partial and renames it to NAME at commit(); without commit() nothing of it stays.
/// A name that ends in .gz is compressed (without a time stamp, so that the same content gives the same
/// bytes).
/// `-` writes to standard output. Throws error on a folder that cannot be written or a full disk.
///
///     output_file out{"losses.tsv"};
///     out << "epoch\tloss\n";
///     out.commit();
class output_file {
public:
    explicit output_file(std::filesystem::path path)
        : path_{std::move(path)}, partial_{path_.string() + ".partial"},
          to_stdout_{path_ == "-"}, gzip_{path_.extension() == ".gz"}
    {
        file_ = to_stdout_ ? STDOUT_FILENO
                           : ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (file_ < 0) fail();
    }
    output_file(output_file const&) = delete;
    output_file& operator=(output_file const&) = delete;
    ~output_file()
    {
        if (to_stdout_ || file_ < 0) return;
        ::close(file_);
        ::unlink(partial_.c_str());
    }

    output_file& operator<<(std::string_view s)
    {
        buffer_ += s;
        if (buffer_.size() >= 1u << 18) flush();
        return *this;
    }
    output_file& operator<<(char c) { return *this << std::string_view{&c, 1}; }
    /// Raw bytes.
    output_file& write(void const* bytes, std::size_t count)
    {
        return *this << std::string_view{static_cast<char const*>(bytes), count};
    }

    /// Everything reaches the disk, then the file takes its name, and the name reaches the disk.
    void commit()
    {
        flush();
        if (to_stdout_) return;
        if (::fsync(file_) != 0 && errno != EINVAL && errno != EROFS) fail();
        if (::close(std::exchange(file_, -1)) != 0 || ::rename(partial_.c_str(), path_.c_str()) != 0) {
            int const why = errno;
            ::unlink(partial_.c_str());
            errno = why;
            fail();
        }
        sync_folder();
    }

private:
    // A name is kept in its folder: until that is on the disk, a power cut may bring back the old file. Not
    // every file system can be asked for it, and the file itself is whole by now.
    void sync_folder() const
    {
        auto const folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path{"."};
        int const opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (opened < 0) return;
        ::fsync(opened);
        ::close(opened);
    }
    [[noreturn]] void fail() const
    {
        throw error{path_.string() + ": cannot be written: " + std::strerror(errno)};
    }
    void flush()
    {
        if (gzip_) buffer_ = gzip_member(buffer_);
        for (std::string_view left = buffer_; !left.empty();) {
            auto const n = ::write(file_, left.data(), left.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) fail();
            left.remove_prefix(static_cast<std::size_t>(n));
        }
        buffer_.clear();
    }
    // gzip members may follow one another; each flush makes one. Level 1: the others take more time than a
    // model does for what is written
    static std::string gzip_member(std::string_view plain)
    {
        if (plain.empty()) return {};
        z_stream z{};
        if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw error{"zlib has no memory"};
        std::string out(deflateBound(&z, static_cast<uLong>(plain.size())), '\0');
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
        z.avail_in = static_cast<uInt>(plain.size());
        z.next_out = reinterpret_cast<Bytef*>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        deflate(&z, Z_FINISH);
        out.resize(z.total_out);
        deflateEnd(&z);
        return out;
    }

    std::filesystem::path path_, partial_;
    bool to_stdout_, gzip_;
    int file_ = -1;
    std::string buffer_;
};

} // namespace explainn::EXPLAINN_ABI
