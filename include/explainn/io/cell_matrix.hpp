// Matrices of peaks by cells, entry by entry: what every format gives, and Matrix Market folders.
#pragma once
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <explainn/core/error.hpp>
#include <explainn/core/in_quotes.hpp>
#include <explainn/io/table_columns.hpp>
#include <explainn/io/text_file.hpp>

namespace explainn::EXPLAINN_ABI {

/// A number of a matrix that is not 0.
struct cell_entry {
    std::uint32_t peak{}, cell{}; ///< both from 0
    double value{};               ///< above 0
};

/// A matrix of peaks by cells whose entries stay in its file. What is no peak (genes, in a file of both) is
/// not part of it.
///
///     market_matrix const matrix{"filtered_peak_bc_matrix"};
///     std::vector<double> totals(matrix.cells());
///     matrix.each([&](std::span<cell_entry const> some) {
///         for (cell_entry const& e : some) totals[e.cell] += e.value;
///     });
class cell_matrix {
public:
    /// Gets blocks of entries.
    using sink = std::function<void(std::span<cell_entry const>)>;

    virtual ~cell_matrix() = default;
    std::filesystem::path const& path() const { return path_; }
    /// How many peaks.
    std::size_t peaks() const { return peaks_; }
    /// How many cells.
    std::size_t cells() const { return barcodes_.size(); }
    /// The names of the cells.
    std::vector<std::string> const& barcodes() const { return barcodes_; }
    /// The names of the peaks, such as chr1:100-300; none where the files do not tell them.
    std::vector<std::string> const& peak_names() const { return peak_names_; }
    /// Gives all entries, in blocks, in the order of the file, each time it is called. Throws input_error for
    /// a number below 0 or that is not finite, for a place outside of the matrix, and for a damaged file.
    virtual void each(sink const& to) const = 0;
    /// What a column of the table of cells says of each cell, where the format has such a table (AnnData's
    /// obs); empty text where a value is missing. Throws input_error for a column that is not there.
    virtual std::vector<std::string> cell_column(std::string const& name) const
    {
        throw input_error{path_, 0,
                          "a table of cells with the column " + in_quotes(name) + " (AnnData's obs)",
                          "a format without one"};
    }

protected:
    explicit cell_matrix(std::filesystem::path path) : path_{std::move(path)} {}

