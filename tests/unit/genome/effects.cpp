// Effects of variants, compared with windows that are cut from the changed contig by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include <explainn/cpu.hpp>
#include <explainn/genome/genome.hpp>
#include <explainn/genome/variant_file.hpp>
#include <explainn/interpret/variant_background.hpp>
#include <explainn/interpret/variant_effects.hpp>
#include <explainn/model/paper_card.hpp>

#include "made_up.hpp"
#include "model/random_model.hpp"
#include "support/folder.hpp"
#include "support/skip.hpp"

namespace ex = explainn;
using device = ex::cpu<float>;

namespace {

std::string const& bases_of(made_up::genome_text const& text, std::string const& name)
{
    return std::find_if(text.begin(), text.end(), [&](auto const& each) { return each.name == name; })->bases;
}

auto from(std::vector<ex::variant> const& all)
{
    return [&all, at = std::size_t{}](ex::variant& v) mutable {
        if (at == all.size()) return false;
        v = all[at++];
        return true;
    };
}

template <class M>
std::vector<float> slow_logits(M& m, std::vector<ex::letter> const& codes)
{
    return m.predict({codes.data(), 1, static_cast<ex::extent>(codes.size())});
}

ex::paper_card card(ex::extent length)
{
    return {.length = length, .units = 5, .outputs = 2, .width = 7, .hidden = 4};
}

} // namespace

TEST_CASE("every allele's change is that of its window, for SNVs, insertions, deletions, at ends, over N, "
          "both strands")
{
    testing::folder const dir;
    auto const text = made_up::genome(11);
    auto const variants = made_up::variants(text, 200, 2);
    ex::genome g{dir.write("a.fa", made_up::fasta(text))};
    for (ex::extent const length : {30, 31, 45}) {
        auto m = ex::make_paper_model<device>(card(length), ex::seed{2}),
             twin = ex::make_paper_model<device>(card(length), ex::seed{2}); // m is in use on another thread
        for (auto* each : {&m, &twin}) {
            random_model::stir(*each);
            each->set_both_strands(length != 30);
        }
        std::vector<std::size_t> batches{256};
        if (length == 31) batches = {256, 1, 7};
        for (std::size_t const batch : batches) {
            std::size_t seen = 0, item = 0;
            ex::score_variants<ex::variant>(m, g, from(variants), {.batch = batch}, [&](auto const& some) {
                for (auto const& a : some.alleles) {
                    auto const& v = some.items[a.item];
                    REQUIRE(v.id == variants[item + a.item].id);
                    REQUIRE(a.verdict == ex::variant_verdict::good);
                    auto const& bases = bases_of(text, v.contig);
                    auto const size = static_cast<std::size_t>(length);
                    auto const before = slow_logits(
                        twin, made_up::window(bases, v.position, v.reference.size(), v.reference, size));
                    auto const after =
                        slow_logits(twin, made_up::window(bases, v.position, v.reference.size(),
                                                          v.alternatives[a.alternative], size));
                    for (std::size_t o = 0; o < 2; ++o)
                        REQUIRE(some.delta(a, static_cast<ex::extent>(o)) ==
                                doctest::Approx(after[o] - before[o]).epsilon(1e-4).scale(1));
                    ++seen;
                }
                item += some.items.size();
            });
            std::size_t expected = 0;
            for (auto const& v : variants) expected += v.alternatives.size();
            CHECK(seen == expected);
            CHECK(item == variants.size());
        }
    }
}

