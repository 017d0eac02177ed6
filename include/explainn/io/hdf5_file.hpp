// Data sets in the reference's HDF5 layout, where libhdf5 is installed (CMake: explainn::hdf5); beside it
// hdf5_writer.hpp alone includes this.
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<hdf5.h>)
#include <hdf5.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/join_datasets.hpp>
#include <explainn/io/one_hot.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

/// An HDF5 identifier that is closed when the object ends.
class hdf5_handle {
public:
    hdf5_handle(hid_t id, herr_t (*close)(hid_t)) : id_{id}, close_{close} {}
    hdf5_handle(hdf5_handle&& other) noexcept : id_{std::exchange(other.id_, -1)}, close_{other.close_} {}
    ~hdf5_handle()
    {
        if (id_ >= 0) close_(id_);
    }
    hid_t id() const { return id_; }
    explicit operator bool() const { return id_ >= 0; }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

/// Keeps libhdf5 from printing its own errors; the library throws exceptions instead.
class quiet_hdf5 {
public:
    quiet_hdf5()
    {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    quiet_hdf5(quiet_hdf5 const&) = delete;
    quiet_hdf5& operator=(quiet_hdf5 const&) = delete;
    ~quiet_hdf5() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

private:
    H5E_auto2_t function_{};
    void* data_{};
};

class hdf5_reader {
public:
    explicit hdf5_reader(std::filesystem::path path)
        : path_{std::move(path)}, file_{H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose}
    {
        if (!file_) {
            std::string const none = "none that can be read", kind = binary_file{path_}.kind_or(none);
            throw input_error{path_, 0, "an HDF5 file", kind == "an HDF5 file" ? none : kind};
        }
        std::error_code code;
        bytes_ = std::filesystem::file_size(path_, code);
    }
    bool has(char const* name) const { return H5Lexists(file_.id(), name, H5P_DEFAULT) > 0; }

