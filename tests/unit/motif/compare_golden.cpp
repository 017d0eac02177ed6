// MEME's own tomtom, pair by pair.
#include <doctest/doctest.h>

#include <explainn/motif/compare.hpp>

#include "motif_data.hpp"
#include "support/skip.hpp"

namespace {
using namespace motif_data;

void check_against(std::filesystem::path const& tomtom, std::vector<ex::motif> const& queries,
                   ex::compare_options const& options)
{
    CAPTURE(tomtom.string());
    auto const& targets = jaspar();
    auto const compared = ex::compare_motifs(queries, targets, options);
    std::map<std::pair<std::string, std::string>, ex::match> mine;
    for (auto const& matches : compared)
        for (ex::match const& m : matches) mine[{queries[m.query].name, targets[m.target].name}] = m;
    double pairs = 0, same_place = 0, measured = 0, p_near = 0, q_near = 0;
    for (auto const& row : table(tomtom)) {
        REQUIRE(row.size() == 10);
        ex::match const& m = mine.at({row[0], row[1]});
        double const p = std::stod(row[3]), e = std::stod(row[4]), q = std::stod(row[5]);
        pairs += 1;
        same_place +=
            m.offset == std::stoi(row[2]) && m.overlap == std::stoul(row[6]) && m.reverse == (row[9] == "-");
        q_near += std::abs(m.q - q) <= 0.05 * q;
        if (p < 1e-10) continue;
        measured += 1;
        p_near += std::abs(m.p - p) <= 0.01 * p && std::abs(m.e - e) <= 0.01 * e;
    }
    CHECK(pairs > 2000);
    CHECK(same_place >= 0.998 * pairs);
    CHECK(p_near >= 0.999 * measured);
    CHECK(q_near >= 0.999 * pairs);
}

TEST_CASE("tomtom's offsets, overlaps, orientations, p-, E- and q-values, Euclidean distance")
{
    check_against(golden / "tomtom_ed.tsv.gz", ex::read_motifs(golden / "queries.meme").motifs, {});
}

TEST_CASE("tomtom's other distances and options, and a hundred filters")
{
    if (!std::filesystem::exists(shared / "motif_golden")) return test::skip("no shared data");
    auto const queries = ex::read_motifs(golden / "queries.meme").motifs;
    auto const file = [](std::string const& name) {
        return shared / "motif_golden" / ("tomtom_" + name + ".tsv.gz");
    };
    ex::compare_options options;
    for (auto const d : {ex::column_distance::pearson, ex::column_distance::kullback,
                         ex::column_distance::allr, ex::column_distance::sandelin}) {
        options.distance = d;
        check_against(file(std::string{ex::column_distance_names[static_cast<std::size_t>(d)]}), queries,
                      options);
    }
    options.distance = ex::column_distance::euclidean;
    options.min_overlap = 5;
    check_against(file("ed_min5"), queries, options);
    options.min_overlap = 1;
    options.complete_scores = false;
    check_against(file("ed_incomplete"), queries, options);
    check_against(shared / "reference_model" / "filters_vs_jaspar_tomtom.tsv",
                  ex::read_motifs(shared / "reference_model" / "explainn_filters.meme").motifs, {});
}

} // namespace
