// The reference's HDF5 layout, written here with libhdf5 and read back.
#include <atomic>
#include <thread>

#include <pthread.h>

#include <doctest/doctest.h>

#include <explainn/io/hdf5_file.hpp>

#include "support/folder.hpp"

#if __has_include(<hdf5.h>)
namespace ex = explainn;

namespace {

class writer {
public:
    explicit writer(std::filesystem::path const& path)
        : file_{H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)}
    {
    }
    ~writer() { H5Fclose(file_); }
    template <class T>
    void numbers(char const* name, std::vector<hsize_t> const& shape, hid_t type,
                 std::vector<T> const& values)
    {
        hid_t const space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        hid_t const set = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (!values.empty()) H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(set);
        H5Sclose(space);
    }
    void texts(char const* name, std::vector<char const*> const& values, bool variable)
    {
        hsize_t const count = values.size();
        hid_t const space = H5Screate_simple(1, &count, nullptr), type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, variable ? H5T_VARIABLE : 5);
        hid_t const set = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        std::string fixed;
        for (std::string const text : values) fixed += text + std::string(5 - text.size(), '\0');
        void const* const from = variable ? static_cast<void const*>(values.data()) : fixed.data();
        H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, from);
        H5Dclose(set);
        H5Tclose(type);
        H5Sclose(space);
    }

private:
    hid_t file_;
};
// The one-hot sequences A C, G T, ...: `rows` sequences of 2 bases; row i begins with base i % 4, the second
// base is N
std::vector<float> sequences(std::size_t rows)
{
    std::vector<float> x(rows * 8);
    for (std::size_t i = 0; i < rows; ++i) x[i * 8 + (i % 4) * 2] = 1;
    return x;
}
template <class T>
void three_parts(writer& w, hid_t type)
{
    for (std::string const part : {"train", "valid", "test"}) {
        std::size_t const rows = part == "train" ? 2500 : 3;
        auto const x = sequences(rows);
        w.numbers((part + "_in").c_str(), {rows, 4, 2}, type, std::vector<T>(x.begin(), x.end()));
        std::vector<double> y;
        for (std::size_t i = 0; i < rows; ++i)
            y.insert(y.end(), {static_cast<double>(i), i == 1 ? std::nan("") : 0.5});
        w.numbers((part + "_out").c_str(), {rows, 2}, H5T_NATIVE_DOUBLE, y);
    }
}
void hold(ex::split_dataset const& found)
{
    REQUIRE(found.rows.train.size() == 2500);
    CHECK(found.rows.valid.size() == 3);
    CHECK(found.rows.test == std::vector<std::uint32_t>{2503, 2504, 2505});
    std::vector<ex::letter> letters(2);
    for (std::size_t i = 0; i < 2500; ++i) {
        found.data.letters_of(i, letters);
        if (letters != std::vector<ex::letter>{static_cast<ex::letter>(i % 4), ex::letter_n} ||
            found.data.label(i, 0) != static_cast<float>(i))
            FAIL("row " << i);
    }
    CHECK(std::isnan(found.data.label(1, 1)));
    CHECK(found.data.name(2503) == "test0");
}

} // namespace

TEST_CASE("floats and bytes, with and without names of targets")
{
    testing::folder const files;
    {
        writer w{files.path("a.h5")};
        three_parts<float>(w, H5T_NATIVE_FLOAT);
        w.texts("target_labels", {"MAX", "JUND"}, false);
        writer v{files.path("b.h5")};
        three_parts<signed char>(v, H5T_NATIVE_SCHAR);
        v.texts("target_labels", {"MAX", "JUND"}, true);
        writer u{files.path("c.h5")};
        three_parts<double>(u, H5T_NATIVE_DOUBLE);
    }
    for (auto const* name : {"a.h5", "b.h5", "c.h5"}) {
        auto const found = ex::read_hdf5(files.path(name));
        hold(found);
        CHECK(found.data.tasks() == (std::string{name} == "c.h5"
                                         ? std::vector<std::string>{"class0", "class1"}
                                         : std::vector<std::string>{"MAX", "JUND"}));
    }
    std::vector<ex::letter> letters(2);
    auto const turned = ex::read_hdf5(files.path("a.h5"), ex::row_order{"ATGC"});
    turned.data.letters_of(1, letters);
    CHECK(letters[0] == 3);
}

TEST_CASE("damaged files are refused, also those on which libhdf5 crashes")
{
    testing::folder const files;
    {
        writer w{files.path("small.h5")};
        for (std::string const part : {"train", "valid", "test"}) {
            w.numbers((part + "_in").c_str(), {3, 4, 2}, H5T_NATIVE_FLOAT, sequences(3));
            w.numbers((part + "_out").c_str(), {3, 1}, H5T_NATIVE_FLOAT, std::vector<float>{1, 0, 1});
        }
        w.texts("target_labels", {"MAX"}, false);
    }
    auto const whole = testing::bytes_of(files.path("small.h5"));
    ex::random_numbers draw{ex::seed{9}, ex::stream::batches, 0};
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        auto damaged = whole;
        for (std::uint32_t flips = 1 + draw.below(8); flips > 0; --flips) {
            auto const at = draw.below(static_cast<std::uint32_t>(whole.size()));
            damaged[at] = static_cast<char>(draw.below(256));
        }
        auto const path = files.write("damaged.h5", damaged);
        try {
            ex::read_hdf5(path);
        } catch (ex::error const& e) {
            ++refused;
            CHECK(std::string{e.what()}.find('\n') == std::string::npos);
        }
    }
    CHECK(refused > 0);
    CHECK(ex::detail::comes_to_an_end([] { throw 1; }, 10));
    CHECK(!ex::detail::comes_to_an_end([] { std::abort(); }, 10));
    CHECK(!ex::detail::comes_to_an_end(
        [] {
            for (;;) ::getppid();
        },
        1));
}