TEST_CASE(
    "variants that cannot be judged come back with the reason, and contigs of similar names are offered")
{
    testing::folder const dir;
    ex::genome g{dir.write("a.fa", ">chr1\nACGTACGTNRACGTACGT\n>MT\nACGTACG\n")};
    auto m = ex::make_paper_model<device>(card(30), ex::seed{2});
    using verdict = ex::variant_verdict;
    std::vector<std::pair<ex::variant, std::vector<verdict>>> const all{
        {{"chr1", 1, ".", "A", {"C"}, 1}, {verdict::good}},
        {{"chr1", 1, ".", "a", {"c", "<DEL>", "*", "G", "A[chr2:3["}, 1},
         {verdict::good, verdict::not_bases, verdict::not_bases, verdict::good, verdict::not_bases}},
        {{"chr1", 1, ".", "A", {}, 1}, {verdict::no_alternative}},
        {{"chr1", 1, ".", "C", {"A", "G"}, 1}, {verdict::other_reference, verdict::other_reference}},
        {{"chr1", 17, ".", "GT", {"A"}, 1}, {verdict::good}},
        {{"chr1", 18, ".", "TA", {"A"}, 1}, {verdict::beyond_contig}},
        {{"chr1", 19, ".", "A", {"C"}, 1}, {verdict::beyond_contig}},
        {{"chr1", 0, ".", "N", {"C"}, 1}, {verdict::beyond_contig}},
        {{"chr1", 4000000000, ".", "A", {"C"}, 1}, {verdict::beyond_contig}},
        {{"chr1", 9, ".", "NR", {"C"}, 1}, {verdict::good}},
        {{"chr1", 9, ".", "AR", {"C"}, 1}, {verdict::other_reference}},
        {{"chr1", 1, ".", "A?", {"C"}, 1}, {verdict::not_bases}},
        {{"plasmid", 1, ".", "A", {"C"}, 1}, {verdict::unknown_contig}},
        {{"mito", 2, ".", "C", {"A"}, 1}, {verdict::good}}, // found by the name that was given for it
    };
    std::vector<ex::variant> variants;
    std::vector<verdict> expected, found;
    for (auto const& [v, verdicts] : all) {
        variants.push_back(v);
        expected.insert(expected.end(), verdicts.begin(), verdicts.end());
    }
    ex::score_variants<ex::variant>(
        m, g, from(variants), {.places = {"a.vcf", {{"mito", "MT"}}}, .batch = 3}, [&](auto const& some) {
            for (auto const& a : some.alleles) {
                found.push_back(a.verdict);
                if (a.verdict == verdict::other_reference)
                    CHECK(a.genome_bases == (some.items[a.item].position == 1 ? "A" : "NN"));
            }
        });
    CHECK(found == expected);
    auto const refusal = [&](std::string const& name) {
        std::vector<ex::variant> const one{{name, 1, ".", "A", {"C"}, 12}};
        return testing::said([&] {
            ex::score_variants<ex::variant>(m, g, from(one), {.places = {"a.vcf", {}}}, [](auto const&) {});
        });
    };
    CHECK(refusal("1").find("a.vcf:12: expected a contig of ") == 0);
    CHECK(refusal("1").find("found '1'; a.fa has 'chr1'") != std::string::npos);
    CHECK(refusal("chrM").find("found 'chrM'; a.fa has 'MT'") != std::string::npos);
}

