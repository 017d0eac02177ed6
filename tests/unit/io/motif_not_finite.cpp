// Motifs with numbers that are not finite are not written in any format, because no reader would accept them.
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include <explainn/io/motif_file.hpp>

#include "support/folder.hpp"

namespace ex = explainn;

TEST_CASE("a motif with a number that is not finite is refused by the writers of all formats")
{
    double const missing = std::numeric_limits<double>::quiet_NaN(),
                 endless = std::numeric_limits<double>::infinity();
    ex::motif const good{"M1", "", {{{0.25, 0.25, 0.25, 0.25}, {1, 0, 0, 0}}}, 20};
    auto const with = [&](auto change) {
        ex::motif bad = good;
        bad.name = "M2";
        change(bad);
        return ex::motif_set{{good, bad}};
    };
    for (auto const format : {ex::motif_format::meme, ex::motif_format::jaspar, ex::motif_format::transfac,
                              ex::motif_format::homer, ex::motif_format::cisbp, ex::motif_format::uniprobe}) {
        auto const says = [&](ex::motif_set const& set) -> std::string {
            try {
                ex::motif_text(set, format);
            } catch (ex::error const& e) {
                return e.what();
            }
            return "nothing thrown";
        };
        std::string const refusal =
            "expected finite numbers in a motif that is to be written, found others in 'M2'";
        CHECK(says(with([](ex::motif&) {})) == "nothing thrown");
        CHECK(says(with([&](ex::motif& m) { m.probabilities.columns[1][2] = missing; })) == refusal);
        CHECK(says(with([&](ex::motif& m) { m.probabilities.columns[0][0] = endless; })) == refusal);
        CHECK(says(with([&](ex::motif& m) { m.sites = missing; })) == refusal);
        CHECK(says(with([&](ex::motif& m) {
                  m.counts = ex::pfm{{{1, 2, missing, 4}, {1, 0, 0, 0}}};
              })) == refusal);
        auto set = with([](ex::motif&) {});
        set.letters = ex::background{{missing, 0.5, 0.25, 0.25}};
        CHECK(says(set) == "expected a background of finite numbers to be written, found another");
    }
}
