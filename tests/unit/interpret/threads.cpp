#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/model/paper_card.hpp>

#include "small_data.hpp"

namespace ex = explainn;

TEST_CASE("motifs and importances: the same bits for any number of threads, the reference's hits on the cpu")
{
    testing::small_data const data{150, 90, 2, 3};
    ex::paper_card const card{.length = 90, .units = 37, .outputs = 2, .hidden = 5};
    auto const rows = data.all_rows();
    auto slow = ex::make_paper_model<ex::reference<float>>(card, ex::seed{1});
    auto const expected = ex::look_into(slow, ex::part{data, rows}, {.both_strands = true});
    std::vector<double> first;
    for (int const threads : {1, 2, 3}) {
        auto m =
            ex::make_paper_model<ex::cpu<float>>(card, ex::seed{1}, ex::cpu<float>{ex::threads{threads}});
        auto const seen = ex::look_into(m, ex::part{data, rows}, {.both_strands = true});
        CHECK(seen.hits.counts == expected.hits.counts);
        CHECK(seen.hits.sequences == expected.hits.sequences);
        if (first.empty()) first = seen.importances.values;
        CHECK(seen.importances.values == first);
        for (std::size_t i = 0; i < first.size(); ++i)
            CHECK(seen.importances.values[i] ==
                  doctest::Approx(expected.importances.values[i]).epsilon(1e-4));
    }
}