TEST_CASE("units that gain or lose a hit are those of loops over the windows that hold a changed base")
{
    testing::folder const dir;
    auto const text = made_up::genome(12);
    auto const variants = made_up::variants(text, 150, 5);
    ex::genome g{dir.write("a.fa", made_up::fasta(text))};
    std::size_t gained = 0, lost = 0;
    for (bool const both : {false, true}) {
        auto m = ex::make_paper_model<device>(card(31), ex::seed{3});
        random_model::stir(m);
        m.set_both_strands(both);
        // windows of the genome, in which the largest activations are looked for
        std::vector<ex::letter> some(50 * 31);
        for (std::int64_t i = 0; i < 50; ++i) g.letters(2, 40 * i, {some.data() + 31 * i, 31});
        ex::view<ex::letter const, 2> const source{some.data(), 50, 31};
        ex::variant_hits<device> hits{m, source};
        auto twin = ex::make_paper_model<device>(card(31), ex::seed{3}); // m is in use on another thread
        random_model::stir(twin);
        // responses of one window, by the definition
        ex::best_window_scan<device> scan{twin, {.both_strands = both}};
        auto const activations = [&](std::vector<ex::letter> const& window) {
            std::vector<double> out;
            scan(ex::view<ex::letter const, 2>{window.data(), 1, 7}, [&](auto const& best) {
                for (ex::extent u = 0; u < 5; ++u) out.push_back(best(0, u).activation);
            });
            return out;
        };
        std::vector<double> largest(5);
        scan(source, [&](auto const& best) {
            for (ex::extent n = 0; n < 50; ++n)
                for (ex::extent u = 0; u < 5; ++u)
                    largest[static_cast<std::size_t>(u)] =
                        std::max(largest[static_cast<std::size_t>(u)], best(n, u).activation);
        });
        auto const has_hit = [&](std::vector<ex::letter> const& sequence, std::size_t changed) {
            std::vector<bool> hit(5);
            std::size_t const middle = 31 / 2;
            for (std::size_t start = 0; start + 7 <= 31; ++start) {
                if (start + 7 <= middle || start >= middle + changed) continue; // holds no changed base
                auto const at = sequence.begin() + static_cast<std::ptrdiff_t>(start);
                auto const a = activations({at, at + 7});
                for (std::size_t u = 0; u < 5; ++u)
                    if (a[u] > 0.5 * largest[u]) hit[u] = true;
            }
            return hit;
        };
        ex::score_variants<ex::variant>(
            m, g, from(variants), {.batch = 32},
            [&](auto const& batch) {
                for (auto const& a : batch.alleles) {
                    auto const& v = batch.items[a.item];
                    auto const& bases = bases_of(text, v.contig);
                    auto const& allele = v.alternatives[a.alternative];
                    auto const before =
                        has_hit(made_up::window(bases, v.position, v.reference.size(), v.reference, 31),
                                v.reference.size());
                    auto const after = has_hit(
                        made_up::window(bases, v.position, v.reference.size(), allele, 31), allele.size());
                    ex::changed_hits expected;
                    for (std::size_t u = 0; u < 5; ++u) {
                        if (after[u] && !before[u]) expected.gained.push_back(static_cast<ex::extent>(u));
                        if (before[u] && !after[u]) expected.lost.push_back(static_cast<ex::extent>(u));
                    }
                    REQUIRE(batch.hits[a.row].gained == expected.gained);
                    REQUIRE(batch.hits[a.row].lost == expected.lost);
                    gained += expected.gained.size();
                    lost += expected.lost.size();
                }
            },
            &hits);
    }
    CHECK(gained > 20);
    CHECK(lost > 20);
}

TEST_CASE(
    "random variants: of the same regions, REF as in the genome, the same for a seed, every change as likely")
{
    testing::folder const dir;
    auto const text = made_up::genome(13);
    ex::genome g{dir.write("a.fa", made_up::fasta(text))};
    ex::variant_sample sample{1000, ex::seed{1}};
    std::string const &first = text[2].bases, &second = text[5].bases;
    sample.add({"chr1", 1000, ".", first.substr(999, 1), {"A"}, 0});
    sample.add({"chrX", 3, ".", second.substr(2, 1), {"A"}, 0});
    sample.add({"chrX", 900, ".", second[899] == 'A' ? "C" : "A", {"G"}, 0}); // REF differs: no region of it
    REQUIRE(sample.places().size() == 3);
    std::vector<std::string> names;
    auto const all = ex::random_variants(g, 40, {}, sample.places(), 6000, ex::seed{1});
    REQUIRE(all.size() == 6000);
    std::map<std::pair<char, char>, int> changes;
    std::set<std::uint64_t> on_first;
    std::size_t first_count = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& v = all[i];
        bool const one = v.contig == "chr1";
        REQUIRE((one || v.contig == "chrX"));
        // the window of POS p is p - 1 - 20 to p - 1 + 20, cut to the contig
        REQUIRE((one ? v.position >= 980 && v.position < 1020 : v.position >= 1 && v.position < 23));
        char const here =
            ex::char_of(made_up::letter_at(one ? first : second, static_cast<std::int64_t>(v.position) - 1));
        REQUIRE(v.reference == std::string{here});
        REQUIRE(here != 'N');
        REQUIRE(v.alternatives.size() == 1);
        REQUIRE(v.alternatives[0] != v.reference);
        ++changes[{here, v.alternatives[0][0]}];
        first_count += one ? 1 : 0;
        if (one) on_first.insert(v.position);
        if (i > 0 && all[i - 1].contig == v.contig) REQUIRE(all[i - 1].position <= v.position);
    }
    CHECK(changes.size() == 12);
    for (auto const& [change, count] : changes) { // the three other bases occur about equally often
        int total = 0;
        for (auto const& [other, n] : changes) total += other.first == change.first ? n : 0;
        CHECK(std::abs(count - total / 3.0) < 5 * std::sqrt(total * 2 / 9.0));
    }
    // every base of a region may occur; windows that reach beyond a contig give only the bases within it
    std::size_t known = 0;
    for (std::uint64_t p = 980; p < 1020; ++p)
        known += made_up::letter_at(first, static_cast<std::int64_t>(p) - 1) != ex::letter_n;
    CHECK(on_first.size() == known);
    CHECK(first_count > 3000);
    auto const again = ex::random_variants(g, 40, {}, sample.places(), 6000, ex::seed{1}),
               other = ex::random_variants(g, 40, {}, sample.places(), 6000, ex::seed{2});
    bool same = true, same_other = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
        same = same && again[i].position == all[i].position && again[i].alternatives == all[i].alternatives;
        same_other = same_other && other[i].position == all[i].position;
    }
    CHECK(same);
    CHECK(!same_other);
    CHECK(testing::said([&] {
              ex::random_variants(g, 40, {}, {}, 5, ex::seed{1});
          }).find("expected bases around the variants") == 0);
}

