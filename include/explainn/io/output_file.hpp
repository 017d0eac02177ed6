// A file written beside its name and renamed when it is whole, so that no reader ever sees half of it.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes to NAME.partial and renames it to NAME at commit(); without commit() nothing of it stays.
/// A name that ends in .gz is compressed (without a time stamp, so that the same content gives the same
/// bytes).
/// A symbolic link stays: the file that it points to is written, beside its own name as above.
/// `-` writes to standard output, and so does another name of it (/dev/stdout). A pipe (FIFO) or character
/// device stays what it is and is written straight into: what went in before an error cannot be taken back.
/// Throws error on an empty name, a folder, a socket, a block device, a folder that cannot be written, or a
/// full disk.
///
///     output_file out{"losses.tsv"};
///     out << "epoch\tloss\n";
///     out.commit();
class output_file {
public:
    explicit output_file(std::filesystem::path path)
        : path_{std::move(path)}, gzip_{path_.extension() == ".gz"}
    {
        straight_ = path_ == "-" || written_straight();
        if (path_ == "-" || is_standard_output_) {
            file_ = STDOUT_FILENO;
            return;
        }
        if (!straight_) {
            target_ = target_of_links();
            partial_ = target_.string() + ".partial";
        }
        file_ = straight_
                    ? ::open(path_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC)
                    : ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (file_ < 0) fail();
    }
    output_file(output_file const&) = delete;
    output_file& operator=(output_file const&) = delete;
    ~output_file()
    {
        if (file_ < 0 || file_ == STDOUT_FILENO) return;
        ::close(file_);
        if (!straight_) ::unlink(partial_.c_str());
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
        if (file_ == STDOUT_FILENO) return;
        if (straight_) {
            if (::close(std::exchange(file_, -1)) != 0) fail();
            return;
        }
        if (::fsync(file_) != 0 && errno != EINVAL && errno != EROFS) fail();
        if (::close(std::exchange(file_, -1)) != 0 || ::rename(partial_.c_str(), target_.c_str()) != 0) {
            int const why = errno;
            ::unlink(partial_.c_str());
            errno = why;
            fail();
        }
        sync_folder();
    }

private:
    // Whether what has this name takes bytes as they come: nothing can be renamed onto it.
    bool written_straight()
    {
        if (path_.empty()) throw error{"expected the name of a file to write, found an empty name"};
        struct stat found {};
        if (::stat(path_.c_str(), &found) != 0) {
            if (errno != ENOENT) fail();
            return false;
        }
        if (S_ISFIFO(found.st_mode) || S_ISCHR(found.st_mode)) return true;
        if (!S_ISREG(found.st_mode))
            throw error{path_.string() +
                        ": cannot be written: expected a file, a pipe or a character device, found " +
                        (S_ISDIR(found.st_mode)    ? "a folder"
                         : S_ISSOCK(found.st_mode) ? "a socket"
                                                   : "a block device")};
        struct stat standard {};
        is_standard_output_ = ::fstat(STDOUT_FILENO, &standard) == 0 && standard.st_dev == found.st_dev &&
                              standard.st_ino == found.st_ino;
        return is_standard_output_;
    }
    // The name at the end of all symbolic links, where there may not be a file yet.
    std::filesystem::path target_of_links() const
    {
        auto name = path_;
        std::error_code code;
        for (int links = 0; std::filesystem::is_symlink(std::filesystem::symlink_status(name, code));
             ++links) {
            auto const next = std::filesystem::read_symlink(name, code);
            if (code || links == 40) {
                errno = code ? code.value() : ELOOP;
                fail();
            }
            name = name.parent_path() / next;
        }
        return name;
    }
    // A name is kept in its folder: until that is on the disk, a power cut may bring back the old file. Not
    // every file system can be asked for it, and the file itself is whole by now.
    void sync_folder() const
    {
        auto const folder = target_.has_parent_path() ? target_.parent_path() : std::filesystem::path{"."};
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

    std::filesystem::path path_, target_, partial_;
    bool gzip_, straight_ = false, is_standard_output_ = false;
    int file_ = -1;
    std::string buffer_;
};

} // namespace explainn::EXPLAINN_ABI
