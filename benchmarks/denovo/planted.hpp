// Sequences with planted motifs, what was found of them, and sequences whose labels say nothing.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/motif_math.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/meme_file.hpp>
#include <explainn/io/motif_file.hpp>
#include <explainn/io/output_file.hpp>
#include <explainn/motif/discover.hpp>
#include <explainn/motif/similarity.hpp>

namespace bench_planted {
namespace ex = explainn;
namespace fs = std::filesystem;

inline double bits_of(ex::ppm const& p)
{
    double sum = 0;
    for (double const b : ex::information(p)) sum += b;
    return sum;
}

/// Profiles of 6 to 21 columns (without ends below 0.3 bit) with at least `bits` bits, in random order.
inline std::vector<ex::motif> profiles(std::string const& file, double bits, ex::random_numbers& draw)
{
    std::vector<ex::motif> some;
    for (ex::motif m : ex::read_motifs(file).motifs) {
        m.probabilities = ex::trim(m.probabilities, 0.3);
        m.counts.reset();
        if (m.width() >= 6 && m.width() <= 21 && bits_of(m.probabilities) >= bits)
            some.push_back(std::move(m));
    }
    draw.shuffle(some);
    return some;
}

/// OUT/1, OUT/2, ...: `positives` random sequences of 100 bases, of which a share holds a site of each of
/// `kinds` motifs (those of one sequence may overwrite one another), on a random strand, and as many without;
/// truth.meme has the motifs. Where kinds are several, they are not alike.
inline void plant(std::string const& jaspar, fs::path const& out, double share, std::size_t kinds,
                  std::size_t cases, std::size_t positives, double bits)
{
    ex::random_numbers draw{ex::seed{1}, ex::stream::tests,
                            static_cast<std::uint32_t>(100 * share + 7 * static_cast<double>(kinds))};
    auto const all = profiles(jaspar, bits, draw);
    std::size_t next = 0;
    for (std::size_t c = 1; c <= cases; ++c) {
        ex::motif_set truth;
        for (; truth.motifs.size() < kinds; next = (next + 1) % all.size())
            if (std::none_of(truth.motifs.begin(), truth.motifs.end(), [&](ex::motif const& m) {
                    return ex::align(m.probabilities, all[next].probabilities, 5).similarity > 0.7;
                }))
                truth.motifs.push_back(all[next]);
        fs::path const folder = out / std::to_string(c);
        fs::create_directories(folder);
        ex::output_file meme{folder / "truth.meme"};
        ex::write_meme(meme, truth);
        meme.commit();
        for (bool const bound : {true, false}) {
            ex::output_file fasta{folder / (bound ? "positives.fa" : "negatives.fa")};
            for (std::size_t i = 0; i < positives; ++i) {
                std::string s(100, 'A');
                for (char& x : s) x = "ACGT"[draw.below(4)];
                for (ex::motif const& m : truth.motifs) {
                    if (!bound || draw.uniform() >= share) continue;
                    ex::ppm const p =
                        draw.below(2) == 0 ? m.probabilities : ex::reverse_complement(m.probabilities);
                    std::size_t const at = draw.below(static_cast<std::uint32_t>(s.size() - p.width() + 1));
                    for (std::size_t k = 0; k < p.width(); ++k) {
                        double u = draw.uniform();
                        std::size_t b = 0;
                        while (b < 3 && u >= p.columns[k][b]) u -= p.columns[k][b++];
                        s[at + k] = "ACGT"[b];
                    }
                }
                fasta << '>' << (bound ? 'p' : 'n') << std::to_string(i) << '\n' << s << '\n';
            }
            fasta.commit();
        }
    }
}

/// Pearson's correlation of the cells of a known motif with those of another one below it, at the offset and
/// on the strand where it is largest; columns that the other one lacks are background, so that a part of a
/// motif is no whole one.
inline double likeness(ex::ppm const& known, ex::ppm const& other)
{
    double best = -1;
    auto const width = static_cast<int>(known.width()), most = static_cast<int>(other.width());
    for (ex::ppm const& o : {other, ex::reverse_complement(other)})
        for (int shift = 1 - most; shift < width; ++shift) {
            double xx = 0, yy = 0, xy = 0; // the mean of every column is 1 / 4
            for (int k = 0; k < width; ++k)
                for (std::size_t b = 0; b < 4; ++b) {
                    int const j = k - shift;
                    double const x = known.columns[static_cast<std::size_t>(k)][b] - 0.25;
                    double const y =
                        j < 0 || j >= most ? 0 : o.columns[static_cast<std::size_t>(j)][b] - 0.25;
                    xx += x * x;
                    yy += y * y;
                    xy += x * y;
                }
            if (xx > 0 && yy > 0) best = std::max(best, xy / std::sqrt(xx * yy));
        }
    return best;
}

/// A line for each planted motif of FOLDER: its width and bits, which of the motifs found is most like it,
/// the correlation (over all columns of the planted one, on the strand that fits), the width of the found one
/// without ends below 0.3 bit, its E, and whether motif and width are right: correlation of 0.9, E of 0.05,
/// two columns.
inline void judge(fs::path const& folder, fs::path const& found_in)
{
    auto const truth = ex::read_motifs(folder / "truth.meme").motifs,
               found = ex::read_motifs(found_in).motifs;
    for (ex::motif const& t : truth) {
        double best = -1;
        ex::motif const* which = nullptr;
        for (ex::motif const& f : found) {
            double const r = likeness(t.probabilities, f.probabilities);
            if (r > best) {
                best = r;
                which = &f;
            }
        }
        if (which == nullptr) {
            std::printf("%s\t%s\t%zu\t%.1f\t-\tnan\t0\tnan\t0\t0\n", folder.c_str(), t.name.c_str(),
                        t.width(), bits_of(t.probabilities));
            continue;
        }
        std::size_t const width = ex::trim(which->probabilities, 0.3).width();
        bool const right = best >= 0.9 && which->e_value <= 0.05;
        bool const wide_enough = right && width <= t.width() + 2 && t.width() <= width + 2;
        std::printf("%s\t%s\t%zu\t%.1f\t%s\t%.3f\t%zu\t%.2g\t%d\t%d\n", folder.c_str(), t.name.c_str(),
                    t.width(), bits_of(t.probabilities), which->name.c_str(), best, width, which->e_value,
                    right, wide_enough);
    }
}

/// What a search could say at best: for each planted motif of FOLDER, the AUROC of its own best hits on all
/// sequences, and the p-value that it would have itself, tested as a search tests what it finds. Every tenth
/// of the sequences serves once as the part that is tested, with the threshold from the others; the line has
/// the middle one of the ten p-values, and 1 where it is at most 0.05.
inline void ceiling(fs::path const& folder)
{
    ex::packed_sequences s;
    std::vector<double> labels;
    for (bool const bound : {true, false}) {
        ex::fasta_file file{folder / (bound ? "positives.fa" : "negatives.fa")};
        while (file.next(s)) labels.push_back(bound);
    }
    ex::windowed_sequences const windows{s};
    for (ex::motif const& t : ex::read_motifs(folder / "truth.meme").motifs) {
        auto const hits = ex::detail::scores_of(t, windows, true, ex::motif_ranking::best_hit);
        std::vector<double> tests;
        for (std::size_t tenth = 0; tenth < 10; ++tenth) {
            std::vector<double> fit, fit_labels, test, test_labels;
            for (std::size_t i = 0; i < hits.size(); ++i) {
                (i % 10 == tenth ? test : fit).push_back(hits[i]);
                (i % 10 == tenth ? test_labels : fit_labels).push_back(labels[i]);
            }
            auto const counted = ex::detail::count_test::best_of(fit, fit_labels);
            tests.push_back(counted.p < ex::mann_whitney_p(fit, fit_labels)
                                ? ex::detail::count_test::at(counted.threshold, test, test_labels).p
                                : ex::mann_whitney_p(test, test_labels));
        }
        std::nth_element(tests.begin(), tests.begin() + 5, tests.end());
        std::printf("%s\t%s\t%zu\t%.1f\t%.4f\t%.2g\t%d\n", folder.c_str(), t.name.c_str(), t.width(),
                    bits_of(t.probabilities),
                    ex::motif_quality_of(hits, ex::descending_order(hits), labels).auroc, tests[5],
                    tests[5] <= 0.05);
    }
}

/// OUT/1, OUT/2, ...: sequences of both files, at random `each` as positives and as many as negatives.
inline void shuffle(std::vector<std::string> const& files, fs::path const& out, std::size_t cases,
                    std::size_t each)
{
    ex::packed_sequences all;
    for (auto const& name : files) {
        ex::fasta_file file{name};
        while (file.next(all)) {}
    }
    ex::random_numbers draw{ex::seed{2}, ex::stream::tests};
    std::vector<std::uint32_t> rows(all.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
    for (std::size_t c = 1; c <= cases; ++c) {
        draw.shuffle(rows);
        fs::path const folder = out / std::to_string(c);
        fs::create_directories(folder);
        for (bool const bound : {true, false}) {
            ex::output_file fasta{folder / (bound ? "positives.fa" : "negatives.fa")};
            for (std::size_t i = 0; i < each; ++i) {
                auto const row = rows[(bound ? 0 : each) + i];
                fasta << '>' << all.name(row) << '\n' << all.letters(row) << '\n';
            }
            fasta.commit();
        }
    }
}

} // namespace bench_planted
