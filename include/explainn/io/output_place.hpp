// Where the bytes of an output are written until it is complete, and how it then gets its name.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <explainn/core/error.hpp>

namespace explainn::EXPLAINN_ABI {

/// The name under which an output is written until it is complete: NAME.partial beside NAME. It serves
/// output_file and libraries that write files themselves. take_name() renames the file; without it, nothing
/// stays.
///
/// A symbolic link stays: the file that it points to is written. `-` and other names of standard output,
/// pipes (FIFO) and character devices cannot be replaced by a renamed file: they are written directly. Throws
/// error on an empty name, a folder, a socket and a block device.
///
///     output_place place{"track.bw"};
///     use(place.written_name()); // a library writes it
///     place.take_name();
class output_place {
public:
    explicit output_place(std::filesystem::path path) : path_{std::move(path)}
    {
        straight_ = path_ == "-" || takes_bytes_as_they_come();
        if (straight_) return;
        target_ = target_of_links();
        partial_ = target_.string() + ".partial";
    }
    output_place(output_place const&) = delete;
    output_place& operator=(output_place const&) = delete;
    ~output_place()
    {
        // a symbolic link of that name was not made here: writers do not follow it
        struct stat found {};
        if (!partial_.empty() && ::lstat(partial_.c_str(), &found) == 0 && S_ISREG(found.st_mode))
            ::unlink(partial_.c_str());
    }

    /// The name that was given.
    std::filesystem::path const& path() const { return path_; }
    /// Whether bytes are written directly to what exists under the name, because no file can be renamed to
    /// it.
    bool is_straight() const { return straight_; }
    /// Whether it is standard output, by `-` or by another name.
    bool is_standard_output() const { return path_ == "-" || is_standard_output_; }
    /// What to open for writing: NAME.partial, or the given name where that is written directly.
    std::filesystem::path const& written_name() const { return straight_ ? path_ : partial_; }

    /// Writes everything to the disk, then gives the file its name, and writes the name to the disk. Must be
    /// called once, when the file is complete and closed. Throws error where that fails; then nothing stays.
    void take_name()
    {
        if (straight_) return;
        std::string const partial = std::exchange(partial_, {}).string();
        int const opened = ::open(partial.c_str(), O_RDONLY | O_CLOEXEC);
        bool good = opened >= 0 && (::fsync(opened) == 0 || errno == EINVAL || errno == EROFS);
        int why = errno;
        if (opened >= 0) ::close(opened);
        if (good && ::rename(partial.c_str(), target_.c_str()) != 0) {
            good = false;
            why = errno;
        }
        if (!good) {
            ::unlink(partial.c_str());
            errno = why;
            fail();
        }
        sync_folder();
    }
    /// Throws error with the text of errno.
    [[noreturn]] void fail() const
    {
        throw error{path_.string() + ": cannot be written: " + std::strerror(errno)};
    }

private:
    bool takes_bytes_as_they_come()
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
    // The name at the end of all symbolic links; there may be no file of that name yet.
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
    // A name is stored in its folder: until the folder is on the disk, a power cut may bring back the old
    // file. Not every file system can sync a folder, so a failure is ignored; the file itself is complete by
    // now.
    void sync_folder() const
    {
        auto const folder = target_.has_parent_path() ? target_.parent_path() : std::filesystem::path{"."};
        int const opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (opened < 0) return;
        ::fsync(opened);
        ::close(opened);
    }

    std::filesystem::path path_, target_, partial_;
    bool straight_ = false, is_standard_output_ = false;
};

} // namespace explainn::EXPLAINN_ABI
