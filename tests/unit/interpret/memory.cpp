// Reference defect 15: x.repeat(1, U, 1) and whole activation arrays. Here no array grows with the number of
// sequences.
#include <doctest/doctest.h>

#include <algorithm>

#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/reference.hpp>

#include "small_data.hpp"

namespace ex = explainn;

namespace {

// the reference backend, and the most elements that one array of it held
struct watched : ex::reference<float> {
    std::size_t* most;
    explicit watched(std::size_t* m) : most{m} {}
    template <class X>
    auto make(std::size_t n)
    {
        *most = std::max(*most, n);
        return ex::reference<float>::make<X>(n);
    }
};

std::size_t largest_array(std::size_t sequences)
{
    std::size_t most = 0;
    ex::packed_sequences none;
    testing::small_data const data{sequences, 60, 2, 3};
    auto m = ex::make_paper_model<watched>({.length = 60, .units = 4, .outputs = 2, .hidden = 3}, ex::seed{1},
                                           watched{&most});
    auto const rows = data.all_rows();
    ex::well_predicted(m, ex::part{data, rows}, {.both_strands = true, .batch = 32});
    ex::look_into(m, ex::part{data, rows}, {.both_strands = true, .batch = 32});
    std::size_t seen = 0;
    ex::reading const how{.both_strands = true, .batch = 32};
    ex::best_window_scan<watched>{m, how}(
        data.sequences, [&](ex::best_window_table const& some) { seen += some.windows.size(); });
    ex::explainer<watched>{m, how}(data.sequences, [&](ex::explained_sequences<float> const& some) {
        seen += some.unit_outputs.size();
    });
    CHECK(seen == 2 * 4 * sequences);
    return most;
}

} // namespace

TEST_CASE("reference defect 15: no array is sequences x units x length, nor grows with the sequences")
{
    std::size_t const few = largest_array(64);
    CHECK(few == largest_array(512));
    CHECK(few < 512 * 4 * 42); // the activations of 512 sequences: windows 42
}
