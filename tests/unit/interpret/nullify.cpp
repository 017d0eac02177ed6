#include <doctest/doctest.h>

#include <cmath>

#include <explainn/interpret/nullify.hpp>
#include <explainn/reference.hpp>

#include "small_models.hpp"

namespace ex = explainn;
using device = ex::reference<float>;
using testing::small_data;

namespace {

/// The slow version: parameters are changed and every sequence is computed again.
struct rerun {
    ex::basic_model<device>& m;
    small_data const& data;
    ex::nullified what;
    ex::reading how;
    std::vector<std::uint32_t> rows = data.all_rows();

    std::size_t units() const { return static_cast<std::size_t>(m.units()); }
    std::size_t outputs() const { return static_cast<std::size_t>(m.outputs()); }
    std::vector<double> logits() const
    {
        std::vector<double> all;
        ex::evaluator<device>{m, how}(ex::part{data, rows}, [&](std::size_t, auto y, auto const&) {
            for (std::size_t i = 0; i < y.count(); ++i) all.push_back(static_cast<double>(y.data[i]));
        });
        return all;
    }
    // every window of every sequence, one by one
    double mean_activation(std::size_t unit) const
    {
        auto const filters = ex::filter_bank<device>{m}.on_host();
        double sum = 0, count = 0;
        for (std::size_t row = 0; row < data.size(); ++row)
            for (int strand = 0; strand < (how.both_strands.both(m) ? 2 : 1); ++strand) {
                std::vector<ex::letter> codes(data.length());
                if (strand == 0) data.sequences.unpack(row, codes);
                else data.sequences.unpack_reverse_complement(row, codes);
                for (std::size_t k = 0; k + 6 <= codes.size(); ++k) {
                    sum += std::exp(filters.response(static_cast<ex::extent>(unit), codes.data() + k));
                    ++count;
                }
            }
        return sum / count;
    }
    std::vector<double> logits_without(std::size_t unit) const
    {
        auto const before = m.snapshot();
        auto const set = [&](std::string const& name, std::size_t from, std::size_t count, float value) {
            auto values = m.values(name);
            for (std::size_t i = 0; i < count; ++i) values[from + i] = value;
            m.set_values(name, values);
        };
        if (what == ex::nullified::unit) {
            for (std::size_t o = 0; o < outputs(); ++o) set("final.weight", o * units() + unit, 1, 0);
        } else {
            double const mean = what == ex::nullified::filter_mean ? mean_activation(unit) : 0;
            set("linears.0.weight", unit * 24, 24, 0);
            set("linears.1.weight", unit, 1, 0);
            set("linears.1.bias", unit, 1, mean > 0 ? static_cast<float>(std::log(mean)) : -1000.f);
        }
        auto out = logits();
        m.restore(before);
        return out;
    }
};
static_assert(ex::nullifiable<rerun>);
static_assert(ex::nullifiable<ex::additive_nullification<device>>);

} // namespace

TEST_CASE("nullification by formula is the real rerun, for units and filters, on one strand and on both")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    small_data const data{23, 31, 3, 9};
    auto const rows = data.all_rows();
    auto const before = m.snapshot();
    for (bool const both : {false, true})
        for (auto const what :
             {ex::nullified::unit, ex::nullified::filter_zero, ex::nullified::filter_mean}) {
            CAPTURE(both);
            CAPTURE(static_cast<int>(what));
            rerun slow{m, data, what, {.both_strands = both}};
            ex::additive_nullification<device> fast{m, ex::part{data, rows}, what, {.both_strands = both}};
            CHECK(m.snapshot() == before); // the model is unchanged
            auto const same = [](std::vector<double> const& all) { return all; };
            auto const a = ex::nullify(fast, same), b = ex::nullify(slow, same);
            REQUIRE(a.units == 5);
            REQUIRE(a.before.size() == b.before.size());
            double most = 0, moved = 0;
            for (std::size_t i = 0; i < a.before.size(); ++i) {
                CHECK(a.before[i] == doctest::Approx(b.before[i]).epsilon(1e-6));
                most = std::max(most, std::abs(b.before[i]));
            }
            for (std::size_t u = 0; u < a.units; ++u)
                for (std::size_t i = 0; i < a.before.size(); ++i) {
                    CHECK(std::abs(a(u, i) - b(u, i)) < 2e-5 * std::max(most, 1.0));
                    moved = std::max(moved, std::abs(b(u, i) - b.before[i]));
                }
            CHECK(moved > 2e-4); // ten times the allowed difference: it is the effect that is compared
        }
}

TEST_CASE("nullification of a second bank leaves the first alone")
{
    ex::model<testing::small_network, device> one{ex::seed{3}};
    ex::network_description two = ex::description_of(one.rows());
    two.banks.push_back(two.banks.front());
    auto m = ex::make_model<device>(ex::rows_of(two), ex::seed{4}, device{});
    testing::shake(m, 6, 0.5);
    small_data const data{6, 31, 3, 10};
    auto const rows = data.all_rows();
    ex::additive_nullification<device> model{m, ex::part{data, rows}, ex::nullified::unit};
    REQUIRE(model.units() == 10);
    auto const seen = ex::explain(m, ex::part{data, rows});
    auto const without = model.logits_without(7);
    for (ex::extent n = 0; n < 6; ++n)
        for (ex::extent o = 0; o < 3; ++o)
            CHECK(without[static_cast<std::size_t>(n * 3 + o)] ==
                  doctest::Approx(static_cast<double>(seen.logit(n, o)) - seen.contribution(n, 7, o))
                      .epsilon(1e-5));
}

TEST_CASE("filters are held at what they are told, and a wrong number of them is refused")
{
    ex::model<testing::small_network, device> m{ex::seed{3}};
    testing::shake(m, 5, 0.5);
    CHECK_THROWS_WITH(ex::hold_filters(m, {1.0}), "expected activations of 5 filters, found 1");
    ex::hold_filters(m, {0, 0.5, 1, 2, 30});
    small_data const data{9, 31, 3, 2};
    auto const rows = data.all_rows();
    auto const means = ex::mean_activations(m, ex::part{data, rows});
    for (std::size_t u = 0; u < 5; ++u)
        CHECK(means[u] == doctest::Approx(std::vector{0.0, 0.5, 1.0, 2.0, 30.0}[u]).epsilon(1e-5));
}