    /// A data set of numbers with its extents, of which the first `rank` count.
    struct array {
        hdf5_handle set;
        std::array<hsize_t, 3> shape{};
        int rank{};
        hsize_t row() const { return rank == 3 ? shape[1] * shape[2] : rank == 2 ? shape[1] : 1; }
    };
    array open(std::string const& name, int least, int most) const
    {
        array a{{H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), H5Dclose}};
        if (!a.set) throw input_error{path_, 0, "a data set " + in_quotes(name), "none"};
        hdf5_handle const space{H5Dget_space(a.set.id()), H5Sclose};
        hdf5_handle const type{H5Dget_type(a.set.id()), H5Tclose};
        auto const kind = H5Tget_class(type.id());
        if (kind != H5T_FLOAT && kind != H5T_INTEGER && kind != H5T_ENUM)
            throw input_error{path_, 0, "numbers in " + in_quotes(name), "something else"};
        a.rank = H5Sget_simple_extent_ndims(space.id());
        if (a.rank < least || a.rank > most)
            throw input_error{path_, 0, std::to_string(most) + " extents of " + in_quotes(name),
                              std::to_string(a.rank)};
        H5Sget_simple_extent_dims(space.id(), a.shape.data(), nullptr);
        // refuses extents that a file of this size cannot hold: no filter compresses numbers so much
        hsize_t count = H5Tget_size(type.id());
        bool possible = true;
        for (int d = 0; d < a.rank; ++d)
            possible =
                possible && !__builtin_mul_overflow(count, a.shape[static_cast<std::size_t>(d)], &count);
        if (!possible || count / 2048 > bytes_)
            throw input_error{path_, 0,
                              in_quotes(name) + " to fit in the file's " + std::to_string(bytes_) + " bytes",
                              "larger extents"};
        return a;
    }
    /// Rows [first, first + count) as floats.
    void rows(array const& a, std::string const& name, hsize_t first, hsize_t count,
              std::vector<float>& out) const
    {
        out.resize(static_cast<std::size_t>(count * a.row()));
        std::array<hsize_t, 3> start{first, 0, 0}, size{count, a.shape[1], a.shape[2]};
        hdf5_handle const from{H5Dget_space(a.set.id()), H5Sclose};
        hdf5_handle const to{H5Screate_simple(a.rank, size.data(), nullptr), H5Sclose};
        H5Sselect_hyperslab(from.id(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr);
        if (H5Dread(a.set.id(), H5T_NATIVE_FLOAT, to.id(), from.id(), H5P_DEFAULT, out.data()) < 0)
            throw input_error{path_, 0, in_quotes(name) + " to be readable", "a damaged part of the file"};
    }
    /// Elements [first, first + count) of a data set of rank 1, as T (double or std::int64_t).
    template <class T>
    void numbers(array const& a, std::string const& name, hsize_t first, hsize_t count,
                 std::vector<T>& out) const
    {
        out.resize(static_cast<std::size_t>(count));
        if (count == 0) return;
        hid_t const type = std::is_same_v<T, double> ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
        hdf5_handle const from{H5Dget_space(a.set.id()), H5Sclose};
        hdf5_handle const to{H5Screate_simple(1, &count, nullptr), H5Sclose};
        H5Sselect_hyperslab(from.id(), H5S_SELECT_SET, &first, nullptr, &count, nullptr);
        if (H5Dread(a.set.id(), type, to.id(), from.id(), H5P_DEFAULT, out.data()) < 0)
            throw input_error{path_, 0, in_quotes(name) + " to be readable", "a damaged part of the file"};
    }
    /// Whether an object is there by its path, such as "obs/leiden".
    bool has_path(std::string const& name) const
    {
        for (std::size_t at = 0; at != name.npos;) {
            at = name.find('/', at + 1);
            if (H5Lexists(file_.id(), name.substr(0, at).c_str(), H5P_DEFAULT) <= 0) return false;
        }
        return true;
    }
    /// Whether an object that is there is a group.
    bool is_group(std::string const& name) const
    {
        hdf5_handle const object{H5Oopen(file_.id(), name.c_str(), H5P_DEFAULT), H5Oclose};
        return object && H5Iget_type(object.id()) == H5I_GROUP;
    }
    /// The text of an attribute of an object; empty where there is no such text.
    std::string attribute_text(std::string const& object, char const* name) const
    {
        if (H5Aexists_by_name(file_.id(), object.c_str(), name, H5P_DEFAULT) <= 0) return {};
        hdf5_handle const attribute{
            H5Aopen_by_name(file_.id(), object.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
        hdf5_handle const type{H5Aget_type(attribute.id()), H5Tclose};
        hdf5_handle const space{H5Aget_space(attribute.id()), H5Sclose};
        if (!attribute || H5Tget_class(type.id()) != H5T_STRING ||
            H5Sget_simple_extent_npoints(space.id()) != 1)
            return {};
        if (H5Tis_variable_str(type.id()) > 0) {
            char* chars = nullptr;
            if (H5Aread(attribute.id(), type.id(), &chars) < 0 || chars == nullptr) return {};
            std::string text{chars};
            H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, &chars);
            return text;
        }
        std::size_t const size = H5Tget_size(type.id());
        if (size > bytes_) return {};
        std::vector<char> chars(size);
        if (H5Aread(attribute.id(), type.id(), chars.data()) < 0) return {};
        return {chars.begin(), std::find(chars.begin(), chars.end(), '\0')};
    }
    /// The two whole numbers of an attribute of an object; nothing where there are none.
    std::optional<std::array<std::int64_t, 2>> attribute_pair(std::string const& object,
                                                              char const* name) const
    {
        if (H5Aexists_by_name(file_.id(), object.c_str(), name, H5P_DEFAULT) <= 0) return std::nullopt;
        hdf5_handle const attribute{
            H5Aopen_by_name(file_.id(), object.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
        hdf5_handle const type{H5Aget_type(attribute.id()), H5Tclose};
        hdf5_handle const space{H5Aget_space(attribute.id()), H5Sclose};
        std::array<std::int64_t, 2> out{};
        if (!attribute || H5Tget_class(type.id()) != H5T_INTEGER ||
            H5Sget_simple_extent_npoints(space.id()) != 2 ||
            H5Aread(attribute.id(), H5T_NATIVE_INT64, out.data()) < 0)
            return std::nullopt;
        return out;
    }
    /// The texts of a data set of rank 1, of fixed or variable length.
    std::vector<std::string> texts(std::string const& name) const
    {
        hdf5_handle const set{H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), H5Dclose};
        hdf5_handle const type{H5Dget_type(set.id()), H5Tclose};
        hdf5_handle const space{H5Dget_space(set.id()), H5Sclose};
        hsize_t count = 0;
        if (!set || H5Tget_class(type.id()) != H5T_STRING || H5Sget_simple_extent_ndims(space.id()) != 1 ||
            H5Sget_simple_extent_dims(space.id(), &count, nullptr) < 0 || count > bytes_)
            throw input_error{path_, 0, "a list of texts " + in_quotes(name), "something else"};
        std::vector<std::string> out;
        if (H5Tis_variable_str(type.id()) > 0) {
            std::vector<char*> pointers(static_cast<std::size_t>(count));
            if (H5Dread(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) < 0)
                throw input_error{path_, 0, in_quotes(name) + " to be readable",
                                  "a damaged part of the file"};
            for (char const* p : pointers) out.emplace_back(p ? p : "");
            H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data());
            return out;
        }
        std::size_t const size = H5Tget_size(type.id());
        if (size > bytes_ || size * count > 2048 * bytes_)
            throw input_error{path_, 0, "a list of texts " + in_quotes(name), "longer ones than the file"};
        std::vector<char> chars(size * static_cast<std::size_t>(count));
        if (H5Dread(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, chars.data()) < 0)
            throw input_error{path_, 0, in_quotes(name) + " to be readable", "a damaged part of the file"};
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            std::string text{chars.data() + i * size, size};
            out.push_back(text.substr(0, text.find('\0')));
        }
        return out;
    }
    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
    hdf5_handle file_;
    std::uintmax_t bytes_{};
};

/// Reads one part of the split: NAME_in (N, 4, L) and NAME_out (N, O) or (N). If `tasks` is empty, names are
/// made up.
inline dataset hdf5_part(hdf5_reader const& file, std::string const& part, row_order const& order,
                         std::vector<std::string>& tasks)
{
    std::string const in = part + "_in", out = part + "_out";
    auto const x = file.open(in, 3, 3);
    auto const y = file.open(out, 1, 2);
    if (x.shape[1] != 4 || x.shape[2] == 0 || x.shape[0] == 0)
        throw input_error{file.path(), 0, in_quotes(in) + " of shape (N, 4, L)",
                          "(" + std::to_string(x.shape[0]) + ", " + std::to_string(x.shape[1]) + ", " +
                              std::to_string(x.shape[2]) + ")"};
    if (y.shape[0] != x.shape[0] || y.row() == 0)
        throw input_error{file.path(), 0, std::to_string(x.shape[0]) + " rows of labels in " + in_quotes(out),
                          std::to_string(y.shape[0])};
    for (hsize_t o = 0; tasks.size() < y.row(); ++o) tasks.push_back("class" + std::to_string(o));
    if (tasks.size() != y.row())
        throw input_error{file.path(), 0, std::to_string(tasks.size()) + " labels a row in " + in_quotes(out),
                          std::to_string(y.row())};
    auto const length = static_cast<std::size_t>(x.shape[2]), width = static_cast<std::size_t>(y.row());
    packed_sequences sequences;
    label_matrix labels{width};
    std::vector<letter> letters(length);
    std::vector<float> blocks, values;
    constexpr hsize_t most = 1024;
    for (hsize_t first = 0; first < x.shape[0]; first += most) {
        hsize_t const count = std::min(most, x.shape[0] - first);
        file.rows(x, in, first, count, blocks);
        file.rows(y, out, first, count, values);
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            std::string const name = part + std::to_string(first + i);
            auto const bad =
                letters_of_one_hot(std::span{blocks}.subspan(i * 4 * length, 4 * length), order, letters);
            if (bad)
                throw input_error{
                    file.path(), 0, "a single 1 or no base at all in every column of " + in_quotes(in),
                    "neither in row " + std::to_string(first + i) + ", column " + std::to_string(*bad)};
            sequences.append(name, letters);
            for (std::size_t o = 0; o < width; ++o)
                if (std::isinf(values[i * width + o]))
                    throw input_error{file.path(), 0, "finite numbers or nan in " + in_quotes(out),
                                      "infinity in row " + std::to_string(first + i)};
            labels.append(std::span{values}.subspan(i * width, width));
        }
    }
    return {std::move(sequences), tasks, std::move(labels)};
}

inline split_dataset read_hdf5_here(std::filesystem::path const& path, row_order const& order)
{
    quiet_hdf5 const quiet;
    hdf5_reader const file{path};
    std::vector<std::string> tasks;
    if (file.has("target_labels")) tasks = file.texts("target_labels");
    auto const train = hdf5_part(file, "train", order, tasks);
    auto const valid = hdf5_part(file, "valid", order, tasks);
    auto const test = hdf5_part(file, "test", order, tasks);
    return join_datasets(train, valid, test);
}

/// Whether this process has only one thread. Only then may it fork: locks that other threads held would stay
/// locked in the child for ever.
inline bool runs_one_thread()
{
    std::error_code code;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator at{"/proc/self/task", code}, end; !code && at != end;
         at.increment(code))
        ++count;
    return !code && count == 1;
}

