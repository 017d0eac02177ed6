#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include <explainn/genome/genome.hpp>
#include <explainn/genome/variant_file.hpp>
#include <explainn/interpret/variant_effects.hpp>

#include "planted_model.hpp"
#include "support/folder.hpp"

namespace ex = explainn;
using planted::it;

TEST_CASE("planted truth: variants that break a planted site come first, by file and genome")
{
    auto& l = it();
    auto const made = planted::plant_genome(l.motifs, 3, 6060, 101, 7);
    REQUIRE(made.sites.size() > 150);
    testing::folder const folder;
    std::ofstream{folder / "genome.fa"} << made.fasta();
    std::ofstream{folder / "snvs.vcf"} << made.vcf();

    ex::genome g{folder / "genome.fa"};
    ex::variant_file file{folder / "snvs.vcf"};
    std::vector<std::pair<double, bool>>
        found; // the size of the change, and whether the variant breaks a site
    std::map<std::size_t, std::pair<double, std::size_t>> signs; // by motif: the sum of changes of its task
    ex::score_variants<ex::variant>(
        l.model, g, [&](ex::variant& v) { return file.next(v); }, {},
        [&](ex::scored_variants<ex::variant, float> const& some) {
            for (auto const& a : some.alleles) {
                REQUIRE(a.verdict == ex::variant_verdict::good); // REF is the genome's, no place is beyond
                auto const& v = some.items[a.item];
                bool const breaks = v.id.starts_with("broken");
                double const d0 = static_cast<double>(some.delta(a, 0)),
                             d1 = static_cast<double>(some.delta(a, 1));
                found.emplace_back(std::max(std::abs(d0), std::abs(d1)), breaks);
                if (!breaks) continue;
                for (auto const& s : made.sites)
                    if (made.contigs[s.sequence].name == v.contig && v.position > s.begin &&
                        v.position <= s.end) {
                        signs[s.motif].first += s.motif == 2 ? d1 : d0;
                        ++signs[s.motif].second;
                    }
            }
        });
    REQUIRE(found.size() == made.changes.size());
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
    std::size_t const broken = made.sites.size();
    auto const first = static_cast<std::size_t>(
        std::count_if(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(broken),
                      [](auto const& x) { return x.second; }));
    INFO(first, " of the first ", broken, " break a site");
    CHECK(first >= broken * 9 / 10);
    // a site of CTCF or TP53 that breaks lowers its task, one of REST raises what it lowered
    CHECK(signs.size() == 3);
    CHECK(signs[0].first < 0);
    CHECK(signs[1].first > 0);
    CHECK(signs[2].first < 0);
}
