// Lines of a text file: plain, gzip or bgzip.
#pragma once
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <explainn/core/error.hpp>
#include <explainn/io/file_kind.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
/// Turns every line end of a text that arrives in blocks into "\n": "\r\n" (and "\r\r\n", which two
/// conversions in a row leave) and a single "\r", as old Macs wrote it.
class line_ends {
public:
    /// How many carriage returns at the end of the last block wait for the next one; they belong before it.
    std::size_t waiting() const { return waiting_; }
    /// Rewrites the text in place; `last` says that no block follows. Returns its new size.
    std::size_t unify(char* text, std::size_t size, bool last)
    {
        waiting_ = 0;
        auto* const first = static_cast<char*>(std::memchr(text, '\r', size));
        if (!first) return size;
        char* to = first;
        for (char const *from = first, *const end = text + size; from != end;) {
            if (*from != '\r') {
                *to++ = *from++;
                continue;
            }
            char const* const run = from;
            from = std::find_if(from, end, [](char c) { return c != '\r'; });
            if (from != end && *from == '\n') continue; // both together are one line end
            auto const returns = static_cast<std::size_t>(from - run);
            if (from == end && !last && returns <= most_waiting) {
                waiting_ = returns;
                break;
            }
            to = std::fill_n(to, returns, '\n');
        }
        return static_cast<std::size_t>(to - text);
    }

private:
    static constexpr std::size_t most_waiting = 16;
    std::size_t waiting_{};
};
} // namespace detail

/// Reads a text file line by line; gzip and bgzip are recognised by content, `-` is standard input. A line
/// ends with "\n", "\r\n" or "\r"; a byte order mark of UTF-8 at the beginning is skipped. Throws input_error
/// if the file cannot be opened, is a folder, or its compressed stream ends early. Throws it too for a file
/// that is not text, and says what it is: a Git LFS pointer, a web page, UTF-16, an archive, gzip within
/// gzip, anything with a NUL byte.
///
///     text_file file{"labels.tsv.gz"};
///     for (std::string_view line; file.next(line);) use(line, file.line());
class text_file {
public:
    /// Opens the file; `what` says in errors what kind of file was expected.
    explicit text_file(std::filesystem::path path, std::string what = "text")
        : path_{std::move(path)}, what_{std::move(what)}
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
    /// The number of the line that next() returned last, from 1.
    std::size_t line() const { return line_; }

    /// Reads the next line without its end, valid until the next call; returns false at the end of the file.
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
    /// Puts the last line back: next() returns it once more.
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
        out = line;
        ++line_;
        return true;
    }
    // reads more of the text and unifies its line ends; returns false at its end
    bool fill()
    {
        do {
            std::size_t const kept = ends_.waiting();
            std::fill_n(buffer_.begin(), kept, '\r');
            std::size_t const n = read(buffer_.data() + kept, buffer_.size() - kept);
            std::size_t const begin = std::exchange(begun_, true) ? 0 : look_at_head({buffer_.data(), n});
            if (n == 0 && kept == 0) return false;
            at_ = begin;
            end_ = begin + ends_.unify(buffer_.data() + begin, kept + n - begin, n == 0);
            refuse_nul();
        } while (at_ == end_);
        return true;
    }
    std::size_t read(char* to, std::size_t most)
    {
        int const n = gzread(stream_.get(), to, static_cast<unsigned>(most));
        int code = Z_OK;
        char const* const why = gzerror(stream_.get(), &code);
        if (n < 0 || (code != Z_OK && code != Z_STREAM_END))
            throw input_error{path_, line_,
                              code == Z_BUF_ERROR ? std::string{"the gzip stream ends early"}
                                                  : std::string{"cannot read on: "} + why};
        return static_cast<std::size_t>(n);
    }
    // refuses a file whose first bytes show that it is not text; returns where the text begins
    std::size_t look_at_head(std::string_view head) const
    {
        bool const packed = gzdirect(stream_.get()) == 0;
        std::string kind = file_kind_of(head.substr(0, file_kind_bytes));
        if (packed && head.starts_with("\x1f\x8b")) kind = "gzip within gzip: unpack it once with gunzip";
        std::size_t const line = detail::stand_in_of(head.substr(0, file_kind_bytes)).empty() ? 0 : 1;
        if (!kind.empty()) throw input_error{path_, line, what_, kind};
        return head.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    }
    void refuse_nul() const
    {
        auto const* const begin = buffer_.data() + at_;
        auto const* const nul = static_cast<char const*>(std::memchr(begin, '\0', end_ - at_));
        if (nul)
            throw input_error{path_, line_ + 1 + static_cast<std::size_t>(std::count(begin, nul, '\n')),
                              what_, "a NUL byte: the file is binary or damaged"};
    }

    std::filesystem::path path_;
    std::string what_;
    std::unique_ptr<gzFile_s, closer> stream_;
    std::array<char, 1 << 16> buffer_;
    detail::line_ends ends_;
    std::size_t at_{}, end_{}, line_{};
    bool begun_{};
    std::string long_line_, kept_;
    bool has_kept_{};
};

} // namespace explainn::EXPLAINN_ABI
