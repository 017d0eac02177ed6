// Functions that look into a model wait for the device: a backend that does nothing before it is waited for
// gives the same numbers as one that does everything at once.
#include <doctest/doctest.h>

#include <vector>

#include <explainn/interpret/constant_filters.hpp>
#include <explainn/interpret/located_contributions.hpp>
#include <explainn/interpret/mutagenesis.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/train/unit_cache.hpp>

#include "model/random_model.hpp"
#include "small_data.hpp"
#include "train/queued.hpp"

namespace ex = explainn;

namespace {
// All numbers that these functions give on a backend.
template <class B>
std::vector<std::vector<double>> seen_by(B b)
{
    testing::small_data const data{5, 30, 2, 7};
    auto m = ex::make_paper_model<B>({.length = 30,
                                      .units = 4,
                                      .outputs = 2,
                                      .width = 7,
                                      .num_fc = 2,
                                      .pool = 4,
                                      .stride = 4,
                                      .hidden = 3},
                                     ex::seed{3}, std::move(b));
    random_model::stir(m);
    std::vector<std::vector<double>> all;
    auto const mutants = ex::mutants_of(m, data.sequences, {.both_strands = true, .by_unit = true});
    for (auto const& of_kind : mutants.by_kind) {
        all.push_back(of_kind.logits);
        all.push_back(of_kind.outputs);
    }
    ex::locator<B>{m, {.both_strands = true}}(data.sequences, [&](ex::located_sequence const& one) {
        all.push_back(one.shares);
        all.push_back(one.remainders);
    });
    all.push_back(ex::mean_activations(m, data.sequences, {true}));
    auto const host = ex::filter_bank<B>{m}.on_host();
    all.insert(all.end(), {host.weights, host.scale, host.shift});
    ex::unit_cache const cache{m, data, {0}};
    std::vector<ex::sample> const samples{{4}, {1}};
    std::vector<std::vector<double>> given;
    cache.unit_outputs_of(samples, given);
    all.insert(all.end(), given.begin(), given.end());
    return all;
}
} // namespace

TEST_CASE("explanations wait for a device that works later")
{
    CHECK(seen_by(test::queued<double>{}) == seen_by(ex::reference<double>{}));
}
