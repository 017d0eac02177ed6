// Matrices of peaks by cells: formats, clusters, means, latent dimensions, groups, refusals.
#include <explainn/prepare/cells.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <explainn/io/open_cell_matrix.hpp>
#include <explainn/prepare/cell_peaks.hpp>
#include <explainn/prepare/k_means.hpp>
#include <explainn/prepare/latent_cells.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"

using namespace explainn;

namespace {

std::string const market = "%%MatrixMarket matrix coordinate integer general\n% from a test\n3 4 6\n"
                           "1 1 2\n2 1 1\n1 2 4\n3 2 4\n2 3 1\n3 4 0\n",
                  four = "AA-1\nCC-1\nGG-1\nTT-1\n", three = "chr1\t10\t20\nchr1\t30\t50\nchr2\t0\t8\n";

// a folder of the matrix above; the cells AA, CC are of cluster x, GG, TT of y
struct market_folder {
    testing::folder s;
    market_folder() { std::filesystem::create_directory(s.path("m")); }
    market_folder& with(std::string const& name, std::string const& content)
    {
        s.write("m/" + name, content);
        return *this;
    }
    market_folder& whole()
    {
        return with("matrix.mtx", market).with("barcodes.tsv", four).with("peaks.bed", three);
    }
    std::filesystem::path path() const { return s.path("m"); }
};
std::string text_of(cell_matrix const& m)
{
    std::vector<cell_entry> all;
    m.each([&](std::span<cell_entry const> some) { all.insert(all.end(), some.begin(), some.end()); });
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) {
        return a.cell != b.cell ? a.cell < b.cell : a.peak < b.peak;
    });
    std::string text;
    for (cell_entry const& e : all)
        text += std::to_string(e.peak) + ',' + std::to_string(e.cell) + '=' + number_text(e.value) + ' ';
    return text;
}
std::string const entries_of_market = "0,0=2 1,0=1 0,1=4 2,1=4 1,2=1 ";

// 120 cells of four kinds: kind k opens mostly peaks of its own quarter; depths differ tenfold
class planted : public cell_matrix {
public:
    planted() : cell_matrix{"planted"}
    {
        peaks_ = 400;
        random_numbers draw{seed{11}, stream::tests};
        for (std::uint32_t c = 0; c < 120; ++c) {
            barcodes_.push_back("cell" + std::to_string(c));
            std::set<std::uint32_t> open;
            std::uint32_t const depth = 20 + draw.below(180);
            for (std::uint32_t k = 0; k < depth; ++k)
                open.insert(draw.uniform() < 0.5 ? 100 * (c % 4) + draw.below(100) : draw.below(400));
            for (std::uint32_t const p : open) all_.push_back({p, c, 1});
        }
    }
    void each(sink const& to) const override { to(all_); }

private:
    std::vector<cell_entry> all_;
};

} // namespace

TEST_CASE("Matrix Market folders: names beside the matrix, turned round, gzip, genes among the peaks")
{
    market_folder f;
    f.whole();
    auto const m = open_cell_matrix(f.path());
    CHECK(m->peaks() == 3);
    CHECK(m->barcodes() == std::vector<std::string>{"AA-1", "CC-1", "GG-1", "TT-1"});
    CHECK(m->peak_names() == std::vector<std::string>{"chr1:10-20", "chr1:30-50", "chr2:0-8"});
    CHECK(text_of(*m) == entries_of_market);
    CHECK(text_of(*m) == entries_of_market); // each time
    CHECK(text_of(*open_cell_matrix(f.path() / "matrix.mtx")) == entries_of_market);

    SUBCASE("cells by peaks, gzip, CRLF, a file with a prefix")
    {
        market_folder t;
        std::string turned =
            "%%MatrixMarket matrix coordinate real general\r\n4 3 5\r\n1 1 2\r\n1 2 1e0\r\n2 1 4\r\n"
            "2 3 4.0\r\n3 2 1\r\n";
        t.s.write_gzip("m/GSM1_matrix.mtx.gz", turned);
        t.s.write_gzip("m/GSM1_barcodes.tsv.gz", four);
        t.with("GSM1_peaks.bed", three);
        CHECK(text_of(*open_cell_matrix(t.path() / "GSM1_matrix.mtx.gz")) == entries_of_market);
    }
    SUBCASE("pattern, and features of which some are genes")
    {
        market_folder t;
        t.with("matrix.mtx", "%%MatrixMarket matrix coordinate pattern general\n3 4 3\n1 1\n2 1\n3 4\n")
            .with("barcodes.tsv", four)
            .with("features.tsv", "chr1:10-20\tx\tPeaks\nENSG1\tACT\tGene Expression\nchr2:0-8\ty\tPeaks\n");
        auto const g = open_cell_matrix(t.path());
        CHECK(g->peaks() == 2);
        CHECK(text_of(*g) == "0,0=1 1,3=1 ");
    }
}