    std::filesystem::path path_;
    std::size_t peaks_{};
    std::vector<std::string> barcodes_, peak_names_;
};

namespace detail {
/// A file of this name, plain or with .gz, or nothing.
inline std::filesystem::path plain_or_gzip(std::filesystem::path const& folder, std::string const& name)
{
    std::error_code code;
    for (char const* const ending : {"", ".gz"})
        if (auto path = folder / (name + ending); std::filesystem::is_regular_file(path, code)) return path;
    return {};
}
/// The names in column 1. Throws input_error where there is none, or one stands there twice.
inline std::vector<std::string> read_barcodes(std::filesystem::path const& path)
{
    text_file file{path, "the names of cells"};
    std::vector<std::string> names;
    for (std::string_view line; file.next(line);) {
        std::string_view const name = line.substr(0, line.find_first_of("\t,"));
        if (name.empty()) file.refuse("the name of a cell", in_quotes(line));
        names.emplace_back(name);
    }
    if (names.empty()) throw input_error{path, 0, "the names of cells", "none"};
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::sort(sorted.begin(), sorted.end());
    if (auto const twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        throw input_error{path, 0, "every cell once", in_quotes(*twice) + " twice"};
    return names;
}
/// Which rows of a list of features are peaks, and what they are called.
struct peak_rows {
    std::vector<std::string> names;
    std::vector<std::uint32_t> place_of; ///< of each feature among the peaks, or none
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    void add(std::string name, bool is_peak)
    {
        place_of.push_back(is_peak ? static_cast<std::uint32_t>(names.size()) : none);
        if (is_peak) names.push_back(std::move(name));
    }
};
/// Whether a type of features, as 10x Genomics names them, is that of peaks.
inline bool is_peak_type(std::string_view type) { return type.empty() || type == "Peaks"; }
/// BED (three columns are the place), or a table whose column 1 names features and whose column 3 may say
/// what they are (10x: id, name, type).
inline peak_rows read_features(std::filesystem::path const& path)
{
    bool const bed = path.filename().string().find(".bed") != std::string::npos;
    text_file file{path, "the names of peaks"};
    peak_rows all;
    for (std::string_view line; file.next(line);) {
        if (line.empty() || line.front() == '#') continue;
        std::array<std::string_view, 3> fields{};
        for (std::size_t i = 0; i < 3 && !line.empty(); ++i) {
            std::size_t const tab = std::min(line.find('\t'), line.size());
            fields[i] = line.substr(0, tab);
            line.remove_prefix(std::min(tab + 1, line.size()));
        }
        if (fields[0].empty() || (bed && fields[2].empty()))
            file.refuse(bed ? "3 columns (BED)" : "the name of a peak in column 1", in_quotes(fields[0]));
        if (bed)
            all.add(std::string{fields[0]} + ':' + std::string{fields[1]} + '-' + std::string{fields[2]},
                    true);
        else all.add(std::string{fields[0]}, is_peak_type(fields[2]));
    }
    if (all.names.empty()) throw input_error{path, 0, "the names of peaks", "none"};
    return all;
}

/// Reads the coordinate format of Matrix Market (https://math.nist.gov/MatrixMarket/formats.html): its header
/// and the extents at once, entries on request.
class market_file {
public:
    explicit market_file(std::filesystem::path const& path) : file_{path, "a matrix (Matrix Market)"}
    {
        std::string_view line;
        if (!file_.next(line)) throw input_error{path, 0, "a matrix (Matrix Market)", "an empty file"};
        std::string head;
        for (char const c : line) head += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        auto const has = [&](char const* word) { return head.find(word) != head.npos; };
        pattern_ = has(" pattern");
        if (!head.starts_with("%%matrixmarket matrix coordinate") || !has(" general") ||
            !(has(" real") || has(" integer") || pattern_))
            file_.refuse("%%MatrixMarket matrix coordinate, of real, integer or pattern, general",
                         in_quotes(line));
        while (next_line(line)) {
            std::array<std::uint64_t, 3> numbers{};
            for (auto& x : numbers) x = whole(line, "rows, columns and entries");
            require_end(line);
            if (numbers[0] == 0 || numbers[1] == 0 || numbers[0] >= std::uint64_t{1} << 32 ||
                numbers[1] >= std::uint64_t{1} << 32)
                file_.refuse("from 1 to 4294967295 rows and columns",
                             std::to_string(numbers[0]) + " and " + std::to_string(numbers[1]));
            rows = numbers[0];
            columns = numbers[1];
            entries = numbers[2];
            return;
        }
        throw input_error{path, file_.line(), "a line of rows, columns and entries", "the end of the file"};
    }

    std::uint64_t rows{}, columns{}, entries{};

    /// The next entry, row and column from 0; false at the end.
    bool next(std::uint32_t& row, std::uint32_t& column_at, double& value)
    {
        std::string_view line;
        if (!next_line(line)) {
            if (seen_ != entries)
                throw input_error{file_.path(), file_.line(), std::to_string(entries) + " entries",
                                  "the end of the file after " + std::to_string(seen_)};
            return false;
        }
        if (++seen_ > entries)
            file_.refuse("the end of the file after " + std::to_string(entries) + " entries",
                         in_quotes(line));
        row = place(line, rows, "row");
        column_at = place(line, columns, "column");
        value = 1;
        if (!pattern_) {
            skip_blanks(line);
            auto const end = std::from_chars(line.data(), line.data() + line.size(), value);
            if (end.ec != std::errc{} || !std::isfinite(value) || value < 0)
                file_.refuse("a number of 0 or more", in_quotes(line));
            line.remove_prefix(static_cast<std::size_t>(end.ptr - line.data()));
        }
        require_end(line);
        return true;
    }

private:
    bool next_line(std::string_view& line)
    {
        while (file_.next(line)) {
            std::string_view rest = line;
            skip_blanks(rest);
            if (!rest.empty() && rest.front() != '%') return true;
        }
        return false;
    }
    static void skip_blanks(std::string_view& line)
    {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    }
    void require_end(std::string_view line) const
    {
        skip_blanks(line);
        if (!line.empty()) file_.refuse("the end of the line", in_quotes(line));
    }
    std::uint64_t whole(std::string_view& line, char const* what) const
    {
        skip_blanks(line);
        std::uint64_t x{};
        auto const end = std::from_chars(line.data(), line.data() + line.size(), x);
        if (end.ec != std::errc{}) file_.refuse(what, in_quotes(line));
        line.remove_prefix(static_cast<std::size_t>(end.ptr - line.data()));
        return x;
    }
    std::uint32_t place(std::string_view& line, std::uint64_t most, char const* what) const
    {
        std::uint64_t const x = whole(line, "a row, a column and a number");
        if (x == 0 || x > most)
            file_.refuse(std::string{"a "} + what + " from 1 to " + std::to_string(most), std::to_string(x));
        return static_cast<std::uint32_t>(x - 1);
    }

    text_file file_;
    std::uint64_t seen_{};
    bool pattern_{};
};
} // namespace detail

/// A Matrix Market file, plain or gzip, and the names beside it: a folder with matrix.mtx, barcodes.tsv and
/// peaks.bed, features.tsv, peaks.tsv or genes.tsv, as Cell Ranger writes it, or such a file
/// `PREFIXmatrix.mtx` with names of its prefix. Rows are peaks; where the columns are not as many as the
/// cells and the rows are, rows are cells. Rows that features.tsv does not call Peaks are left out. Throws
/// input_error for what is not there or does not fit.
///
///     market_matrix const m{"filtered_peak_bc_matrix"};
class market_matrix : public cell_matrix {
public:
    explicit market_matrix(std::filesystem::path const& path) : cell_matrix{matrix_of(path)}
    {
        detail::market_file const head{path_};
        auto const folder = path_.parent_path();
        std::string const name = path_.filename().string(),
                          prefix = name.substr(
                              0, name.rfind("matrix.mtx") == name.npos ? 0 : name.rfind("matrix.mtx"));
        auto const names = detail::plain_or_gzip(folder, prefix + "barcodes.tsv");
        if (names.empty())
            throw input_error{path_, 0, "the names of cells beside it in " + prefix + "barcodes.tsv(.gz)",
                              "none"};
        barcodes_ = detail::read_barcodes(names);
        if (head.columns != cells()) {
            if (head.rows != cells())
                throw input_error{names, 0,
                                  std::to_string(head.columns) + " names of cells, as " + path_.string() +
                                      " has columns",
                                  std::to_string(cells())};
            turned_ = true;
        }
        peaks_ = static_cast<std::size_t>(turned_ ? head.columns : head.rows);
        for (char const* const each : {"peaks.bed", "features.tsv", "peaks.tsv", "genes.tsv"}) {
            auto const features = detail::plain_or_gzip(folder, prefix + each);
            if (features.empty()) continue;
            auto all = detail::read_features(features);
            if (all.place_of.size() != peaks_)
                throw input_error{features, 0,
                                  std::to_string(peaks_) + " peaks, as " + path_.string() + " has " +
                                      (turned_ ? "columns" : "rows"),
                                  std::to_string(all.place_of.size())};
            place_of_ = std::move(all.place_of);
            peak_names_ = std::move(all.names);
            peaks_ = peak_names_.size();
            break;
        }
    }
    void each(sink const& to) const override
    {
        detail::market_file file{path_};
        std::vector<cell_entry> block;
        std::uint32_t row{}, column_at{};
        for (double value{}; file.next(row, column_at, value);) {
            if (turned_) std::swap(row, column_at);
            if (!place_of_.empty()) row = place_of_[row];
            if (value == 0 || row == detail::peak_rows::none) continue;
            block.push_back({row, column_at, value});
            if (block.size() < 8192) continue;
            to(block);
            block.clear();
        }
        if (!block.empty()) to(block);
    }

private:
    static std::filesystem::path matrix_of(std::filesystem::path const& path)
    {
        std::error_code code;
        if (!std::filesystem::is_directory(path, code)) return path;
        auto found = detail::plain_or_gzip(path, "matrix.mtx");
        if (found.empty())
            throw input_error{path, 0, "a folder with matrix.mtx or matrix.mtx.gz", "none in it"};
        return found;
    }

    std::vector<std::uint32_t> place_of_;
    bool turned_ = false;
};

} // namespace explainn::EXPLAINN_ABI
