// Microarrays: tables of every usual kind, scales of signals, trends, arrays side by side, refusals.
#include <explainn/prepare/arrays.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>

#include "support/folder.hpp"
#include "support/skip.hpp"

using namespace explainn;

namespace {

std::string const uniprobe =
    "id_spot\trow\tcol\tcontrol\tid_probe\tpbm_sequence\tlinker_sequence\tmean_signal_intensity\tflag\n"
    "1\t1\t1\tFALSE\tp1\tACGTACGT\tGTCT\t100\t0\n"
    "2\t1\t2\tFALSE\tp2\tCCCCACGT\tGTCT\t300.5\t0\n"
    "3\t1\t3\tTRUE\tc1\tGGGGACGT\tGTCT\t999\t0\n"
    "4\t2\t1\tFALSE\tp3\tTTTTACGT\tGTCT\t200\t1\n"
    "5\t2\t2\tFALSE\tp4\tTTTTACGA\tGTCT\t\t0\n"
    "6\t2\t3\tFALSE\tp5\t\tGTCT\t50\t0\n"
    "7\t2\t4\tFALSE\tp6\tTTTTACGC\tGTCT\t200\t0\n";

std::string text_of(microarray const& a)
{
    std::string text;
    for (std::size_t i = 0; i < a.signals.size(); ++i)
        text += std::string{a.probes[i]} + '=' + number_text(static_cast<double>(a.signals[i]), 6) + ' ';
    return text;
}

} // namespace

TEST_CASE("tables of arrays: UniPROBE's columns, bare rows, FASTA")
{
    testing::folder const s;
    auto const path = s.write("u.txt", uniprobe);
    auto const a = read_microarray(path);
    CHECK(text_of(a) == "ACGTACGTGTCT=100 CCCCACGTGTCT=300.5 TTTTACGCGTCT=200 ");
    CHECK(a.left_out.controls == 2);
    CHECK(a.left_out.flagged == 1);
    CHECK(a.left_out.unmeasured == 1);
    CHECK(a.rows == std::vector<std::int32_t>{1, 1, 2});
    CHECK(a.columns == std::vector<std::int32_t>{1, 2, 4});
    CHECK(text_of(read_microarray(path, {.linker = false})) == "ACGTACGT=100 CCCCACGT=300.5 TTTTACGC=200 ");
    CHECK(text_of(read_microarray(path, {.linker = false, .clip_right = 4})) ==
          "ACGT=100 CCCC=300.5 TTTT=200 ");

    CHECK(text_of(read_microarray(s.write("d.txt", "ACGTACGT\t5\t1\r\nCCCCACGT\tnan\t1\r\n"))) ==
          "ACGTACGT=5 ");
    CHECK(text_of(read_microarray(s.write("b.txt", "5\tACGTACGT\n7\tCCCCACGT\n"))) ==
          "ACGTACGT=5 CCCCACGT=7 ");
    CHECK(text_of(read_microarray(
              s.write("f.fa", "> peak: 20; signal:9.5\nACGT\nACGT\n>x signal: 2\nCCCCACGT\n"))) ==
          "ACGTACGT=9.5 CCCCACGT=2 ");
    // columns by other names, commas, quotes; a row of another length is left out
    auto const other = read_microarray(s.write("o.csv", "Name,\"Sequence\",Alexa488Adjusted\nx,ACGTACGT,1\n"
                                                        "y,CCCCACGT,2\nz,CC,3\n"));
    CHECK(text_of(other) == "ACGTACGT=1 CCCCACGT=2 ");
    CHECK(other.of_other_length == 1);
    std::string const dream = "TF_Id\tArrayType\tSequence\tSignal_Mean\tFlag\nTF_1\tHK\tACGTACGT\t1\t0\n"
                              "TF_1\tME\tCCCCACGT\t2\t0\nTF_2\tHK\tACGTACGT\t3\t0\n";
    auto const both = s.write("dream.txt", dream);
    CHECK(text_of(read_microarray(both, {.columns = {.where = {{"TF_Id", "TF_2"}}}})) == "ACGTACGT=3 ");
    CHECK(read_microarray(both, {.columns = {.where = {{"TF_Id", "TF_2"}}}}).left_out.not_wanted == 2);
    CHECK(testing::said([&] {
              read_microarray(both, {.columns = {.where = {{"TF_Id", "TF_1"}}}});
          }).find("dream.txt:3: expected one protein on one array, 'HK' as before") == 0);
    CHECK(
        testing::said([&] {
            read_microarray(both, {.columns = {.where = {{"TF_Id", "TF_9"}}}});
        }) ==
        "dream.txt: expected probes with signals, found none (0 controls, 0 flagged, 0 without signal, 3 not "
        "chosen)");
}

