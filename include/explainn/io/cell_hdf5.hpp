// Matrices of peaks by cells in HDF5: 10x Genomics and AnnData, where libhdf5 is installed (CMake:
// explainn::hdf5).
#pragma once
#include <explainn/core/cpp20.hpp>

#if __has_include(<hdf5.h>)
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/core/number_text.hpp>
#include <explainn/io/binary_file.hpp>
#include <explainn/io/cell_matrix.hpp>
#include <explainn/io/hdf5_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A matrix of peaks by cells in HDF5:
///
/// - 10x Genomics (https://www.10xgenomics.com/support/software/cell-ranger-atac/latest/analysis/outputs/
///   cr-atac-h5-matrix-format): the group `matrix` with data, indices, indptr, shape, barcodes and
///   features/id; features that features/feature_type does not call Peaks are left out;
/// - AnnData (https://anndata.readthedocs.io/en/stable/fileformat-prose.html, anndata 0.7 and later): `X`,
/// the
///   cells by the peaks, as csr_matrix, csc_matrix or dense, with the names of obs and var. The columns of
///   obs are given by cell_column(), texts and categories.
///
/// Throws input_error for what is neither, lacks a part or does not fit together. libhdf5 dies of some files
/// that were made for it; see read_hdf5() for what is done about it.
///
///     hdf5_matrix const m{"islets.h5ad"};
class hdf5_matrix : public cell_matrix {
public:
    explicit hdf5_matrix(std::filesystem::path const& path) : cell_matrix{path}
    {
        // a missing file, a Git LFS pointer and a web page are refused by name before libhdf5 sees them
        std::uint64_t const bytes = binary_file{path}.size();
        auto const all_of_it = [&] {
            open();
            each([](std::span<cell_entry const>) {});
        };
        if (detail::runs_one_thread() &&
            !detail::comes_to_an_end(all_of_it, 20 + static_cast<rlim_t>(bytes >> 20)))
            throw input_error{path, 0, "an HDF5 file", "one that libhdf5 dies of"};
        open();
    }
    void each(sink const& to) const override
    {
        detail::quiet_hdf5 const quiet;
        if (dense_) each_of_dense(to);
        else each_of_sparse(to);
    }
    std::vector<std::string> cell_column(std::string const& name) const override
    {
        detail::quiet_hdf5 const quiet;
        std::string const at = "obs/" + name;
        if (!file_->has_path("obs")) return cell_matrix::cell_column(name);
        if (name.empty() || !file_->has_path(at))
            throw input_error{path_, 0, "a column " + in_quotes(name) + " in obs", "none"};
        std::vector<std::string> out;
        if (file_->is_group(at)) {
            if (!file_->has_path(at + "/codes") || !file_->has_path(at + "/categories"))
                throw input_error{path_, 0, "texts or categories in " + in_quotes(at), "something else"};
            auto const categories = file_->texts(at + "/categories");
            for (std::int64_t const code : whole_numbers(at + "/codes")) {
                if (code >= static_cast<std::int64_t>(categories.size()))
                    throw input_error{path_, 0, "codes of categories in " + in_quotes(at),
                                      std::to_string(code)};
                out.push_back(code < 0 ? "" : categories[static_cast<std::size_t>(code)]);
            }
        } else {
            out = file_->texts(at);
        }
        require_count(out.size(), cells(), in_quotes(at), "cells");
        return out;
    }

private:
    void open()
    {
        detail::quiet_hdf5 const quiet;
        file_ = std::make_unique<detail::hdf5_reader>(path_);
        if (file_->has_path("matrix/barcodes")) open_tenx();
        else if (file_->has_path("obs") || file_->has_path("var") || file_->has_path("X")) open_anndata();
        else
            throw input_error{path_, 0, "a group 'matrix' (10x Genomics) or an array 'X' (AnnData)",
                              "neither"};
    }
    void open_tenx()
    {
        for (char const* const part : {"data", "indices", "indptr", "features/id"})
            require_part(std::string{"matrix/"} + part);
        group_ = "matrix";
        major_is_cell_ = true;
        barcodes_ = file_->texts("matrix/barcodes");
        auto const ids = file_->texts("matrix/features/id");
        std::vector<std::string> types;
        if (file_->has_path("matrix/features/feature_type"))
            types = file_->texts("matrix/features/feature_type");
        if (!types.empty())
            require_count(types.size(), ids.size(), "'matrix/features/feature_type'", "features");
        detail::peak_rows rows;
        for (std::size_t i = 0; i < ids.size(); ++i)
            rows.add(ids[i], types.empty() || detail::is_peak_type(types[i]));
        if (rows.names.empty())
            throw input_error{path_, 0, "features of the type Peaks", types.empty() ? "none" : types[0]};
        features_ = ids.size();
        peak_names_ = std::move(rows.names);
        place_of_ = std::move(rows.place_of);
        peaks_ = peak_names_.size();
        require_names();
        if (file_->has_path("matrix/shape")) {
            auto const shape = whole_numbers("matrix/shape");
            if (shape.size() == 2) {
                require_count(static_cast<std::size_t>(shape[0]), features_, "'matrix/shape'", "features");
                require_count(static_cast<std::size_t>(shape[1]), cells(), "'matrix/shape'", "cells");
            }
        }
        read_places();
    }
    void open_anndata()
    {
        require_part("X");
        barcodes_ = index_of("obs");
        peak_names_ = index_of("var");
        peaks_ = features_ = peak_names_.size();
        place_of_.clear();
        require_names();
        group_ = "X";
        if (!file_->is_group("X")) {
            dense_ = true;
            auto const x = file_->open("X", 2, 2);
            require_count(static_cast<std::size_t>(x.shape[0]), cells(), "'X'", "cells");
            require_count(static_cast<std::size_t>(x.shape[1]), peaks_, "'X'", "peaks");
            return;
        }
        std::string kind = file_->attribute_text("X", "encoding-type");
        if (kind.empty()) kind = file_->attribute_text("X", "h5sparse_format");
        if (kind != "csr_matrix" && kind != "csc_matrix" && kind != "csr" && kind != "csc")
            throw input_error{path_, 0, "an array 'X' that is dense, csr_matrix or csc_matrix",
                              in_quotes(kind)};
        major_is_cell_ = kind.starts_with("csr");
        for (char const* const part : {"data", "indices", "indptr"}) require_part(std::string{"X/"} + part);
        auto shape = file_->attribute_pair("X", "shape");
        if (!shape) shape = file_->attribute_pair("X", "h5sparse_shape");
        if (shape) {
            require_count(static_cast<std::size_t>((*shape)[0]), cells(), "the shape of 'X'", "cells");
            require_count(static_cast<std::size_t>((*shape)[1]), peaks_, "the shape of 'X'", "peaks");
        }
        read_places();
    }
    void require_part(std::string const& name) const
    {
        if (!file_->has_path(name)) throw input_error{path_, 0, "an array " + in_quotes(name), "none"};
    }
    void require_count(std::size_t found, std::size_t wanted, std::string const& where,
                       char const* what) const
    {
        if (found != wanted)
            throw input_error{path_, 0, std::to_string(wanted) + " " + what + " in " + where,
                              std::to_string(found)};
    }
    void require_names() const
    {
        if (barcodes_.empty()) throw input_error{path_, 0, "cells", "none"};
        std::vector<std::string_view> sorted(barcodes_.begin(), barcodes_.end());
        std::sort(sorted.begin(), sorted.end());
        if (auto const twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
            throw input_error{path_, 0, "every cell once", in_quotes(*twice) + " twice"};
    }
    std::vector<std::string> index_of(std::string const& table) const
    {
        if (!file_->has_path(table) || !file_->is_group(table))
            throw input_error{path_, 0, "a group " + in_quotes(table) + ", as anndata 0.7 and later write it",
                              file_->has_path(table) ? "an array" : "none"};
        std::string name = file_->attribute_text(table, "_index");
        if (name.empty()) name = "_index";
        require_part(table + "/" + name);
        return file_->texts(table + "/" + name);
    }
    std::vector<std::int64_t> whole_numbers(std::string const& name) const
    {
        auto const a = file_->open(name, 1, 1);
        std::vector<std::int64_t> out;
        file_->numbers(a, name, 0, a.shape[0], out);
        return out;
    }
    // where the entries of each cell (or peak) begin
    void read_places()
    {
        std::string const name = group_ + "/indptr";
        places_ = whole_numbers(name);
        require_count(places_.size(), (major_is_cell_ ? cells() : features_) + 1, in_quotes(name), "places");
        auto const data = file_->open(group_ + "/data", 1, 1),
                   indices = file_->open(group_ + "/indices", 1, 1);
        bool const rising = std::is_sorted(places_.begin(), places_.end());
        if (!rising || places_.front() != 0 || static_cast<hsize_t>(places_.back()) != data.shape[0] ||
            data.shape[0] != indices.shape[0])
            throw input_error{path_, 0,
                              "rising places from 0 to " + std::to_string(data.shape[0]) + " in " +
                                  in_quotes(name) + ", and as many indices",
                              "others"};
    }
    void give(std::uint64_t major, std::int64_t minor, double value, std::vector<cell_entry>& block) const
    {
        std::size_t const most = major_is_cell_ ? features_ : cells();
        if (minor < 0 || static_cast<std::uint64_t>(minor) >= most)
            throw input_error{path_, 0,
                              "indices from 0 to " + std::to_string(most - 1) + " in " +
                                  in_quotes(group_ + "/indices"),
                              std::to_string(minor)};
        require_value(value);
        auto peak = static_cast<std::uint32_t>(major_is_cell_ ? static_cast<std::uint64_t>(minor) : major);
        auto const cell =
            static_cast<std::uint32_t>(major_is_cell_ ? major : static_cast<std::uint64_t>(minor));
        if (!place_of_.empty()) peak = place_of_[peak];
        if (value > 0 && peak != detail::peak_rows::none) block.push_back({peak, cell, value});
    }
    void require_value(double value) const
    {
        if (!std::isfinite(value) || value < 0)
            throw input_error{path_, 0, "numbers of 0 or more in " + in_quotes(group_), number_text(value)};
    }
    void each_of_sparse(sink const& to) const
    {
        auto const data = file_->open(group_ + "/data", 1, 1),
                   indices = file_->open(group_ + "/indices", 1, 1);
        std::vector<double> values;
        std::vector<std::int64_t> minors;
        std::vector<cell_entry> block;
        constexpr hsize_t most = 1 << 16;
        std::uint64_t major = 0;
        for (hsize_t first = 0; first < data.shape[0]; first += most) {
            hsize_t const count = std::min(most, data.shape[0] - first);
            file_->numbers(data, group_ + "/data", first, count, values);
            file_->numbers(indices, group_ + "/indices", first, count, minors);
            block.clear();
            for (std::size_t i = 0; i < values.size(); ++i) {
                while (static_cast<std::uint64_t>(places_[major + 1]) <= first + i) ++major;
                give(major, minors[i], values[i], block);
            }
            if (!block.empty()) to(block);
        }
    }
    void each_of_dense(sink const& to) const
    {
        auto const x = file_->open("X", 2, 2);
        std::vector<float> values;
        std::vector<cell_entry> block;
        hsize_t const most = std::max<hsize_t>(1, (hsize_t{1} << 20) / std::max<hsize_t>(1, x.shape[1]));
        for (hsize_t first = 0; first < x.shape[0]; first += most) {
            hsize_t const count = std::min(most, x.shape[0] - first);
            file_->rows(x, "X", first, count, values);
            block.clear();
            for (std::size_t i = 0; i < values.size(); ++i) {
                auto const value = static_cast<double>(values[i]);
                require_value(value);
                if (value > 0)
                    block.push_back({static_cast<std::uint32_t>(i % peaks_),
                                     static_cast<std::uint32_t>(first + i / peaks_), value});
            }
            if (!block.empty()) to(block);
        }
    }

    std::unique_ptr<detail::hdf5_reader> file_;
    std::string group_;
    bool dense_ = false, major_is_cell_ = true;
    std::size_t features_{};
    std::vector<std::uint32_t> place_of_; // of each feature among the peaks; empty: all are peaks
    std::vector<std::int64_t> places_;
};

} // namespace explainn::EXPLAINN_ABI
#endif
