// Ranks that train one model, each on its share of every batch, end with the same values as a single rank.
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <explainn/cpu.hpp>
#include <explainn/layers/layers.hpp>
#include <explainn/model/paper.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/trainer.hpp>

#include "train/ranks.hpp"
#include "train/toy_data.hpp"

using namespace explainn;

namespace {

// Without batch norm, whose statistics are those of a rank's own share.
using net = network<
    dna<40>,
    bank<3, unit<conv<7>, exponential, max_pool<5>, dense<9>, relu, dropout<percent{30}>, dense<1>, relu>>,
    bank<2, unit<conv<5>, relu, max_pool<6>, dropout<percent{20}>, dense<1>>>, linear_head<2>>;
using norms = paper_network<paper{.length = 40, .units = 4, .outputs = 2, .width = 7, .hidden = 6}>;

/// Labels are missing in many rows in succession, so that the shares of a batch have different numbers of
/// labels, and in some batches a share has none.
struct uneven : toy::data {
    using toy::data::data;
    void labels_of(std::size_t row, std::span<float> to) const
    {
        toy::data::labels_of(row, to);
        if (row % 3 == 0) to[0] = std::numeric_limits<float>::quiet_NaN();
        if (row % 7 < 4) to[1] = std::numeric_limits<float>::quiet_NaN();
    }
};

template <class T>
struct ended {
    std::vector<T> values;
    std::vector<epoch_losses> history;
    std::vector<T> average;
    std::int64_t steps;
};
training all_of_it()
{
    return {.epochs = 4,
            .patience = 0,
            .batch = 20,
            .from = seed{3},
            .shift = 2,
            .clip_norm = 0.3,
            .average = 0.9,
            .l1_head = 0.001};
}
template <class Net, class B, class Loss, class Exchange = alone>
ended<typename B::scalar> train_on(B b, Loss l, training how, Exchange between = {})
{
    uneven const data{330};
    auto const train = toy::rows(0, 109), valid = toy::rows(241, 330);
    model<Net, B> m{seed{5}, b};
    trainer t{m, adam{}, l, how, constant_rate{}, between};
    t.fit(part{data, train}, part{data, valid});
    return {m.snapshot(), t.state().history, t.state().average, t.state().step};
}
template <class T>
double distance(std::vector<T> const& a, std::vector<T> const& b)
{
    REQUIRE(a.size() == b.size());
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        most = std::max(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    return most;
}
template <class Net, class B, class Loss, class Seat = test::seat>
std::vector<ended<typename B::scalar>> train_in_ranks(int ranks, Loss l, training how)
{
    std::vector<ended<typename B::scalar>> all(static_cast<std::size_t>(ranks));
    test::in_ranks<Seat>(ranks, [&](Seat s) {
        auto const at = static_cast<std::size_t>(s.rank());
        if constexpr (std::same_as<B, cpu<float>>)
            all[at] = train_on<Net>(B{threads{1}}, l, how, std::move(s));
        else all[at] = train_on<Net>(B{}, l, how, std::move(s));
    });
    return all;
}
template <class B, class Loss>
void ends_as_one(Loss l, training how, double bound)
{
    auto const one = train_on<net>(B{}, l, how);
    for (int const ranks : {2, 3}) {
        CAPTURE(ranks);
        auto const all = train_in_ranks<net, B>(ranks, l, how);
        CHECK(all[0].steps == one.steps);
        CHECK(distance(all[0].values, one.values) <= bound);
        CHECK(distance(all[0].average, one.average) <= bound);
        for (std::size_t e = 0; e < one.history.size(); ++e) {
            CHECK(all[0].history[e].train == doctest::Approx(one.history[e].train).epsilon(bound));
            CHECK(all[0].history[e].valid == doctest::Approx(one.history[e].valid).epsilon(bound));
        }
        // all ranks end with the same bits
        for (auto const& each : all) {
            CHECK(each.values == all[0].values);
            CHECK(each.average == all[0].average);
        }
    }
}

} // namespace

TEST_CASE("two and three ranks end where one ends: dropout, labels that are missing, clipping, averages")
{
    ends_as_one<reference<double>>(bce_with_logits{}, all_of_it(), 1e-11);
    ends_as_one<reference<double>>(huber{}, all_of_it(), 1e-11);
    ends_as_one<cpu<float>>(bce_with_logits{}, all_of_it(), 1e-4);
    auto sums = all_of_it();
    sums.sum_of_terms = sums.both_strands = true;
    sums.clip_norm = 0;
    ends_as_one<reference<double>>(bce_with_logits{}, sums, 1e-11);
}

TEST_CASE("an exchange may add beside the queue: the trainer finishes it before anything is read")
{
    auto const how = all_of_it();
    auto const at_once = train_in_ranks<net, reference<double>>(2, bce_with_logits{}, how);
    auto const late =
        train_in_ranks<net, reference<double>, bce_with_logits, test::late_seat>(2, bce_with_logits{}, how);
    CHECK(late[0].values == at_once[0].values);
    CHECK(late[1].values == at_once[0].values);
}

TEST_CASE("with batch norm all ranks have one model, whose running statistics are the means over them")
{
    auto how = all_of_it();
    how.epochs = 8;
    how.average = how.clip_norm = 0;
    auto const first = train_in_ranks<norms, cpu<float>>(2, bce_with_logits{}, how);
    auto const again = train_in_ranks<norms, cpu<float>>(2, bce_with_logits{}, how);
    CHECK(first[0].values == first[1].values);
    CHECK(first[0].values == again[0].values);
    CHECK(first[0].history.back().train < first[0].history.front().train);
}

TEST_CASE("a frozen network but for its head is trained by ranks as by one, norms included")
{
    auto how = all_of_it();
    how.freezes = [](std::string_view name) { return !name.starts_with("final."); };
    auto const one = train_on<norms>(reference<double>{}, bce_with_logits{}, how);
    auto const three = train_in_ranks<norms, reference<double>>(3, bce_with_logits{}, how);
    CHECK(distance(three[0].values, one.values) <= 1e-11);
    CHECK(three[2].values == three[0].values);
}

TEST_CASE("batches that are too small for the ranks are refused before the first step")
{
    auto how = all_of_it();
    how.batch = 54; // 109 rows: 54, and 55 including the last single one
    test::in_ranks(2, [&](test::seat s) {
        CHECK_NOTHROW(train_on<net>(reference<float>{}, bce_with_logits{}, how, s));
    });
    how.batch = 35; // the last one has 4
    test::in_ranks(3, [&](test::seat s) {
        std::string said;
        try {
            train_on<net>(reference<float>{}, bce_with_logits{}, how, s);
        } catch (error const& e) {
            said = e.what();
        }
        CHECK(said == "expected batches of at least two sequences for each of 3 ranks, found one of 4");
    });
}

TEST_CASE(
    "gradients are final when the executor says so: the head's first, then those of each bank that learns")
{
    using device = cpu<float>;
    model<net, device> m{seed{5}, device{threads{2}}};
    toy::data const data{20};
    host_batch batch;
    batch.fill(data, std::span<sample const>{epoch_order(toy::rows(0, 20), false, seed{1}, 1)});
    auto letters = m.device().make<letter>(batch.letters.size());
    m.device().upload(letters.data(), batch.letters.data(), batch.letters.size());
    batch_view const there{{letters.data(), 20, 40}, batch.has_n};
    std::vector<char> const first_is_frozen{1, 0};
    for (bool const frozen : {false, true}) {
        step_number const step{
            seed{2}, 1, {}, frozen ? std::span<char const>{first_is_frozen} : std::span<char const>{}};
        m.run().train_forward(there, m.data(), step);
        std::vector<float> slopes(40, 0.125f), gradients(m.parameters().total());
        std::vector<int> said;
        std::vector<std::vector<float>> then;
        m.run().backward(there, m.data(), {slopes.data(), 20, 2}, gradients.data(), step, [&](int bank) {
            said.push_back(bank);
            then.push_back(gradients);
        });
        CHECK(said == (frozen ? std::vector<int>{-1, 1} : std::vector<int>{-1, 0, 1}));
        for (std::size_t i = 0; i < said.size(); ++i)
            for (auto const& p : m.parameters()) {
                if (p.bank != said[i] || !p.trained) continue;
                for (std::size_t k = p.offset; k < p.offset + p.count; ++k)
                    REQUIRE(then[i][k] == gradients[k]);
            }
    }
}