/// Whether a child process finishes read(), with an exception or without, within so many seconds of processor
/// time.
template <class Read>
bool comes_to_an_end(Read read, rlim_t seconds)
{
    pid_t const child = ::fork();
    if (child < 0) return true; // the system creates no process
    if (child == 0) {
        // it must die without output, whatever handlers the program has installed
        for (int const signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU})
            std::signal(signal, SIG_DFL);
        rlimit const no_core{0, 0}, cpu{seconds, seconds};
        ::setrlimit(RLIMIT_CORE, &no_core);
        ::setrlimit(RLIMIT_CPU, &cpu);
        try {
            read();
        } catch (...) {
        }
        ::_exit(0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return true;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace detail

/// Reads train_in, train_out, valid_in, ... test_out and, if it exists, target_labels: one-hot sequences (N,
/// 4, L) of any number type with rows in the given order, labels (N, O), NaN = missing. Rows are named
/// train0, train1, ... Throws input_error for a data set that is missing or of another shape, and for a
/// sequence that is not one-hot. Some files made for the purpose let libhdf5 itself crash or never return. In
/// a program with one thread, a child process therefore reads the file first; it has 10 seconds of processor
/// time and one more for every megabyte. In a program with several threads there is no such process, because
/// it is not safe to fork there: read files that you do not trust before you make a model or a pool of
/// threads.
///
///     auto const [data, rows] = read_hdf5("tf_peaks_50.h5");
inline split_dataset read_hdf5(std::filesystem::path const& path, row_order const& order = row_order{})
{
    // binary_file refuses a missing file, a Git LFS pointer and a web page by name before libhdf5 sees them
    std::uint64_t const bytes = binary_file{path}.size();
    rlim_t const seconds = 10 + static_cast<rlim_t>(bytes >> 20);
    if (detail::runs_one_thread() &&
        !detail::comes_to_an_end([&] { detail::read_hdf5_here(path, order); }, seconds))
        throw input_error{path, 0, "an HDF5 file", "one on which libhdf5 crashes or never ends"};
    return detail::read_hdf5_here(path, order);
}

} // namespace explainn::EXPLAINN_ABI
#endif
