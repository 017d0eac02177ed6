// Defects of the reference in its tasks, and what this library does instead.
#include <cmath>

#include <doctest/doctest.h>

#include <explainn/interpret/importances.hpp>
#include <explainn/model/model_file.hpp>
#include <explainn/reference.hpp>
#include <explainn/train/outcomes.hpp>
#include <explainn/train/task_by_name.hpp>
#include <explainn/train/trainer.hpp>

#include "interpret/small_data.hpp"
#include "table.hpp"

namespace ex = explainn;
using device = ex::reference<double>;

namespace {

ex::paper_card card_of(int num_fc, ex::extent outputs = 2)
{
    return {.length = 40,
            .units = 3,
            .outputs = outputs,
            .width = 7,
            .num_fc = num_fc,
            .pool = 4,
            .stride = 4,
            .hidden = 5,
            .dropout = 30};
}
std::vector<double> outputs_of_units(ex::basic_model<device>& m, testing::small_data const& data)
{
    std::vector<ex::letter> letters(data.size() * data.length());
    for (std::size_t i = 0; i < data.size(); ++i)
        data.letters_of(i, {letters.data() + i * data.length(), data.length()});
    auto const n = static_cast<ex::extent>(data.size());
    m.run().infer({{letters.data(), n, m.length()}, true}, m.data());
    auto const y = m.run().unit_outputs(0, n);
    return {y.data, y.data + y.count()};
}

} // namespace

TEST_CASE(
    "the reference's defect 2: units of any depth have one output each, and the logits are made of them")
{
    testing::small_data const data{5, 40, 2, 3};
    for (int num_fc = 0; num_fc <= 8; ++num_fc) {
        CAPTURE(num_fc);
        auto m = ex::make_paper_model<device>(card_of(num_fc), ex::seed{4});
        auto const y = outputs_of_units(m, data);
        REQUIRE(y.size() == 3 * data.size());
        std::vector<ex::letter> letters(data.size() * data.length());
        for (std::size_t i = 0; i < data.size(); ++i)
            data.letters_of(i, {letters.data() + i * data.length(), data.length()});
        auto const logits = m.predict({letters.data(), static_cast<ex::extent>(data.size()), m.length()});
        auto const weight = m.values("final.weight"), bias = m.values("final.bias");
        for (std::size_t n = 0; n < data.size(); ++n)
            for (std::size_t o = 0; o < 2; ++o) {
                double sum = bias[o];
                for (std::size_t u = 0; u < 3; ++u) sum += weight[o * 3 + u] * y[u * data.size() + n];
                CHECK(logits[n * 2 + o] == doctest::Approx(sum).epsilon(1e-12));
            }
        auto const rows = data.all_rows();
        auto const seen = ex::look_into(m, ex::part{data, rows});
        CHECK(seen.importances.units == 3);
        CHECK(seen.importances.tasks == 2);
    }
}

TEST_CASE("the reference's defect 11: frozen units keep weights and batch norm statistics to the bit")
{
    testing::small_data const data{40, 40, 2, 5};
    auto const rows = data.all_rows();
    for (int const num_fc : {0, 1, 2, 3}) {
        CAPTURE(num_fc);
        auto m = ex::make_paper_model<device>(card_of(num_fc), ex::seed{7});
        std::map<std::string, std::vector<double>> before;
        for (auto const& p : m.parameters()) before[std::string{p.name()}] = m.values(p.name());
        ex::training how{.epochs = 2, .batch = 10};
        how.freezes = [](std::string_view name) { return !name.starts_with("final."); };
        ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
        t.fit(ex::part{data, rows}, ex::part{data, rows});
        for (auto const& p : m.parameters()) {
            CAPTURE(std::string{p.name()});
            bool const same = before[std::string{p.name()}] == m.values(p.name());
            CHECK(same == !p.name().starts_with("final."));
        }
    }
}

TEST_CASE(
    "the reference's defect 11: without dropout, training on frozen units sees the logits that are evaluated")
{
    testing::small_data const data{20, 40, 2, 5};
    auto const rows = data.all_rows();
    auto card = card_of(2);
    card.dropout = 0;
    auto m = ex::make_paper_model<device>(card, ex::seed{4});
    auto const expected = ex::evaluate(m, ex::part{data, rows}, ex::bce_with_logits{}, {});
    ex::training how{.epochs = 1, .batch = 20};
    how.freezes = [](std::string_view name) { return !name.starts_with("final."); };
    ex::trainer t{m, ex::adam{}, ex::bce_with_logits{}, how};
    ex::host_batch batch;
    auto const order = ex::epoch_order(rows, false, ex::seed{1}, 1);
    batch.fill(data, std::span<ex::sample const>{order});
    CHECK(t.train_batch(batch).mean() == doctest::Approx(expected.mean()).epsilon(1e-12));
}

TEST_CASE("the reference's defect 8: predictions of a whole model go through the link of its task")
{
    testing::small_data const data{6, 40, 3, 7};
    auto const rows = data.all_rows();
    auto m = ex::make_paper_model<device>(card_of(1, 3), ex::seed{4});
    auto const raw = ex::outcomes_of(m, ex::part{data, rows}, ex::regression{}, {.both_strands = true});
    auto const classes = ex::outcomes_of(m, ex::part{data, rows}, ex::multiclass{}, {.both_strands = true});
    auto const rates = ex::outcomes_of(m, ex::part{data, rows}, ex::counts{}, {.both_strands = true});
    for (std::size_t n = 0; n < 6; ++n) {
        double sum = 0;
        for (std::size_t o = 0; o < 3; ++o) sum += classes.predictions[n * 3 + o];
        CHECK(sum == doctest::Approx(1));
    }
    for (std::size_t i = 0; i < raw.predictions.size(); ++i)
        CHECK(rates.predictions[i] == doctest::Approx(std::exp(raw.predictions[i])));
}

TEST_CASE("a task has one name in files, options and types")
{
    for (auto const* name : {"multilabel", "multiclass", "regression", "profile", "counts"})
        CHECK(ex::with_task(name, [](auto task) { return std::string{decltype(task)::name}; }) == name);
    CHECK(ex::with_task("binary", [](auto task) { return std::string{decltype(task)::name}; }) ==
          "multilabel");
    CHECK_THROWS_AS(ex::with_task("clustering", [](auto) { return 0; }), ex::error);
}
