// Data sets written in the reference's HDF5 layout, where libhdf5 is installed (CMake: explainn::hdf5).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<hdf5.h>)
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/io/dataset.hpp>
#include <explainn/io/hdf5_file.hpp>
#include <explainn/io/one_hot.hpp>
#include <explainn/io/output_place.hpp>
#include <explainn/io/split.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
class hdf5_writer {
public:
    explicit hdf5_writer(output_place const& place)
        : place_{place},
          file_{H5Fcreate(place.written_name().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose}
    {
        if (!file_) fail();
    }
    /// A set of rows, which values(i, row) gives one after another.
    template <class T, class Values>
    void rows(std::string const& name, std::vector<hsize_t> shape, hid_t memory, hid_t stored, Values values)
    {
        std::size_t width = 1;
        for (std::size_t k = 1; k < shape.size(); ++k) width *= static_cast<std::size_t>(shape[k]);
        auto const all = static_cast<std::size_t>(shape[0]);
        hdf5_handle const space{H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                                H5Sclose};
        hdf5_handle const how{H5Pcreate(H5P_DATASET_CREATE), H5Pclose};
        H5Pset_obj_track_times(how.id(), false); // the same data give the same bytes
        shape[0] = std::min<hsize_t>(shape[0], at_once);
        if (H5Pset_chunk(how.id(), static_cast<int>(shape.size()), shape.data()) < 0) fail();
        if (H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) H5Pset_deflate(how.id(), 1);
        hdf5_handle const set{
            H5Dcreate2(file_.id(), name.c_str(), stored, space.id(), H5P_DEFAULT, how.id(), H5P_DEFAULT),
            H5Dclose};
        if (!set) fail();
        std::vector<T> some;
        for (std::size_t first = 0; first < all; first += at_once) {
            shape[0] = std::min<hsize_t>(at_once, all - first);
            some.assign(static_cast<std::size_t>(shape[0]) * width, T{});
            for (std::size_t i = 0; i < static_cast<std::size_t>(shape[0]); ++i)
                values(first + i, some.data() + i * width);
            std::vector<hsize_t> start(shape.size());
            start[0] = first;
            H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, shape.data(), nullptr);
            hdf5_handle const from{H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                                   H5Sclose};
            if (H5Dwrite(set.id(), memory, from.id(), space.id(), H5P_DEFAULT, some.data()) < 0) fail();
        }
    }
    void texts(char const* name, std::vector<std::string> const& all)
    {
        std::vector<char const*> chars;
        chars.reserve(all.size());
        for (std::string const& each : all) chars.push_back(each.c_str());
        hsize_t const count = chars.size();
        hdf5_handle const space{H5Screate_simple(1, &count, nullptr), H5Sclose};
        hdf5_handle const type{H5Tcopy(H5T_C_S1), H5Tclose};
        H5Tset_size(type.id(), H5T_VARIABLE);
        H5Tset_cset(type.id(), H5T_CSET_UTF8);
        hdf5_handle const how{H5Pcreate(H5P_DATASET_CREATE), H5Pclose};
        H5Pset_obj_track_times(how.id(), false);
        hdf5_handle const set{
            H5Dcreate2(file_.id(), name, type.id(), space.id(), H5P_DEFAULT, how.id(), H5P_DEFAULT),
            H5Dclose};
        if (!set || H5Dwrite(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, chars.data()) < 0) fail();
    }
    void close()
    {
        if (H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) fail();
        hdf5_handle const closed{std::move(file_)};
    }

private:
    static constexpr std::size_t at_once = 256;
    [[noreturn]] void fail() const
    {
        throw error{place_.path().string() +
                    ": cannot be written: libhdf5 did not write all of it (is the disk full?)"};
    }
    output_place const& place_;
    hdf5_handle file_;
};
} // namespace detail

/// Writes the parts of a data set as the reference reads them: train_in, valid_in and test_in, one-hot
/// sequences (N, 4, L) of uint8 with zeros for N; train_out, valid_out and test_out, labels (N, O) of float32
/// with nan where one is missing; and target_labels, the names of the tasks. The file takes its name when it
/// is whole; the same data give the same bytes. Throws error where it cannot be written.
///
///     write_hdf5("data.h5", data, split);
inline void write_hdf5(std::filesystem::path const& path, dataset const& data, split_rows const& split,
                       row_order const& order = row_order{})
{
    output_place place{path};
    if (place.is_straight())
        throw error{path.string() + ": expected a file for HDF5, found a pipe or a device"};
    detail::quiet_hdf5 const quiet;
    detail::hdf5_writer out{place};
    std::array<std::size_t, 4> row_of{};
    for (std::size_t r = 0; r < 4; ++r) row_of[order[r]] = r;
    std::size_t const length = data.sequences().common_length(), tasks = data.tasks().size();
    std::vector<letter> codes(length);
    std::vector<float> labels(tasks);
    for (auto const& [name, rows] :
         {std::pair<std::string, std::vector<std::uint32_t> const&>{"train", split.train},
          {"valid", split.valid},
          {"test", split.test}}) {
        std::vector<std::uint32_t> const& these = rows;
        out.rows<std::uint8_t>(name + "_in", {these.size(), 4, length}, H5T_NATIVE_UINT8, H5T_STD_U8LE,
                               [&](std::size_t i, std::uint8_t* to) {
                                   data.sequences().unpack(these[i], codes);
                                   for (std::size_t k = 0; k < length; ++k)
                                       if (codes[k] < 4) to[row_of[codes[k]] * length + k] = 1;
                               });
        out.rows<float>(name + "_out", {these.size(), tasks}, H5T_NATIVE_FLOAT, H5T_IEEE_F32LE,
                        [&](std::size_t i, float* to) {
                            data.labels_of(these[i], labels);
                            std::copy(labels.begin(), labels.end(), to);
                        });
    }
    out.texts("target_labels", data.tasks());
    out.close();
    place.take_name();
}

} // namespace explainn::EXPLAINN_ABI
#endif