TEST_CASE("a program that runs several threads is not forked")
{
    static std::atomic<int> forks{0};
    REQUIRE(::pthread_atfork([] { ++forks; }, nullptr, nullptr) == 0);
    testing::folder const files;
    {
        writer w{files.path("a.h5")};
        three_parts<float>(w, H5T_NATIVE_FLOAT);
        w.texts("target_labels", {"MAX"}, false);
    }
    auto const read = [&] { testing::said([&] { ex::read_hdf5(files.path("a.h5")); }); };
    CHECK(ex::detail::runs_one_thread());
    read();
    CHECK(forks == 1);
    std::atomic<bool> stop{false};
    std::thread other{[&] {
        while (!stop) std::this_thread::yield();
    }};
    CHECK(!ex::detail::runs_one_thread());
    read();
    stop = true;
    other.join();
    CHECK(forks == 1);
}

TEST_CASE("what is no such file is refused in a line")
{
    testing::folder const files;
    auto const refused = [&](auto const& fill) {
        {
            writer w{files.path("x.h5")};
            fill(w);
        }
        return testing::said([&] { ex::read_hdf5(files.path("x.h5")); });
    };
    CHECK(testing::said([&] { ex::read_hdf5(files.write("t.h5", "no HDF5")); }) ==
          "t.h5: expected an HDF5 file, found none that can be read");
    CHECK(testing::said([&] {
              ex::read_hdf5(
                  files.write("t.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"));
          }) ==
          "t.h5: expected binary data, found a Git LFS pointer: run git lfs pull to fetch the file itself");
    CHECK(testing::said([&] { ex::read_hdf5(files.write("t.h5", "<!DOCTYPE html>\n<html></html>")); }) ==
          "t.h5: expected binary data, found an HTML page, not the file itself");
    CHECK(testing::said([&] { ex::read_hdf5(files.write("t.h5", "BZh91AY&SY")); }) ==
          "t.h5: expected an HDF5 file, found bzip2 data: unpack it with bunzip2");
    CHECK(testing::said([&] { ex::read_hdf5(files.path("none.h5")); }) ==
          "none.h5: expected a file that can be read, found No such file or directory");
    CHECK(testing::said([&] { ex::read_hdf5(files.write("t.h5", "\x89HDF\r\n\x1a\n")); }) ==
          "t.h5: expected an HDF5 file, found none that can be read");
    CHECK(refused([](writer&) {}) == "x.h5: expected a data set 'train_in', found none");
    CHECK(refused([](writer& w) {
              w.numbers("train_in", {1, 4, 1}, H5T_NATIVE_FLOAT, std::vector<float>{1, 0, 0, 0});
          }) == "x.h5: expected a data set 'train_out', found none");
    auto const with = [&](std::vector<hsize_t> const& shape, std::vector<float> const& x) {
        return refused([&](writer& w) {
            w.numbers("train_in", shape, H5T_NATIVE_FLOAT, x);
            w.numbers("train_out", {1, 1}, H5T_NATIVE_FLOAT, std::vector<float>{1});
        });
    };
    CHECK(with({1, 3, 1}, {1, 0, 0}) == "x.h5: expected 'train_in' of shape (N, 4, L), found (1, 3, 1)");
    CHECK(with({2, 4, 1}, {1, 0, 0, 0, 1, 0, 0, 0}) ==
          "x.h5: expected 2 rows of labels in 'train_out', found 1");
    CHECK(with({4}, {1, 0, 0, 0}) == "x.h5: expected 3 extents of 'train_in', found 1");
    CHECK(with({1, 4, 1}, {1, 1, 0, 0}) ==
          "x.h5: expected a single 1 or no base at all in every column of 'train_in', "
          "found neither in row 0, column 0");
    // ten billion rows that were never written
    CHECK(with({10000000000u, 4, 1}, {}).find("larger extents") != std::string::npos);
    {
        writer w{files.path("cut.h5")};
        three_parts<float>(w, H5T_NATIVE_FLOAT);
    }
    for (int part = 1; part < 10; ++part) {
        auto const whole = testing::bytes_of(files.path("cut.h5"));
        CHECK_THROWS_AS(ex::read_hdf5(files.write(
                            "part.h5", whole.substr(0, whole.size() * static_cast<std::size_t>(part) / 10))),
                        ex::input_error);
    }
}
#endif
