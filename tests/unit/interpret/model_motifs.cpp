// A model's motifs refined task by task: planted motifs come first, refined ones do better, and what is left
// out.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/interpret/model_motifs.hpp>
#include <explainn/interpret/unit_task_table.hpp>
#include <explainn/motif/similarity.hpp>

#include "interpret/small_data.hpp"

namespace ex = explainn;

namespace {
ex::motif motif_of(std::string const& word, double share, std::string const& name)
{
    ex::motif m;
    m.name = name;
    m.sites = 20;
    for (char const base : word) {
        ex::column c{};
        if (base == 'N') c.fill(0.25);
        else {
            c.fill((1 - share) / 3);
            c[std::string{"ACGT"}.find(base)] = share;
        }
        m.probabilities.columns.push_back(c);
    }
    return m;
}

/// Task 0 is 1 where TGACTCA was written, task 1 where GGAAGTG was; a tenth of the labels of task 0 is turned
/// round, labels of task 2 are random, task 3 has six positives, task 4 is the number of both words and
/// noise.
struct planted_tasks : testing::small_data {
    planted_tasks() : small_data(1600, 60, 5, 9)
    {
        ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
        ex::packed_sequences with;
        for (std::size_t i = 0; i < size(); ++i) {
            std::string s = sequences.letters(i);
            float* const y = labels_by_row.data() + 5 * i;
            bool const first = draw.below(2) == 0, second = draw.below(3) == 0;
            if (first) s.replace(3 + draw.below(15), 7, "TGACTCA");
            if (second) s.replace(30 + draw.below(20), 7, draw.below(2) == 0 ? "GGAAGTG" : "CACTTCC");
            y[0] = draw.below(10) == 0 ? !first : first;
            y[1] = i % 40 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(second);
            y[2] = static_cast<float>(draw.below(2));
            y[3] = static_cast<float>(i % 256 == 0);
            y[4] = static_cast<float>(first + second + draw.uniform());
            with.append("s" + std::to_string(i), s);
        }
        sequences = with;
    }
    ex::split_rows split() const
    {
        ex::split_rows rows;
        for (std::uint32_t i = 0; i < size(); ++i)
            (i % 4 == 1 ? rows.valid : i % 4 == 3 ? rows.test : rows.train).push_back(i);
        return rows;
    }
};

// as filters are: one base wrong, columns that say nothing, too sharp
std::vector<ex::motif> filters()
{
    std::vector<ex::motif> all{motif_of("NNACGTACGTNN", 0.9, "filter0"),
                               motif_of("NNTGACTAANNN", 0.97, "filter1"),
                               motif_of("NGGAAGTANNNN", 0.97, "filter2"),
                               motif_of("NNNGACTCANNN", 0.97, "filter3"), motif_of("TGACTCA", 1, "filter4")};
    all[4].sites = 0; // never hit: what it says does not count
    return all;
}
double likeness(ex::motif const& m, std::string const& word)
{
    return ex::align(motif_of(word, 1, "word").probabilities, m.probabilities, 5).similarity;
}
} // namespace

TEST_CASE("motifs of tasks: planted ones come first and are refined, each from its unit")
{
    planted_tasks const data;
    auto const motifs = filters();
    ex::model_motif_options how;
    how.refine.threads = 1;
    auto const found = ex::refine_model_motifs(motifs, data, data.split(), how);
    std::vector<std::size_t> first_of(5, found.size());
    for (std::size_t i = found.size(); i-- > 0;) {
        first_of[found[i].task] = i;
        CHECK(found[i].place == (i > 0 && found[i - 1].task == found[i].task ? found[i - 1].place + 1 : 1));
        CHECK(found[i].unit != 4);
        CHECK((i == 0 || found[i - 1].task <= found[i].task));
    }
    REQUIRE(first_of[0] < found.size());
    auto const& ap1 = found[first_of[0]];
    CHECK((ap1.unit == 1 || ap1.unit == 3));
    CHECK(ap1.refined);
    CHECK(likeness(ap1.result, "TGACTCA") > 0.9);
    CHECK(ap1.valid.auroc >= ap1.filter_valid.auroc);
    CHECK(ap1.test.auroc > ap1.filter_test.auroc);
    CHECK(ap1.test.auroc > 0.85);
    CHECK(ap1.gain > 0.1);
    // the other filter of the same motif is no motif of its own
    for (auto const& m : found)
        if (m.task == 0 && &m != &ap1) CHECK(likeness(m.result, "TGACTCA") < 0.9);

    REQUIRE(first_of[1] < found.size());
    auto const& ets = found[first_of[1]];
    CHECK(ets.unit == 2);
    CHECK(likeness(ets.result, "GGAAGTG") > 0.9);
    CHECK(ets.test.auroc > 0.9);

    for (std::size_t i = first_of[2]; i < found.size() && found[i].task == 2; ++i)
        CHECK(found[i].test.auroc < 0.6); // labels are random: next to nothing is found
    CHECK(first_of[3] == found.size());   // too few positives

    REQUIRE(first_of[4] < found.size()); // real labels
    CHECK(found[first_of[4]].test.spearman > 0.4);
}

TEST_CASE("motifs of tasks: same bits for any number of threads, fewer tasks, none")
{
    planted_tasks const data;
    auto const motifs = filters();
    auto const with = [&](std::size_t threads, std::size_t tasks, std::size_t count) {
        ex::model_motif_options how;
        how.refine.threads = threads;
        how.most_tasks = tasks;
        how.most_motifs = count;
        return ex::refine_model_motifs(motifs, data, data.split(), how);
    };
    auto const one = with(1, 12, 2);
    for (std::size_t const threads : {2u, 3u}) {
        auto const more = with(threads, 12, 2);
        REQUIRE(more.size() == one.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            CHECK(more[i].result.probabilities.columns == one[i].result.probabilities.columns);
            CHECK(more[i].test.spearman == one[i].test.spearman);
        }
    }
    // labels that are numbers count as one kind, so that task 4 has the most sequences of its rarest label
    for (auto const& m : with(1, 1, 3)) CHECK(m.task == 4);
    CHECK(with(1, 0, 3).empty());
    CHECK(ex::refine_model_motifs({}, data, data.split()).empty());
    auto no_validation = data.split();
    no_validation.valid.clear();
    CHECK(ex::refine_model_motifs(motifs, data, no_validation).empty());
}

TEST_CASE("places by size: the largest first, equal ones in order, nan last")
{
    double const none = std::numeric_limits<double>::quiet_NaN();
    ex::unit_task_table const table{4, 2, {1, none, -3, 0.5, none, 0, 1, -0.5}};
    CHECK(ex::place_by_size(table, 0, 0) == 2);
    CHECK(ex::place_by_size(table, 1, 0) == 1);
    CHECK(ex::place_by_size(table, 2, 0) == 4);
    CHECK(ex::place_by_size(table, 3, 0) == 3);
    CHECK(ex::place_by_size(table, 0, 1) == 4);
    CHECK(ex::place_by_size(table, 1, 1) == 1);
    CHECK(ex::place_by_size(table, 3, 1) == 2);
}