TEST_CASE("tables that are no arrays are refused in one line")
{
    testing::folder const s;
    auto const refusal = [&](std::string const& content, microarray_options const& how = {}) {
        return testing::said([&] { read_microarray(s.write("x", content), how); });
    };
    CHECK(refusal("") == "x: expected a microarray's table, found an empty file");
    CHECK(refusal(uniprobe.substr(uniprobe.find('\n') + 1))
              .find("x:1: expected a header with columns such as pbm_sequence and mean_signal_intensity "
                    "(UniPROBE), or rows of probe, signal and background (DREAM5), found '1?1?1?FALSE") == 0);
    CHECK(refusal("ACGTACGT\tx\n") == "x:1: expected a number or an empty label, found 'x'");
    CHECK(refusal("ACGTACGT\t1\nACGTACG1\t1\n") == "x:2: expected IUPAC nucleotides, found '1'");
    CHECK(refusal("ACGTACGT\t1\nACGTACGT\n") == "x:2: expected 2 columns as in the first line, found 1");
    CHECK(refusal("Sequence\tother\nACGT\t1\n") == "x:1: expected a header with a column of signals, such as "
                                                   "mean_signal_intensity, found 'Sequence, other'");
    CHECK(refusal("Sequence\tsignal\n") == "x: expected probes with signals, found none (0 controls, 0 "
                                           "flagged, 0 without signal, 0 not chosen)");
    CHECK(refusal("Sequence\tsignal\trow\tcol\nACGT\t1\t-1\t1\n") ==
          "x:2: expected a place on the slide in column 3, found '-1'");
    CHECK(refusal("ACGTACGT\t1e999\n").find("x:1: expected") == 0);
    CHECK(refusal("ACGTACGT\t1\n", {.columns = {.signal = "s"}}).find("x:1: expected a") == 0);
    CHECK(refusal("ACGTACGT\t0\n", {.scale = array_scale::log2}) ==
          "x: expected signals above 0 for their logarithm, found 0");
    CHECK(refusal("ACGTACGT\t1\n", {.clip_right = 8}) ==
          "x:1: expected probes of more than the 8 bases that are clipped, found 8");
    CHECK(refusal("ACGTACGT\t1\n", {.detrend_radius = 7}) ==
          "x: expected columns row and col, which a spatial trend needs, found none");
    CHECK(refusal(">x\nACGT\n") ==
          "x:1: expected a header that holds 'signal: NUMBER', as Dimont reads it, found '>x'");
    CHECK(refusal(">x signal: 3\n>y signal: 2\nACGT\n") ==
          "x:1: expected bases after the header line, found none");
}

TEST_CASE("quantiles are those of scikit-learn 1.2 (quantile_transform)")
{
    // quantile_transform([[1],[2],[4],[8],[16],[3],[3],[100]], n_quantiles=4)
    std::vector<float> const x{1, 2, 4, 8, 16, 3, 3, 100};
    auto const y = quantile_map(x, 4);
    // quantiles of 0, 1/3, 2/3, 1: 1, 3, 6.666..., 100
    std::vector<double> const expected{0,
                                       1.0 / 6,
                                       1.0 / 3 + 1.0 / 3 * (4 - 3) / (20.0 / 3 - 3),
                                       2.0 / 3 + 1.0 / 3 * (8 - 20.0 / 3) / (100 - 20.0 / 3),
                                       2.0 / 3 + 1.0 / 3 * (16 - 20.0 / 3) / (100 - 20.0 / 3),
                                       1.0 / 3,
                                       1.0 / 3,
                                       1};
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(double(y[i]) == doctest::Approx(expected[i]).epsilon(1e-6));
    // as many quantiles as values: ranks; ties lie in their middle, a missing value stays
    auto const ranks_of = quantile_map(std::vector<float>{5, 1, 5, 9, NAN}, 100);
    CHECK(ranks_of[0] == doctest::Approx(0.5));
    CHECK(ranks_of[1] == 0);
    CHECK(ranks_of[3] == 1);
    CHECK(std::isnan(ranks_of[4]));
    CHECK(testing::said([] { quantile_map(std::vector<float>{1}, 1); }) ==
          "expected two quantiles or more, found 1");
}

