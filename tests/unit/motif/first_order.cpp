// Motifs whose neighbouring columns depend on one another: scores, gradients, probabilities, and fits.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <explainn/motif/held_out.hpp>
#include <explainn/motif/refine_dinucleotides.hpp>

#include "motif/planted.hpp"
#include "support/message_of.hpp"

namespace ex = explainn;
using namespace planted_words;

namespace {
ex::first_order_weights random_pairs(ex::random_numbers& draw, std::size_t width)
{
    auto w = ex::without_pairs(random_weights(draw, width));
    for (ex::pair_column& c : w.pairs)
        for (double& x : c) x = draw.uniform(-1, 1);
    return w;
}
double score_of(ex::first_order_weights const& w, std::vector<std::size_t> const& word)
{
    double sum = 0;
    for (std::size_t k = 0; k < word.size(); ++k) sum += w.single[k][word[k]];
    for (std::size_t k = 0; k + 1 < word.size(); ++k) sum += w.pairs[k][4 * word[k] + word[k + 1]];
    return sum;
}
// positives hold CATG with AC or GT before it, never AT or GC: what single columns cannot say
labelled_bases dependent(std::size_t count, std::uint64_t by)
{
    ex::random_numbers draw{ex::seed{by}, ex::stream::tests};
    labelled_bases p;
    for (std::size_t i = 0; i < count; ++i) {
        std::string s = random_bases(draw, 40);
        bool const positive = i % 2 == 0, first = draw.below(2) == 0;
        s.replace(draw.below(30), 6,
                  (positive ? first ? "AC" : "GT"
                   : first  ? "AT"
                            : "GC") +
                      std::string{"CCAG"});
        p.sequences.append("s" + std::to_string(i), s);
        p.labels.push_back(positive);
    }
    return p;
}
} // namespace

TEST_CASE("occupancies with pairs and their gradients are those of the slow twin and of differences")
{
    ex::random_numbers draw{ex::seed{3}, ex::stream::tests};
    for (std::size_t const width : {1u, 2u, 3u, 4u, 5u, 7u, 8u, 20u, 24u})
        for (bool const both : {true, false}) {
            CAPTURE(width);
            CAPTURE(both);
            ex::packed_sequences s;
            std::string with_n = random_bases(draw, 60);
            with_n[20] = 'N';
            s.append("whole", random_bases(draw, 31));
            s.append("exact", random_bases(draw, width));
            s.append("with N", with_n);
            ex::windowed_sequences const windows{s};
            auto w = random_pairs(draw, width);
            for (std::size_t i = 0; i < s.size(); ++i) {
                ex::first_order_weights slow;
                double const z = ex::occupancy_slowly(w, s, i, both, slow);
                CHECK(ex::occupancies(w, windows, both)[i] == doctest::Approx(z).epsilon(1e-9));
                auto const tables = ex::detail::word_tables(w);
                std::vector<ex::detail::word_table<>> sums(tables.size());
                ex::detail::window_scores<double, 3> scores{tables, width, both};
                scores.occupancy(windows, i);
                scores.add_gradient(windows, 1, sums);
                auto fast = ex::detail::zeros_like(w);
                ex::detail::add_word_sums(sums, fast);
                std::vector<double> by_fast, by_slow;
                ex::detail::each_weight(fast, [&](double x, bool) { by_fast.push_back(x); });
                ex::detail::each_weight(slow, [&](double x, bool) { by_slow.push_back(x); });
                std::size_t next = 0, wrong = 0;
                ex::detail::each_weight(w, [&](double& x, bool) {
                    double const at = x, h = 1e-5;
                    ex::first_order_weights ignored;
                    x = at + h;
                    double const up = ex::occupancy_slowly(w, s, i, both, ignored);
                    x = at - h;
                    double const down = ex::occupancy_slowly(w, s, i, both, ignored);
                    x = at;
                    wrong += std::abs(by_slow[next] - (up - down) / (2 * h)) > 1e-5;
                    wrong += std::abs(by_fast[next] - by_slow[next]) > 1e-5;
                    ++next;
                });
                CHECK(wrong == 0);
            }
        }
}

TEST_CASE("without weights of pairs a motif scores as one of single columns; moved means change no score")
{
    ex::random_numbers draw{ex::seed{5}, ex::stream::tests};
    ex::packed_sequences s;
    for (int i = 0; i < 20; ++i) s.append("s" + std::to_string(i), random_bases(draw, 50));
    ex::windowed_sequences const windows{s};
    auto const single = random_weights(draw, 11);
    auto const a = ex::occupancies(single, windows, true),
               b = ex::occupancies(ex::without_pairs(single), windows, true);
    auto const w = random_pairs(draw, 11), moved = ex::centred_pairs(w);
    auto const c = ex::occupancies(w, windows, true), d = ex::occupancies(moved, windows, true);
    for (std::size_t i = 0; i < s.size(); ++i) {
        CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-12));
        CHECK(c[i] == doctest::Approx(d[i]).epsilon(1e-12));
    }
    for (ex::pair_column const& pairs : moved.pairs)
        for (std::size_t x = 0; x < 4; ++x) {
            CHECK(pairs[4 * x] + pairs[4 * x + 1] + pairs[4 * x + 2] + pairs[4 * x + 3] ==
                  doctest::Approx(0));
            CHECK(pairs[x] + pairs[4 + x] + pairs[8 + x] + pairs[12 + x] == doctest::Approx(0));
        }
}

