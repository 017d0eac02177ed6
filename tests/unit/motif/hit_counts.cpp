// How often motifs occur in sequences: the hits of a scan, counted.
#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <vector>

#include <explainn/io/fasta.hpp>
#include <explainn/motif/hit_counts.hpp>
#include <explainn/motif/score.hpp>

#include "motif_data.hpp"

namespace ex = explainn;

TEST_CASE("counts are the windows of either strand whose score is significant, one by one")
{
    std::span<ex::motif const> const motifs = std::span{motif_data::jaspar()}.first(12);
    ex::packed_sequences sequences;
    ex::random_numbers draw{ex::seed{4}, ex::stream::tests};
    for (int n = 0; n < 40; ++n) {
        std::string bases;
        for (int l = 0; l < 150; ++l) bases += "ACGTN"[draw.below(100) == 0 ? 4 : draw.below(4)];
        sequences.append("s" + std::to_string(n), bases);
    }
    ex::scan_options const how{.p_value = 1e-3};
    ex::signal_matrix const counts = ex::hit_counts(motifs, sequences, how);
    CHECK(counts.row_shape() == ex::shape{12, 1});
    REQUIRE(counts.rows() == 40);
    auto const matrices = ex::score_matrices(motifs, how);
    float all = 0;
    for (std::size_t n = 0; n < 40; ++n) {
        std::vector<ex::letter> bases(150);
        sequences.unpack(n, bases);
        std::vector<ex::letter> other(bases.rbegin(), bases.rend());
        for (auto& b : other)
            if (b < ex::letter_n) b = static_cast<ex::letter>(3 - b);
        for (std::size_t m = 0; m < 12; ++m) {
            auto const threshold = matrices[m].least_significant(how.p_value);
            std::size_t const w = matrices[m].width();
            int hits = 0;
            for (auto const* const strand : {&bases, &other})
                for (std::size_t i = 0; threshold && i + w <= strand->size(); ++i) {
                    int score = 0;
                    bool whole = true;
                    for (std::size_t k = 0; k < w; ++k) {
                        ex::letter const b = (*strand)[i + k];
                        whole = whole && b < ex::letter_n;
                        if (b < ex::letter_n) score += matrices[m].scores()[k][b];
                    }
                    hits += whole && score >= *threshold;
                }
            CHECK(counts.row(n)[m] == static_cast<float>(hits));
            all += counts.row(n)[m];
        }
    }
    CHECK(all > 20);
    CHECK(ex::hit_counts(matrices, sequences, {.p_value = 1e-3, .threads = 2}).numbers()[5] ==
          counts.numbers()[5]); // of matrices that are there
}
