// Filters that begin as motifs: their order and values, and how far they moved.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <explainn/interpret/filter_starts.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/reference.hpp>

namespace ex = explainn;

namespace {

using device = ex::reference<float>;

std::vector<ex::motif> some_motifs(std::size_t count)
{
    auto all = ex::read_motifs(EXPLAINN_EXAMPLE_DATA "/JASPAR2020_CORE_vertebrates_non-redundant.meme.gz");
    all.motifs.resize(count);
    return all.motifs;
}

ex::basic_model<device> model_of(ex::extent units)
{
    return ex::make_paper_model<device>({.length = 60, .units = units, .outputs = 2}, ex::seed{1});
}

} // namespace

TEST_CASE("every motif is followed by its reverse complement, and a choice is that of choose_diverse")
{
    auto const motifs = some_motifs(20);
    auto const all = ex::filter_starts(std::span<ex::motif const>{motifs});
    REQUIRE(all.size() == 40);
    CHECK(all[6].name == motifs[3].name);
    CHECK(all[7].probabilities.columns == ex::reverse_complement(motifs[3]).probabilities.columns);
    auto const three = ex::filter_starts(std::span<ex::motif const>{motifs}, 3);
    auto const chosen = ex::choose_diverse(std::span<ex::motif const>{motifs}, 3);
    REQUIRE(three.size() == 6);
    for (std::size_t i = 0; i < 3; ++i) CHECK(three[2 * i].name == motifs[chosen[i]].name);
    CHECK_THROWS_WITH_AS(ex::filter_starts(std::span<ex::motif const>{motifs}, 21),
                         doctest::Contains("at most 20 motifs"), ex::error);
    CHECK_THROWS_WITH_AS(ex::filter_starts({}), doctest::Contains("found none"), ex::error);
}

TEST_CASE("a unit's filter holds its motif, less a quarter or as log-odds")
{
    auto const starts = ex::filter_starts(std::span<ex::motif const>{some_motifs(2)});
    auto m = model_of(4);
    CHECK(ex::filters_name(m) == "linears.0.weight");
    ex::start_filters(m, std::span<ex::motif const>{starts});
    auto const values = m.values("linears.0.weight");
    for (std::size_t u = 0; u < starts.size(); ++u) {
        auto const expected = ex::filter_weights(starts[u].probabilities, 19);
        REQUIRE(expected.size() == 76);
        CHECK(std::equal(expected.begin(), expected.end(),
                         values.begin() + static_cast<std::ptrdiff_t>(u * 76)));
    }
    ex::start_filters(m, std::span<ex::motif const>{starts}, ex::filter_scale::log_odds);
    for (float const x : m.values("linears.0.weight")) CHECK(std::isfinite(x)); // of motifs with zeros, too
    auto other = model_of(5);
    CHECK_THROWS_WITH_AS(ex::start_filters(other, std::span<ex::motif const>{starts}),
                         doctest::Contains("for 5 units, found 4"), ex::error);
}

TEST_CASE(
    "a motif that is still its start has a small q, one that is another's has moved, one never hit has none")
{
    auto const starts = ex::filter_starts(std::span<ex::motif const>{some_motifs(30)});
    ex::model_insight seen;
    for (std::size_t u = 0; u < starts.size(); ++u) {
        seen.motifs.motifs.push_back(starts[u]);
        seen.motifs.motifs.back().name = ex::filter_name(static_cast<ex::extent>(u));
        seen.sequences.push_back(10);
    }
    std::swap(seen.motifs.motifs[0].probabilities, seen.motifs.motifs[12].probabilities);
    seen.sequences[4] = 0;
    auto const moved = ex::moved_filters(seen, std::span<ex::motif const>{starts});
    CHECK(moved[0].moved());
    CHECK(moved[12].moved());
    CHECK_FALSE(moved[2].moved());
    CHECK(moved[2].q < 1e-3);
    CHECK_FALSE(moved[4].hit);
    CHECK_FALSE(moved[4].moved());
    CHECK_THROWS_WITH_AS(ex::moved_filters(seen, std::span<ex::motif const>{starts}.first(3)),
                         doctest::Contains("as many motifs as units, 60, found 3"), ex::error);
}