TEST_CASE("a planted trend along the slide is taken away")
{
    microarray a{.path = "x", .probes = {}, .signals = {}, .rows = {}, .columns = {}};
    std::vector<double> truth, found;
    random_numbers draw{seed{5}, stream::tests};
    for (std::int32_t r = 0; r < 40; ++r)
        for (std::int32_t c = 0; c < 40; ++c) {
            double const signal = std::exp(2 * draw.uniform());
            truth.push_back(signal);
            a.rows.push_back(r);
            a.columns.push_back(c);
            a.signals.push_back(static_cast<float>(signal * (1 + 0.1 * c)));
        }
    std::vector<double> before(a.signals.begin(), a.signals.end());
    detrend_spatially(a, 7);
    found.assign(a.signals.begin(), a.signals.end());
    double const was = pearson(truth, before), is = pearson(truth, found);
    CHECK(was < 0.8);
    CHECK(is > 0.95);
    a.signals.assign(a.signals.size(), 0.f);
    CHECK(testing::said([&] {
              detrend_spatially(a, 1);
          }).find("x: expected signals whose median around every spot is above 0") == 0);
}

TEST_CASE("reading an array tells how far it is, and stops where it is told to")
{
    testing::folder const s;
    std::string rows = "sequence\tsignal\trow\tcol\n";
    for (int i = 0; i < 9000; ++i)
        rows += "ACGTACGT\t" + std::to_string(1 + i % 5) + '\t' + std::to_string(i / 100) + '\t' +
                std::to_string(i % 100) + '\n';
    auto const path = s.write("9000", rows);
    std::vector<std::string> told;
    microarray_options how{.detrend_radius = 1};
    auto const without = read_microarray(path, how);
    how.between = [&](std::size_t count, char const* things) {
        told.push_back(std::to_string(count) + ' ' + things);
    };
    auto const with = read_microarray(path, how);
    CHECK(with.signals == without.signals);
    CHECK(told == std::vector<std::string>{"4096 probes read", "8192 probes read", "0 spots levelled",
                                           "1024 spots levelled", "2048 spots levelled",
                                           "3072 spots levelled", "4096 spots levelled",
                                           "5120 spots levelled", "6144 spots levelled",
                                           "7168 spots levelled", "8192 spots levelled"});
    for (std::string const stop : {"4096 probes read", "1024 spots levelled"}) {
        how.between = [&](std::size_t count, char const* things) {
            if (std::to_string(count) + ' ' + things == stop) throw error{"stopped at " + stop};
        };
        CHECK(testing::said([&] { read_microarray(path, how); }) == "stopped at " + stop);
    }
}

TEST_CASE("arrays side by side: columns by protein, parts apart, repeated probes averaged")
{
    testing::folder const s;
    auto const one = read_microarray(s.write("1", "ACGTACGT\t1\nCCCCACGT\t2\nACGTACGT\t3\n")),
               two = read_microarray(s.write("2", "CCCCACGT\t8\nGGGGACGT\t9\n")),
               held = read_microarray(s.write("3", "CCCCACGT\t7\nTTTTTTTT\t6\n"));
    array_rows rows;
    rows.add(one, "A", "train");
    rows.add(two, "B", "train");
    rows.add(held, "A", "test");
    CHECK(rows.proteins() == std::vector<std::string>{"A", "B"});
    CHECK(rows.size(0) == 3);
    CHECK(rows.size(1) == 2);
    CHECK(rows.repeated() == 1);
    CHECK(rows.shared(1, 0) == 1);
    std::vector<float> y(2);
    rows.signals_of(0, 0, y);
    CHECK(y[0] == 2); // the mean of 1 and 3
    CHECK(std::isnan(y[1]));
    rows.signals_of(0, 1, y);
    CHECK(y == std::vector<float>{2, 8});
    auto const longer = read_microarray(s.write("4", "ACGTACGTA\t1\n"));
    CHECK(testing::said([&] { rows.add(longer, "C", "train"); }) ==
          "4: expected probes of 8 bases as the array before, found 9");
}

TEST_CASE("real arrays: DREAM5 and Dimont")
{
    std::filesystem::path const data{EXPLAINN_SHARED_DATA};
    if (!std::filesystem::exists(data / "pbm")) return test::skip("the shared data are not here");
    auto const me = read_microarray(data / "pbm/Cebpb_ME.txt.gz", {.scale = array_scale::ranks});
    CHECK(me.length == 35);
    CHECK(me.signals.size() > 40000);
    // the brightest spots are equal, at the scanner's end, and share the mean of their ranks
    CHECK(*std::max_element(me.signals.begin(), me.signals.end()) > 0.99f);
    auto const dimont = read_microarray(data / "more/pbm_dimont_fasta/PBM.fa.gz");
    CHECK(dimont.signals.size() == 40829);
    CHECK(dimont.length == 41);
    CHECK(dimont.signals[0] == 9324.51696135351f);
}