TEST_CASE("a sample of variants takes each with the same chance, and percentiles count ties by half")
{
    std::vector<int> taken(40);
    for (std::uint64_t s = 0; s < 2000; ++s) {
        ex::variant_sample sample{10, ex::seed{s}};
        for (std::uint64_t i = 0; i < 40; ++i) sample.add({"c", i + 1, ".", "A", {"C"}, 0});
        REQUIRE(sample.places().size() == 10);
        for (auto const& v : sample.places()) ++taken[v.position - 1];
    }
    for (int const n : taken) CHECK(std::abs(n - 500) < 5 * std::sqrt(2000 * 0.25 * 0.75));

    ex::effect_ranks const ranks{{1, 10, 2, 10, 2, 20, 3, 30}, 2}; // task 0: 1 2 2 3, task 1: 10 10 20 30
    CHECK(ranks.percentile(0, 0) == 0);
    CHECK(ranks.percentile(0, 2) == 50);
    CHECK(ranks.percentile(0, 3) == doctest::Approx(87.5));
    CHECK(ranks.percentile(0, 4) == 100);
    CHECK(ranks.percentile(1, 15) == 50);
}

TEST_CASE("variants of real strains: REF agrees with the genome in every nuclear record")
{
    std::filesystem::path const folder = EXPLAINN_SHARED_DATA "/more";
    if (!std::filesystem::exists(folder / "yeast_vcf")) return test::skip("the shared data are not here");
    ex::genome g{folder / "yeast_genome/sacCer3.fa.gz"};
    ex::contig_renames names;
    char const* const roman[]{"I",  "II", "III", "IV",  "V",    "VI",  "VII", "VIII",
                              "IX", "X",  "XI",  "XII", "XIII", "XIV", "XV",  "XVI"};
    for (int i = 0; i < 16; ++i) names["chr" + std::to_string(i + 1)] = "chr" + std::string{roman[i]};
    auto m = ex::make_paper_model<device>(card(200), ex::seed{2});
    auto const file_of = [&](char const* name) { return folder / "yeast_vcf" / name; };
    std::array<std::size_t, ex::variant_verdicts> alleles{};
    std::size_t records = 0, judged = 0;
    ex::variant_file file{file_of("RM11-1A.gatk.vcf.gz")};
    ex::score_variants<ex::variant>(
        m, g, [&](ex::variant& v) { return file.next(v); }, {.places = {file.path(), names}},
        [&](auto const& some) {
            for (auto const& a : some.alleles) {
                ++alleles[static_cast<std::size_t>(a.verdict)];
                records += a.alternative == 0 ? 1 : 0;
                judged += a.alternative == 0 && a.verdict == ex::variant_verdict::good ? 1 : 0;
            }
        });
    CHECK(records == 12321);
    CHECK(judged == 11762);
    CHECK(alleles[static_cast<std::size_t>(ex::variant_verdict::other_reference)] == 0);
    CHECK(alleles[static_cast<std::size_t>(ex::variant_verdict::unknown_contig)] > 0); // the mitochondrion
    // without names they are refused in a sentence
    ex::variant_file again{file_of("BY4741.gatk.vcf.gz")};
    CHECK(testing::said([&] {
              ex::score_variants<ex::variant>(
                  m, g, [&](ex::variant& v) { return again.next(v); }, {.places = {again.path(), {}}},
                  [](auto const&) {});
          }).find("sacCer3.fa.gz has 'chr") != std::string::npos);
}
