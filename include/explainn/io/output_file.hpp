// A file that is written beside its name and renamed when it is complete, so that no reader ever sees half of
// it.
#pragma once
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/error.hpp>
#include <explainn/io/output_place.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes to NAME.partial and renames it to NAME at commit(); without commit() nothing of it stays. A file
/// whose name ends in .gz is compressed (without a time stamp, so that the same content gives the same
/// bytes). A symbolic link stays: the file that it points to is written in the same way. `-` writes to
/// standard output, and so does another name of it (/dev/stdout). Bytes for a pipe (FIFO) or a character
/// device are written to it directly: those written before an error cannot be taken back. Throws error on an
/// empty name, a folder, a socket, a block device, a folder that cannot be written, or a full disk.
///
///     output_file out{"losses.tsv"};
///     out << "epoch\tloss\n";
///     out.commit();
class output_file {
public:
    explicit output_file(std::filesystem::path path)
        : place_{std::move(path)}, gzip_{place_.path().extension() == ".gz"}
    {
        if (place_.is_standard_output()) {
            file_ = STDOUT_FILENO;
            return;
        }
        file_ = ::open(place_.written_name().c_str(),
                       place_.is_straight() ? O_WRONLY | O_NOCTTY | O_CLOEXEC
                                            : O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                       0644);
        if (file_ < 0) place_.fail();
    }
    output_file(output_file const&) = delete;
    output_file& operator=(output_file const&) = delete;
    ~output_file()
    {
        if (file_ >= 0 && file_ != STDOUT_FILENO) ::close(file_);
    }

    output_file& operator<<(std::string_view s)
    {
        buffer_ += s;
        if (buffer_.size() >= 1u << 18) flush();
        return *this;
    }
    output_file& operator<<(char c) { return *this << std::string_view{&c, 1}; }
    /// Writes raw bytes.
    output_file& write(void const* bytes, std::size_t count)
    {
        return *this << std::string_view{static_cast<char const*>(bytes), count};
    }

    /// Writes everything to the disk, then gives the file its name, and writes the name to the disk.
    void commit()
    {
        flush();
        if (file_ == STDOUT_FILENO) return;
        if (::close(std::exchange(file_, -1)) != 0) place_.fail();
        place_.take_name();
    }

private:
    void flush()
    {
        if (gzip_) buffer_ = gzip_member(buffer_);
        for (std::string_view left = buffer_; !left.empty();) {
            auto const n = ::write(file_, left.data(), left.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) place_.fail();
            left.remove_prefix(static_cast<std::size_t>(n));
        }
        buffer_.clear();
    }
    // gzip members may follow one another; each flush makes one. Level 1, because at higher levels
    // compression takes more time than the model needs to compute what is written
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

    output_place place_;
    bool gzip_;
    int file_ = -1;
    std::string buffer_;
};

} // namespace explainn::EXPLAINN_ABI
