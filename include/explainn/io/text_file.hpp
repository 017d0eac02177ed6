// Lines of a text file, plain, gzip or bgzip alike.
#pragma once
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <explainn/core/error.hpp>

namespace explainn {

/// Reads a text file line by line; gzip and bgzip are recognised by content, `-` is standard input, and
/// "\r\n" ends a line too. Throws input_error if the file cannot be opened, is a folder, or its compressed
/// stream is torn.
///
///     text_file file{"labels.tsv.gz"};
///     for (std::string_view line; file.next(line);) use(line, file.line());
class text_file {
public:
    explicit text_file(std::filesystem::path path) : path_{std::move(path)}
    {
        if (path_ == "-") {
            stream_.reset(gzdopen(fileno(stdin), "rb"));
        } else {
            std::error_code code;
            if (std::filesystem::is_directory(path_, code)) throw input_error{path_, 0, "a file", "a folder"};
            errno = 0;
            stream_.reset(gzopen(path_.c_str(), "rb"));
        }
        if (!stream_)
            throw input_error{path_, 0, "a file that can be read",
                              errno != 0 ? std::strerror(errno) : "no memory"};
        gzbuffer(stream_.get(), 1u << 17);
    }

    std::filesystem::path const& path() const { return path_; }
    /// The number of the line next() gave last, from 1.
    std::size_t line() const { return line_; }

    /// The next line without its end, valid until the next call; false at the end of the file.
    bool next(std::string_view& out)
    {
        if (has_kept_) {
            has_kept_ = false;
            return give(kept_, out);
        }
        long_line_.clear();
        for (;;) {
            if (at_ == end_ && !fill()) {
                if (long_line_.empty()) return false;
                break; // the last line has no line end
            }
            char const* const begin = buffer_.data() + at_;
            auto const* const stop = static_cast<char const*>(std::memchr(begin, '\n', end_ - at_));
            std::size_t const n = static_cast<std::size_t>((stop ? stop : buffer_.data() + end_) - begin);
            at_ += n + (stop ? 1 : 0);
            if (stop && long_line_.empty()) return give({begin, n}, out);
            long_line_.append(begin, n);
            if (stop) break;
        }
        return give(long_line_, out);
    }
    /// Puts the last line back: next() gives it once more.
    void unread(std::string_view line)
    {
        kept_ = line;
        has_kept_ = true;
        --line_;
    }
    /// Throws input_error at the current line.
    [[noreturn]] void refuse(std::string const& expected, std::string const& found) const
    {
        throw input_error{path_, line_, expected, found};
    }

private:
    struct closer {
        void operator()(gzFile file) const { gzclose(file); }
    };

    bool give(std::string_view line, std::string_view& out)
    {
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        out = line;
        ++line_;
        return true;
    }
    bool fill()
    {
        int const n = gzread(stream_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
        int code = Z_OK;
        char const* const why = gzerror(stream_.get(), &code);
        if (n < 0 || (code != Z_OK && code != Z_STREAM_END))
            throw input_error{path_, line_,
                              code == Z_BUF_ERROR ? std::string{"the gzip stream ends early"}
                                                  : std::string{"cannot read on: "} + why};
        at_ = 0;
        end_ = static_cast<std::size_t>(n);
        return n > 0;
    }

    std::filesystem::path path_;
    std::unique_ptr<gzFile_s, closer> stream_;
    std::array<char, 1 << 16> buffer_;
    std::size_t at_{}, end_{}, line_{};
    std::string long_line_, kept_;
    bool has_kept_{};
};

} // namespace explainn
