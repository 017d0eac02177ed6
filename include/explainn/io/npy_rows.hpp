// A NumPy array of floats, written row by row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <explainn/core/error.hpp>
#include <explainn/io/npy.hpp>
#include <explainn/io/output_place.hpp>

namespace explainn::EXPLAINN_ABI {

/// Writes an .npy file (version 1, float32, rows by columns) whose number of rows is known at the end: rows
/// go to the disk as they come. The file takes its name at commit(); without it nothing stays. Throws error
/// for a row of another size and where the file cannot be written.
///
///     npy_rows out{"labels.npy", 2};
///     out.add(std::vector{1.f, 0.f});
///     out.commit();
class npy_rows {
public:
    npy_rows(std::filesystem::path path, std::size_t columns) : place_{std::move(path)}, columns_{columns}
    {
        if (place_.is_straight())
            throw error{place_.path().string() + ": expected a file for an array, found a pipe or a device"};
        file_.reset(std::fopen(place_.written_name().c_str(), "wbe"));
        if (!file_) place_.fail();
        write(std::string(head_bytes, ' '));
    }

    /// A row of `columns` values.
    void add(std::span<float const> row)
    {
        if (row.size() != columns_)
            throw error{"expected rows of " + std::to_string(columns_) + " values, found one of " +
                        std::to_string(row.size())};
        if (std::fwrite(row.data(), sizeof(float), row.size(), file_.get()) != row.size()) place_.fail();
        ++rows_;
    }
    /// The header is written, and the file takes its name.
    void commit()
    {
        std::string head = npy_head(
            {"", dtype::f32, {static_cast<std::int64_t>(rows_), static_cast<std::int64_t>(columns_)}, {}});
        // the header fills its place, whatever the number of rows: blanks before the line end count as part
        head.pop_back();
        head.append(head_bytes - 1 - head.size(), ' ');
        head += '\n';
        head[8] = static_cast<char>(head_bytes - 10);
        head[9] = 0;
        if (std::fseek(file_.get(), 0, SEEK_SET) != 0) place_.fail();
        write(head);
        if (std::fclose(file_.release()) != 0) place_.fail();
        place_.take_name();
    }

private:
    static constexpr std::size_t head_bytes = 128;
    struct closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    void write(std::string const& text)
    {
        if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) place_.fail();
    }

    output_place place_;
    std::size_t columns_, rows_ = 0;
    std::unique_ptr<std::FILE, closer> file_;
};

} // namespace explainn::EXPLAINN_ABI