TEST_CASE("matrices that are none are refused in one line")
{
    auto const refusal = [](std::string const& content, std::string const& cells = four,
                            std::string const& peaks = three) {
        market_folder f;
        f.with("matrix.mtx", content).with("barcodes.tsv", cells).with("peaks.bed", peaks);
        return testing::said([&] { open_cell_matrix(f.path())->each([](auto) {}); });
    };
    std::string const head = "%%MatrixMarket matrix coordinate integer general\n";
    CHECK(refusal("") == "m/matrix.mtx: expected a matrix (Matrix Market), found an empty file");
    CHECK(refusal("1 2 3\n").find(
              "m/matrix.mtx:1: expected %%MatrixMarket matrix coordinate, of real, integer or "
              "pattern, general, found '1 2 3'") == 0);
    CHECK(refusal("%%MatrixMarket matrix array real general\n3 4\n").find("m/matrix.mtx:1: expected") == 0);
    CHECK(
        refusal("%%MatrixMarket matrix coordinate real symmetric\n3 3 1\n1 1 1\n").find("m/matrix.mtx:1: ") ==
        0);
    CHECK(refusal(head) ==
          "m/matrix.mtx:1: expected a line of rows, columns and entries, found the end of the file");
    CHECK(refusal(head + "3 4\n") == "m/matrix.mtx:2: expected rows, columns and entries, found ''");
    CHECK(refusal(head + "3 4 2\n1 1 1\n") ==
          "m/matrix.mtx:3: expected 2 entries, found the end of the file after 1");
    CHECK(refusal(head + "3 4 1\n1 1 1\n2 1 1\n") ==
          "m/matrix.mtx:4: expected the end of the file after 1 entries, found '2 1 1'");
    CHECK(refusal(head + "3 4 1\n4 1 1\n") == "m/matrix.mtx:3: expected a row from 1 to 3, found 4");
    CHECK(refusal(head + "3 4 1\n1 0 1\n") == "m/matrix.mtx:3: expected a column from 1 to 4, found 0");
    CHECK(refusal(head + "3 4 1\n1 1 -2\n") == "m/matrix.mtx:3: expected a number of 0 or more, found '-2'");
    CHECK(refusal(head + "3 4 1\n1 1 nan\n") ==
          "m/matrix.mtx:3: expected a number of 0 or more, found 'nan'");
    CHECK(refusal(head + "3 4 1\n1 1 1 1\n") == "m/matrix.mtx:3: expected the end of the line, found '1'");
    CHECK(refusal(head + "3 4 1\n1 x 1\n").find("m/matrix.mtx:3: expected a row, a column and a number") ==
          0);
    CHECK(refusal(market, "AA\nCC\n").find("m/barcodes.tsv: expected 4 names of cells, as ") == 0);
    CHECK(refusal(market, "AA\nCC\nAA\nTT\n") ==
          "m/barcodes.tsv: expected every cell once, found 'AA' twice");
    CHECK(refusal(market, four, "chr1\t1\t2\n").find("m/peaks.bed: expected 3 peaks, as ") == 0);
    CHECK(refusal(market, four, "chr1\t1\n").find("m/peaks.bed:1: expected 3 columns (BED), found 'chr1'") ==
          0);
    market_folder empty;
    CHECK(testing::said([&] { open_cell_matrix(empty.path()); }) ==
          "m: expected a folder with matrix.mtx or matrix.mtx.gz, found none in it");
    CHECK(testing::said([&] { open_cell_matrix(empty.s.path("none")); }).find("none: ") == 0);
    empty.with("matrix.mtx", market);
    CHECK(testing::said([&] {
              open_cell_matrix(empty.path());
          }).find("m/matrix.mtx: expected the names of cells beside it in barcodes.tsv(.gz), found none") ==
          0);
}

