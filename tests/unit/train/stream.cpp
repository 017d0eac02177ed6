// Sequences that are scored and measured while they are read, compared with all of them in memory.
#include <doctest/doctest.h>

#include <cmath>

#include <explainn/cpu.hpp>
#include <explainn/io/unlabelled.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/train/measure_stream.hpp>

#include "support/folder.hpp"

namespace ex = explainn;

namespace {

struct small {
    std::vector<std::string> const tasks{"MAX", "FOXA1"};
    std::string const fasta = EXPLAINN_EXAMPLE_DATA "/sequences.fa.gz",
                      labels = EXPLAINN_EXAMPLE_DATA "/labels.tsv.gz";
    ex::dataset_options const how{.targets = tasks, .resolved = ex::resolved_rows::ignored};
    ex::dataset const data = ex::read_dataset(fasta, labels, how);
    ex::basic_model<ex::cpu<float>> m = ex::make_paper_model<ex::cpu<float>>(
        ex::paper_card{.length = 200, .units = 3, .outputs = 2, .hidden = 5}, ex::seed{3},
        ex::cpu<float>{ex::threads{2}});
    std::vector<std::uint32_t> rows = std::vector<std::uint32_t>(data.size());
    small() { std::iota(rows.begin(), rows.end(), 0u); }
};

} // namespace

TEST_CASE("a stream has the logits, names and order of sequences in memory")
{
    small s;
    for (bool const both : {false, true}) {
        CAPTURE(both);
        std::vector<float> expected;
        ex::evaluator<ex::cpu<float>>{s.m, {.both_strands = both}}(
            ex::part{s.data, s.rows}, [&](std::size_t, ex::view<float const, 2> y, ex::host_batch const&) {
                expected.insert(expected.end(), y.data, y.data + y.count());
            });
        ex::sized_reader file{s.fasta, 200};
        auto const weight = s.m.values("final.weight");
        auto const bias = s.m.values("final.bias");
        std::size_t row = 0, unlike = 0;
        double worst = 0, worst_of_units = 0;
        ex::score_stream(
            s.m, [&](ex::packed_sequences& to) { return file.next(to); },
            {.both_strands = both, .unit_outputs = true, .batch = 777},
            [&](ex::scored_batch<float> const& some) {
                CHECK(some.reverse.empty() == !both);
                CHECK(some.reverse_units.empty() == !both);
                for (std::size_t i = 0; i < some.sequences.size(); ++i, ++row) {
                    unlike += some.sequences.name(i) != s.data.name(row);
                    for (std::size_t o = 0; o < 2; ++o) {
                        float y = bias[o]; // what the units say, weighted, is the logit
                        for (std::size_t u = 0; u < 3; ++u)
                            y += weight[3 * o + u] * some.forward_units[3 * i + u];
                        worst_of_units = std::max(worst_of_units,
                                                  std::abs(static_cast<double>(y - some.forward[2 * i + o])));
                        worst = std::max(worst, std::abs(static_cast<double>(some.mean(2 * i + o) -
                                                                             expected[2 * row + o])));
                    }
                }
            });
        CHECK(row == s.data.size());
        CHECK(unlike == 0);
        CHECK(worst < 1e-5);
        CHECK(worst_of_units < 1e-5);
    }
}
TEST_CASE("metrics of a stream are those of data in memory")
{
    small s;
    auto const expected = ex::measure(s.m, ex::part{s.data, s.rows}, s.tasks, {.both_strands = true});
    ex::labelled_reader file{s.fasta, s.labels, s.how};
    auto const found = ex::measure_stream(s.m, file, true);
    REQUIRE(found.size() == 2);
    for (std::size_t t = 0; t < 2; ++t) {
        CHECK(found[t].task == s.tasks[t]);
        CHECK(found[t].sequences == expected[t].sequences);
        CHECK(found[t].positives == expected[t].positives);
        CHECK(found[t].auroc == doctest::Approx(expected[t].auroc).epsilon(1e-5));
        CHECK(found[t].auprc == doctest::Approx(expected[t].auprc).epsilon(1e-4));
    }
}
namespace {

// counts how often rows are read
struct counting {
    ex::dataset const& data;
    std::size_t& read;
    std::size_t size() const { return data.size(); }
    std::size_t length() const { return data.length(); }
    std::size_t outputs() const { return data.outputs(); }
    void letters_of(std::size_t row, std::span<ex::letter> out) const
    {
        ++read;
        data.letters_of(row, out);
    }
    void labels_of(std::size_t row, std::span<float> out) const { data.labels_of(row, out); }
    bool has_n(std::size_t row) const { return data.has_n(row); }
};

} // namespace