TEST_CASE("probabilities of bases and pairs are those of all words counted")
{
    ex::random_numbers draw{ex::seed{6}, ex::stream::tests};
    constexpr std::size_t width = 4;
    auto const w = random_pairs(draw, width);
    auto const found = ex::probabilities_of(w);
    std::vector<ex::column> single(width, ex::column{});
    std::vector<ex::pair_column> pairs(width - 1, ex::pair_column{});
    double all = 0;
    for (std::size_t word = 0; word < 256; ++word) {
        std::vector<std::size_t> const letters{word >> 6, word >> 4 & 3, word >> 2 & 3, word & 3};
        double const e = std::exp(score_of(w, letters));
        all += e;
        for (std::size_t k = 0; k < width; ++k) single[k][letters[k]] += e;
        for (std::size_t k = 0; k + 1 < width; ++k) pairs[k][4 * letters[k] + letters[k + 1]] += e;
    }
    for (std::size_t k = 0; k < width; ++k)
        for (std::size_t b = 0; b < 4; ++b)
            CHECK(found.single.columns[k][b] == doctest::Approx(single[k][b] / all).epsilon(1e-12));
    for (std::size_t k = 0; k + 1 < width; ++k)
        for (std::size_t b = 0; b < 16; ++b)
            CHECK(found.pairs[k][b] == doctest::Approx(pairs[k][b] / all).epsilon(1e-12));
}

TEST_CASE("pairs are learned where columns depend on one another, whatever the threads, and say what they "
          "are worth")
{
    auto const p = dependent(2000, 7);
    ex::windowed_sequences const s{p.sequences};
    ex::motif start = motif_of("ACCCAG", 0.6, "six");
    auto const [fit, aside] = ex::hold_out(p.labels, 0.2, ex::seed{1});
    ex::turn_judge const judge{s, aside};
    ex::refine_options o;
    o.threads = 1;
    o.pair_prior = 1;
    auto const gain = ex::gain_of_dinucleotides(start, s, fit, judge, o);
    CHECK(gain.nats() > 50);
    CHECK(gain.auroc_without < 0.75);
    CHECK(gain.auroc_with > 0.95);
    auto const one = ex::refine_dinucleotides(start, s, p.labels, o);
    // AC and GT are more frequent than their bases say, AT and GC less
    auto const& first = one.weights.pairs[0];
    CHECK(first[1] + first[4 * 2 + 3] > first[3] + first[4 * 2 + 1] + 2);
    for (std::size_t const threads : {2u, 3u}) {
        o.threads = threads;
        auto const more = ex::refine_dinucleotides(start, s, p.labels, o);
        CHECK(more.weights == one.weights);
        CHECK(more.losses == one.losses);
    }
    std::string const rows = ex::dinucleotide_rows("six", one, gain);
    CHECK(std::count(rows.begin(), rows.end(), '\n') == 1 + 5 * 16);
    CHECK(rows.find("\nsix\t1\tAC\t") != std::string::npos);
    // where columns are independent, pairs add next to nothing
    auto const plain = plant_words({"GATTACA"}, 2000, 40, 8, 0.7, 0.9);
    ex::windowed_sequences const t{plain.sequences};
    auto const parts = ex::hold_out(plain.labels, 0.2, ex::seed{1});
    auto const none = ex::gain_of_dinucleotides(motif_of("GATTACA", 0.7, "m"), t, parts.fit,
                                                ex::turn_judge{t, parts.aside});
    CHECK(std::abs(none.nats()) < 5);

    using testing::message_of;
    CHECK(message_of([&] {
              ex::refine_dinucleotides(ex::motif{}, s, p.labels);
          }).find("a motif with columns") != std::string::npos);
    CHECK(message_of([&] { ex::refine_dinucleotides(start, s, std::vector<double>(3, 1.0)); }) ==
          "expected 2000 labels, one a sequence, found 3");
    ex::packed_sequences tiny;
    tiny.append("a", "ACGT");
    tiny.append("b", "ACGA");
    CHECK(message_of([&] {
              ex::refine_dinucleotides(start, ex::windowed_sequences{tiny}, std::vector<double>{0, 1});
          }).find("at least 6 bases without N") != std::string::npos);
}