TEST_CASE("tables of clusters: headers, columns, orders, cells without one")
{
    testing::folder const s;
    std::vector<std::string> const cells{"AA-1", "CC-1", "GG-1", "TT-1"};
    auto const read = [&](std::string const& content, std::string const& column = {}) {
        return read_clusters(s.write("c", content), cells, column);
    };
    auto const text = [](cell_clusters const& c) {
        std::string all;
        for (auto const k : c.of_cell) all += (k == cell_clusters::none ? "-" : c.names[k]) + " ";
        return all;
    };
    CHECK(text(read("AA-1\tb\nGG-1\ta\nTT-1\tb\n")) == "b - a b ");
    CHECK(read("AA-1\tb\nGG-1\ta\n").names == std::vector<std::string>{"a", "b"});
    CHECK(text(read("Barcode,Cluster\r\nAA-1,10\r\nCC-1,9\r\nGG-1,NA\r\n")) == "10 9 - - ");
    CHECK(read("Barcode,Cluster\nAA-1,10\nCC-1,9\n").names == std::vector<std::string>{"9", "10"});
    CHECK(text(read("cell\tdepth\tleiden\nCC-1\t5\tx\n")) == "- x - - ");
    CHECK(text(read("cell\tdepth\tkind\nCC-1\t5\tx\n", "kind")) == "- x - - ");
    CHECK(text(read("\"depth\",\"seurat_clusters\"\n\"CC-1\",7,\"3\"\n")) == "- 3 - - "); // as R writes it
    CHECK(read("AA-1\tb\nZZ-1\tb\n").unknown == 1);

    auto const refusal = [&](std::string const& content, std::string const& column = {}) {
        return testing::said([&] { read(content, column); });
    };
    CHECK(refusal("") == "c: expected rows of cells and clusters, found none");
    CHECK(refusal("AA-1\n") ==
          "c:1: expected two columns (cell, cluster) between tabs or commas, found 'AA-1'");
    CHECK(refusal("AA-1\tb\nAA-1\ta\n") ==
          "c:2: expected every cell once, found 'AA-1', which is at line 1 too");
    CHECK(
        refusal("AA\tb\nCC\tc\n") ==
        "c:2: expected names of cells as the matrix has them, such as 'AA-1', found none; the first is 'CC'");
    CHECK(refusal("AA-1\tb\nZZ-1\tc\n") ==
          "c:2: expected a cell of the matrix in the cluster 'c', found none");
    CHECK(refusal("AA-1\tNA\n") == "c: expected a cluster of some cell, found none");
    CHECK(refusal("cell\tx\ty\nAA-1\t1\t2\n")
              .find("c:1: expected two columns (cell, cluster), or a column named "
                    "cluster") == 0);
    CHECK(refusal("cell\tx\nAA-1\t1\n", "y") == "c:1: expected a column 'y' in the header, found 'cell, x'");
    CHECK(refusal("AA-1\tb\nCC-1\n") == "c:2: expected 2 columns as in the first line, found 1");
    CHECK(refusal("AA-1\t1\t2\n").find("c:1: expected two columns (cell, cluster), or a header") == 0);
    CHECK(testing::said([] {
              clusters_of_values({"", "NA"});
          }) == "expected cells with clusters, found none");
}

