// A model reads the strands that it was trained on, unless a call says otherwise.
#include <doctest/doctest.h>

#include <type_traits>

#include <explainn/interpret/importances.hpp>
#include <explainn/interpret/well_predicted.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/measure_stream.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/trainer.hpp>

#include "train/toy_data.hpp"

namespace ex = explainn;
using device = ex::reference<float>;

// the default is not a bool, so that it is never mistaken for one
static_assert(!std::is_convertible_v<ex::strands_read, bool>);
static_assert(!std::is_constructible_v<ex::strands_read, int>);

namespace {
ex::basic_model<device> trained(toy::data const& data, bool both)
{
    auto m = ex::make_paper_model<device>({.length = 40, .units = 3, .outputs = 2, .width = 8, .hidden = 4},
                                          ex::seed{3});
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{},
                  ex::training{.epochs = 1, .batch = 20, .from = ex::seed{3}, .both_strands = both}};
    auto const train = toy::rows(0, 60), valid = toy::rows(60, 80);
    t.fit(ex::part{data, train}, ex::part{data, valid});
    return m;
}
} // namespace

TEST_CASE("training sets the strands a model reads; evaluation, measures, streams and motifs follow")
{
    toy::data const data{120};
    auto const test = toy::rows(80, 120);
    ex::part const p{data, test};
    std::vector<std::string> const tasks{"a", "b"};
    auto one = trained(data, false), both = trained(data, true);
    CHECK(!one.both_strands());
    CHECK(both.both_strands());

    for (auto* m : {&one, &both}) {
        bool const reads_both = m->both_strands();
        CAPTURE(reads_both);
        ex::reading const said{.both_strands = reads_both}, other{.both_strands = !reads_both};
        auto const loss = [&](auto... how) { return ex::evaluate(*m, p, ex::bce_with_logits{}, how...).sum; };
        CHECK(loss() == loss(said));
        CHECK(loss() != loss(other));
        auto const area = [&](auto... how) { return ex::measure(*m, p, tasks, how...)[0].auroc; };
        CHECK(area() == area(said));
        auto const seen = [&](auto... how) {
            return ex::outcomes_of(*m, p, ex::multilabel{}, how...).predictions;
        };
        CHECK(seen() == seen(said));
        CHECK(seen() != seen(other));
        CHECK(ex::well_predicted(*m, p) == ex::well_predicted(*m, p, said));

        auto const look = ex::look_into(*m, p);
        CHECK(look.hits.both_strands() == reads_both);
        CHECK(look.hits.windows == ex::look_into(*m, p, {.both_strands = reads_both}).hits.windows);
        CHECK(look.hits.counts != ex::look_into(*m, p, {.both_strands = !reads_both}).hits.counts);
        auto const strands = reads_both ? ex::motif_strands::both : ex::motif_strands::forward;
        CHECK(ex::motifs_of(look.hits).strands == strands);
        CHECK(ex::motifs_of(look.hits, {.both_strands = true}).strands == ex::motif_strands::both);

        std::vector<float> streamed;
        std::size_t row = 0;
        std::vector<ex::letter> letters(40);
        ex::score_stream(
            *m,
            [&](ex::packed_sequences& to) {
                if (row == test.size()) return false;
                data.letters_of(test[row++], letters);
                to.append("s", letters);
                return true;
            },
            {},
            [&](ex::scored_batch<float> const& some) {
                CHECK(some.reverse.empty() == !reads_both);
                for (std::size_t i = 0; i < some.forward.size(); ++i) streamed.push_back(some.mean(i));
            });
        std::vector<float> in_memory;
        ex::evaluator<device>{*m, {}}(p, [&](std::size_t, ex::view<float const, 2> y, ex::host_batch const&) {
            in_memory.insert(in_memory.end(), y.data, y.data + y.count());
        });
        CHECK(streamed == in_memory);
        std::vector<ex::letter> all(40 * test.size());
        for (std::size_t i = 0; i < test.size(); ++i) data.letters_of(test[i], {all.data() + 40 * i, 40});
        CHECK(m->predict({all.data(), static_cast<ex::extent>(test.size()), 40}) == in_memory);
    }
}

TEST_CASE("a model trained on with one strand reads one from then on")
{
    toy::data const data{120};
    auto m = trained(data, true);
    auto const train = toy::rows(0, 60), valid = toy::rows(60, 80);
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, ex::training{.epochs = 1, .batch = 20}};
    t.fit(ex::part{data, train}, ex::part{data, valid});
    CHECK(!m.both_strands());
}