TEST_CASE("the table of tasks, the named measures and both of a stream are one system, each of one inference")
{
    small s;
    s.rows.resize(1500);
    std::size_t read = 0;
    counting const data{s.data, read};
    auto const table = ex::measure(s.m, ex::part{data, s.rows}, s.tasks, {.both_strands = true});
    CHECK(read == s.rows.size());
    auto const counted = ex::measure(s.m, ex::part{data, s.rows}, s.tasks, {.both_strands = true}, 2999);
    CHECK(read == 3 * s.rows.size()); // too many scores to keep, so they are read twice
    for (std::size_t t = 0; t < 2; ++t) {
        CHECK(counted[t].sequences == table[t].sequences);
        CHECK(counted[t].auroc == table[t].auroc);
        CHECK(counted[t].auprc == table[t].auprc);
    }
    read = 0;
    auto const named = ex::measures_of(s.m, ex::part{data, s.rows}, ex::multilabel{}, {.both_strands = true});
    CHECK(read == s.rows.size());
    REQUIRE(named.size() == 2);
    CHECK(named[0].name == "auroc");
    CHECK(named[1].name == "auprc");
    for (std::size_t t = 0; t < 2; ++t) {
        CHECK(named[0].by_output[t] == table[t].auroc);
        CHECK(named[1].by_output[t] == table[t].auprc);
    }
    CHECK(named[0].overall == doctest::Approx(ex::macro(table).auroc));

    ex::labelled_reader first{s.fasta, s.labels, s.how}, again{s.fasta, s.labels, s.how};
    auto const streamed = ex::measure_stream(s.m, first, true);
    auto const seen = ex::outcomes_of(s.m, again, ex::multilabel{}, true);
    CHECK(seen.table().rows() == static_cast<ex::extent>(s.data.size()));
    auto const of_stream = ex::multilabel{}.measures(seen.table());
    for (std::size_t t = 0; t < 2; ++t) {
        CHECK(of_stream[0].by_output[t] == streamed[t].auroc);
        CHECK(of_stream[1].by_output[t] == streamed[t].auprc);
    }
}
TEST_CASE("a stream gives the outcomes of any task that data in memory give")
{
    small s;
    ex::labelled_reader file{s.fasta, s.labels, s.how};
    auto const streamed = ex::outcomes_of(s.m, file, ex::counts{});
    auto const expected = ex::outcomes_of(s.m, ex::part{s.data, s.rows}, ex::counts{});
    REQUIRE(streamed.predictions.size() == expected.predictions.size());
    std::size_t unlike = 0;
    for (std::size_t i = 0; i < expected.predictions.size(); ++i)
        unlike += std::abs(streamed.predictions[i] - expected.predictions[i]) > 1e-5 ||
                  (std::isnan(streamed.labels[i]) ? !std::isnan(expected.labels[i])
                                                  : streamed.labels[i] != expected.labels[i]);
    CHECK(unlike == 0);
}
TEST_CASE("a stream refuses what a file in memory is refused for")
{
    testing::folder const dir;
    small s;
    std::string const good(200, 'A');
    {
        ex::output_file out{dir / "long.fa"};
        out << ">a\n" << good << "\n>b\n" << good << "C\n";
        out.commit();
    }
    std::size_t written = 0;
    ex::sized_reader file{dir / "long.fa", 200};
    auto const count = [&](ex::scored_batch<float> const& some) { written += some.sequences.size(); };
    CHECK_THROWS_WITH_AS(
        ex::score_stream(
            s.m, [&](ex::packed_sequences& to) { return file.next(to); }, {}, count),
        doctest::Contains("long.fa:3: expected sequences of 200 bases as the model, found 201"),
        ex::input_error);
    CHECK_THROWS_WITH_AS(ex::score_stream(
                             s.m,
                             [&](ex::packed_sequences& to) {
                                 to.append("short", std::string_view{"ACGT"});
                                 return true;
                             },
                             {}, count),
                         "short: expected 200 bases as the model, found 4", ex::error);
    CHECK(written == 0);
}