TEST_CASE("means of peaks over the cells of clusters")
{
    market_folder f;
    f.whole();
    auto const m = open_cell_matrix(f.path());
    cell_clusters const clusters{{"x", "y"}, {0, 0, 1, 1}, 0};
    auto const counts = mean_accessibility(*m, clusters, cell_values::counts);
    CHECK(counts.means == std::vector<double>{3, 0, 0.5, 0.5, 2, 0});
    CHECK(counts.sizes == std::vector<std::size_t>{2, 2});
    CHECK(counts.empty_cells == 1); // TT: an explicit 0 is no open peak
    CHECK(counts.entries == 5);
    CHECK(mean_accessibility(*m, clusters, cell_values::binarised).means ==
          std::vector<double>{1, 0, 0.5, 0.5, 0.5, 0});
    // depths 3, 8, 1, 0: their median (of those above 0) is 3
    auto const level = mean_accessibility(*m, clusters, cell_values::normalised);
    CHECK(level.means[0] == doctest::Approx((2.0 + 1.5) / 2));
    CHECK(level.means[2] == doctest::Approx(0.5));
    CHECK(level.means[3] == doctest::Approx(1.5));
    CHECK(level.means[4] == doctest::Approx(0.75));
    // cells without a cluster have no say
    cell_clusters const some{{"x"}, {0, cell_clusters::none, cell_clusters::none, cell_clusters::none}, 0};
    CHECK(mean_accessibility(*m, some, cell_values::counts).means == std::vector<double>{2, 1, 0});
    cell_clusters const closed{{"x"}, {cell_clusters::none, cell_clusters::none, cell_clusters::none, 0}, 0};
    CHECK(testing::said([&] {
              mean_accessibility(*m, closed, cell_values::normalised);
          }).find("m/matrix.mtx: expected open peaks in cells with a cluster, found none") == 0);
}

TEST_CASE("peaks of a matrix: from its names or a BED file in its order")
{
    market_folder f;
    f.whole();
    auto const m = open_cell_matrix(f.path());
    auto const from_names = peaks_of_matrix(*m, {});
    REQUIRE(from_names.size() == 3);
    CHECK(from_names[1].contig == "chr1");
    CHECK(from_names[1].start == 30);
    CHECK(from_names[1].end == 50);
    auto const bed = f.s.write("p.bed", "1\t10\t20\n1\t30\t50\n2\t0\t8\n"); // contigs by other names
    CHECK(peaks_of_matrix(*m, bed)[2].contig == "2");
    auto const refusal = [&](std::string const& content) {
        return testing::said([&] { peaks_of_matrix(*m, f.s.write("q.bed", content)); });
    };
    CHECK(refusal("chr1\t10\t20\nchr1\t30\t50\n").find("q.bed:2: expected 3 peaks, as ") == 0);
    CHECK(refusal(three + "chr2\t9\t10\n").find("q.bed:4: expected the end of the file after 3 peaks, as ") ==
          0);
    CHECK(refusal("chr1\t30\t50\nchr1\t10\t20\nchr2\t0\t8\n")
              .find("q.bed:1: expected the peak 'chr1:10-20', as ") == 0);
    CHECK(refusal("chr1\t20\t10\n").find("q.bed:1: expected a start before the end") == 0);

    CHECK(peak_place("chr1-10-20")->chromosome == "chr1");
    CHECK(peak_place("HLA-A_10_20")->chromosome == "HLA-A");
    CHECK(peak_place("chr1:10-20")->end == 20);
    for (char const* const none : {"", "peak1", "chr1:20-10", "chr1:10", "10-20", "-1-2", "chr1:a-9"})
        CHECK_FALSE(peak_place(none).has_value());
    market_folder bare;
    bare.with("matrix.mtx", market).with("barcodes.tsv", four);
    CHECK(testing::said([&] {
              peaks_of_matrix(*open_cell_matrix(bare.path()), {});
          }).find("m/matrix.mtx: expected peaks beside the matrix, or in a BED file (--peaks), found none") ==
          0);
    bare.with("features.tsv", "p1\np2\np3\n");
    CHECK(testing::said([&] { peaks_of_matrix(*open_cell_matrix(bare.path()), {}); })
              .find("expected names of peaks that tell places, such as chr1:100-300, or a BED file "
                    "(--peaks), found "
                    "'p1'") != std::string::npos);
}

TEST_CASE("singular values: those of a matrix whose decomposition is known")
{
    // a sum of three products of orthogonal vectors with weights 9, 4 and 2, 12 rows by 9 columns
    std::vector<std::array<double, 12>> left(3);
    std::vector<std::array<double, 9>> right(3);
    for (std::size_t i = 0; i < 12; ++i) {
        left[0][i] = 1 / std::sqrt(12.0);
        left[1][i] = std::sqrt(2.0 / 12) * std::cos(M_PI * (double(i) + 0.5) / 12);
        left[2][i] = std::sqrt(2.0 / 12) * std::cos(2 * M_PI * (double(i) + 0.5) / 12);
    }
    for (std::size_t i = 0; i < 9; ++i) {
        right[0][i] = 1 / 3.0;
        right[1][i] = std::sqrt(2.0 / 9) * std::cos(M_PI * (double(i) + 0.5) / 9);
        right[2][i] = std::sqrt(2.0 / 9) * std::cos(2 * M_PI * (double(i) + 0.5) / 9);
    }
    std::array<double, 3> const weights{9, 4, 2};
    sparse_rows a;
    a.columns = 9;
    for (std::size_t i = 0; i < 12; ++i) {
        for (std::uint32_t k = 0; k < 9; ++k) {
            double x = 0;
            for (std::size_t w = 0; w < 3; ++w) x += weights[w] * left[w][i] * right[w][k];
            a.places.push_back(k);
            a.values.push_back(static_cast<float>(x));
        }
        a.begins.push_back(a.places.size());
    }
    thread_pool const one{threads{1}}, two{threads{2}};
    auto const found = randomised_svd(a, 3, seed{1}, one);
    for (std::size_t w = 0; w < 3; ++w) {
        CHECK(found.values[w] == doctest::Approx(weights[w]).epsilon(1e-5));
        double overlap = 0;
        for (std::size_t i = 0; i < 12; ++i) overlap += found.rows[i * 3 + w] * left[w][i];
        CHECK(std::abs(overlap) == doctest::Approx(weights[w]).epsilon(1e-5));
    }
    CHECK(found.rows == randomised_svd(a, 3, seed{1}, two).rows);
    CHECK(testing::said([&] { randomised_svd(a, 10, seed{1}, one); }) ==
          "expected from 1 to 9 dimensions of a matrix of 12 cells and 9 peaks, found 10");
}

TEST_CASE("planted kinds of cells are found, whatever their depth, with the same bits for any threads")
{
    planted const m;
    thread_pool const one{threads{1}}, two{threads{2}};
    auto const where = embed_cells(m, 8, seed{1}, one);
    CHECK(where.points == embed_cells(m, 8, seed{1}, two).points);
    auto const found = k_means(where.points, where.dimensions, 4, seed{1});
    std::size_t right = 0;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> together;
    for (std::uint32_t i = 0; i < 120; ++i) ++together[{found.group[i], i % 4}];
    for (std::uint32_t g = 0; g < 4; ++g) {
        std::size_t most = 0;
        for (std::uint32_t k = 0; k < 4; ++k) most = std::max(most, together[{g, k}]);
        right += most;
    }
    CHECK(right >= 117); // of 120; by chance it would be about 40
    CHECK(found.group == k_means(where.points, where.dimensions, 4, seed{1}).group);
    // what is called between the steps gets rising shares, changes nothing, and may throw
    std::vector<double> shares;
    auto const listen = [&](double share) { shares.push_back(share); };
    CHECK(where.points == embed_cells(m, 8, seed{1}, one, listen).points);
    CHECK(shares.size() == 8);
    CHECK(std::is_sorted(shares.begin(), shares.end()));
    shares.clear();
    CHECK(found.group == k_means(where.points, where.dimensions, 4, seed{1}, listen).group);
    CHECK(shares.size() == 10);
    auto const stop = [](double share) {
        if (share > 0.3) throw error{"stopped"};
    };
    CHECK(testing::said([&] { embed_cells(m, 8, seed{1}, one, stop); }) == "stopped");
    CHECK(testing::said([&] { k_means(where.points, where.dimensions, 4, seed{1}, stop); }) == "stopped");
}

TEST_CASE("k-means finds groups that lie apart, and takes edge cases")
{
    std::vector<double> points;
    for (int i = 0; i < 30; ++i)
        points.insert(points.end(), {10.0 * (i % 3 == 0) + 0.01 * i, -7.0 * (i % 3 == 1)});
    auto const found = k_means(points, 2, 3, seed{2});
    for (std::size_t i = 0; i < 30; ++i) CHECK(found.group[i] == found.group[i % 3]);
    CHECK(std::set<std::uint32_t>(found.group.begin(), found.group.end()).size() == 3);
    // equal points: every group has one all the same
    std::vector<double> const same(8, 1.0);
    auto const equal = k_means(same, 2, 4, seed{1});
    CHECK(std::set<std::uint32_t>(equal.group.begin(), equal.group.end()).size() == 4);
    CHECK(equal.distance == 0);
    CHECK(testing::said([&] { k_means(same, 2, 5, seed{1}); }) ==
          "expected from 1 to 4 groups of as many points, found 5");
}

#if __has_include(<hdf5.h>)
namespace {

// writes HDF5 with groups and attributes
class hdf5_file {
public:
    explicit hdf5_file(std::filesystem::path const& path)
        : file_{H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)},
          parents_{H5Pcreate(H5P_LINK_CREATE)}
    {
        H5Pset_create_intermediate_group(parents_, 1);
    }
    ~hdf5_file()
    {
        H5Pclose(parents_);
        H5Fclose(file_);
    }
    hdf5_file& numbers(char const* name, std::vector<double> const& values, std::vector<hsize_t> shape = {},
                       hid_t type = H5T_STD_I32LE)
    {
        if (shape.empty()) shape = {values.size()};
        hid_t const space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        hid_t const set = H5Dcreate2(file_, name, type, space, parents_, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(set);
        H5Sclose(space);
        return *this;
    }
    hdf5_file& texts(char const* name, std::vector<char const*> const& values)
    {
        hsize_t const count = values.size();
        hid_t const space = H5Screate_simple(1, &count, nullptr), type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        hid_t const set = H5Dcreate2(file_, name, type, space, parents_, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Dclose(set);
        H5Tclose(type);
        H5Sclose(space);
        return *this;
    }
    hdf5_file& says(char const* object, char const* name, char const* value)
    {
        hid_t const space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        hid_t const attribute =
            H5Acreate_by_name(file_, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, type, &value);
        H5Aclose(attribute);
        H5Tclose(type);
        H5Sclose(space);
        return *this;
    }

private:
    hid_t file_, parents_;
};
// the matrix of `market` in AnnData's way, without X
void names(hdf5_file& f)
{
    f.texts("obs/cell_id", {"AA-1", "CC-1", "GG-1", "TT-1"}).says("obs", "_index", "cell_id");
    f.texts("var/_index", {"chr1:10-20", "chr1:30-50", "chr2:0-8"}).says("var", "_index", "_index");
    f.texts("obs/kind/categories", {"x", "y"}).numbers("obs/kind/codes", {1, 1, 0, -1});
}
void sparse(hdf5_file& f, char const* kind, std::vector<double> const& data,
            std::vector<double> const& indices, std::vector<double> const& indptr)
{
    f.numbers("X/data", data, {}, H5T_IEEE_F32LE).numbers("X/indices", indices).numbers("X/indptr", indptr);
    f.says("X", "encoding-type", kind);
}
void tenx(hdf5_file& f)
{
    f.numbers("matrix/data", {2, 1, 9, 4, 4, 1})
        .numbers("matrix/indices", {0, 2, 1, 0, 3, 2}, {}, H5T_STD_I64LE);
    f.numbers("matrix/indptr", {0, 3, 5, 6, 6}, {}, H5T_STD_I64LE).numbers("matrix/shape", {4, 4});
    f.texts("matrix/barcodes", {"AA-1", "CC-1", "GG-1", "TT-1"});
    f.texts("matrix/features/id", {"chr1:10-20", "ENSG1", "chr1:30-50", "chr2:0-8"});
    f.texts("matrix/features/feature_type", {"Peaks", "Gene Expression", "Peaks", "Peaks"});
}

} // namespace

TEST_CASE("HDF5 matrices: 10x Genomics, AnnData by rows, by columns and dense, columns of obs")
{
    testing::folder const s;
    auto const path = s.path("m.h5");
    SUBCASE("10x")
    {
        {
            hdf5_file f{path};
            tenx(f);
        }
        auto const m = open_cell_matrix(path);
        CHECK(m->peak_names() == std::vector<std::string>{"chr1:10-20", "chr1:30-50", "chr2:0-8"});
        CHECK(text_of(*m) == entries_of_market);
        CHECK(testing::said([&] {
                  m->cell_column("kind");
              }).find("m.h5: expected a table of cells with the column 'kind'") == 0);
    }
    SUBCASE("csr")
    {
        {
            hdf5_file f{path};
            names(f);
            sparse(f, "csr_matrix", {2, 1, 4, 4, 1}, {0, 1, 0, 2, 1}, {0, 2, 4, 5, 5});
        }
        auto const m = open_cell_matrix(path);
        CHECK(m->barcodes()[1] == "CC-1");
        CHECK(text_of(*m) == entries_of_market);
        CHECK(m->cell_column("kind") == std::vector<std::string>{"y", "y", "x", ""});
        CHECK(clusters_of_values(m->cell_column("kind")).of_cell ==
              std::vector<std::uint32_t>{1, 1, 0, cell_clusters::none});
        CHECK(testing::said([&] { m->cell_column("depth"); }) ==
              "m.h5: expected a column 'depth' in obs, found none");
    }
    SUBCASE("csc")
    {
        {
            hdf5_file f{path};
            names(f);
            sparse(f, "csc_matrix", {2, 4, 1, 1, 4}, {0, 1, 0, 2, 1}, {0, 2, 4, 5});
        }
        CHECK(text_of(*open_cell_matrix(path)) == entries_of_market);
    }
    SUBCASE("dense")
    {
        {
            hdf5_file f{path};
            names(f);
            f.numbers("X", {2, 1, 0, 4, 0, 4, 0, 1, 0, 0, 0, 0}, {4, 3}, H5T_IEEE_F32LE);
        }
        CHECK(text_of(*open_cell_matrix(path)) == entries_of_market);
    }
}

TEST_CASE("HDF5 files that are no matrices are refused in one line")
{
    testing::folder const s;
    auto const path = s.path("m.h5");
    auto const refusal = [&](auto write) {
        std::filesystem::remove(path);
        {
            hdf5_file f{path};
            write(f);
        }
        return testing::said([&] { open_cell_matrix(path)->each([](auto) {}); });
    };
    CHECK(refusal([](hdf5_file&) {}) ==
          "m.h5: expected a group 'matrix' (10x Genomics) or an array 'X' (AnnData), found neither");
    CHECK(refusal([](hdf5_file& f) { names(f); }) == "m.h5: expected an array 'X', found none");
    CHECK(refusal([](hdf5_file& f) {
              f.numbers("X", {1, 2}, {1, 2});
          }) == "m.h5: expected a group 'obs', as anndata 0.7 and later write it, found none");
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              sparse(f, "coo_matrix", {1}, {0}, {0, 1, 1, 1, 1});
          }) == "m.h5: expected an array 'X' that is dense, csr_matrix or csc_matrix, found 'coo_matrix'");
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              sparse(f, "csr_matrix", {-1}, {0}, {0, 1, 1, 1, 1});
          }) == "m.h5: expected numbers of 0 or more in 'X', found -1");
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              sparse(f, "csr_matrix", {1}, {3}, {0, 1, 1, 1, 1});
          }) == "m.h5: expected indices from 0 to 2 in 'X/indices', found 3");
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              sparse(f, "csr_matrix", {1}, {0}, {0, 1, 1, 1});
          }) == "m.h5: expected 5 places in 'X/indptr', found 4");
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              sparse(f, "csr_matrix", {1}, {0}, {0, 1, 0, 1, 1});
          }).find("m.h5: expected rising places from 0 to 1 in 'X/indptr'") == 0);
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              f.numbers("X", {1, 2, 3, 4, 5, 6}, {2, 3});
          }) == "m.h5: expected 4 cells in 'X', found 2");
    CHECK(refusal([](hdf5_file& f) {
              names(f);
              f.numbers("X", std::vector<double>(12, -1), {4, 3});
          }) == "m.h5: expected numbers of 0 or more in 'X', found -1");
    CHECK(refusal([](hdf5_file& f) { f.texts("matrix/barcodes", {"AA-1"}).numbers("matrix/data", {1}); }) ==
          "m.h5: expected an array 'matrix/indices', found none");
    CHECK(refusal([](hdf5_file& f) {
              f.texts("obs/_index", {"AA", "AA"}).texts("var/_index", {"p"}).numbers("X", {1, 2}, {2, 1});
          }) == "m.h5: expected every cell once, found 'AA' twice");
}
#else
TEST_CASE("HDF5 matrices: 10x Genomics and AnnData") { test::skip("libhdf5 is not installed"); }
#endif
