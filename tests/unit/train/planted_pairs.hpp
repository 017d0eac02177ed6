// Sequences in which two planted motifs count together, so that units alone cannot tell the classes apart.
#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/train/batches.hpp>

namespace planted {

namespace ex = explainn;

/// What makes a sequence positive. In both a model that adds up what motifs say has an AUROC of 0.78 at best.
enum class rule {
    /// Of the positives 78 % have both motifs and 22 % neither; the negatives have one of them. What adds up
    /// ranks a sequence by the number of its motifs: 2 before 1 before 0.
    together,
    /// Positives have A in front of B, at most 7 bases between them. Of the negatives 44 % have both, one
    /// half with B in front of A and the other with A far in front of B; the others have one motif or none.
    /// What adds up can weigh the difference of both places, which is too small in one half and too large in
    /// the other.
    arranged
};

/// Sequences of 120 random bases with one task, in which the motifs A and B are planted by a rule.
class pairs {
public:
    static constexpr std::array<std::string_view, 2> motifs{"TGACTCAG", "CGCACGTG"};

    pairs(rule what, std::size_t rows, std::uint32_t salt = 0)
    {
        ex::random_numbers draw{ex::seed{23}, ex::stream::batches, 700 + salt};
        auto const below = [&draw](std::size_t n) {
            return std::min(n - 1, static_cast<std::size_t>(draw.uniform(0, static_cast<double>(n))));
        };
        auto const chance = [&draw](double p) { return draw.uniform(0, 1) < p; };
        for (std::size_t r = 0; r < rows; ++r) {
            auto const here = letters_.size();
            for (std::size_t i = 0; i < length(); ++i) letters_.push_back(static_cast<ex::letter>(below(4)));
            auto const plant = [&](std::size_t which, std::size_t at) {
                for (std::size_t i = 0; i < width; ++i)
                    letters_[here + at + i] =
                        static_cast<ex::letter>(std::string_view{"ACGT"}.find(motifs[which][i]));
            };
            auto const plant_both = [&](std::size_t first, std::size_t gap) {
                std::size_t const at = below(length() - 2 * width - gap + 1);
                plant(first, at);
                plant(1 - first, at + width + gap);
            };
            auto const plant_one = [&] { plant(below(2), below(length() - width + 1)); };
            bool const positive = chance(0.5);
            labels_.push_back(positive ? 1.f : 0.f);
            if (what == rule::together) {
                if (!positive) plant_one();
                else if (chance(0.78)) plant_both(below(2), below(90));
            } else if (positive) plant_both(0, below(8));
            else if (!chance(0.44)) {
                if (chance(0.5)) plant_one();
            } else if (chance(0.5)) plant_both(1, below(8));
            else plant_both(0, 25 + below(8));
        }
    }
    std::size_t size() const { return labels_.size(); }
    static std::size_t length() { return 120; }
    static std::size_t outputs() { return 1; }
    void letters_of(std::size_t row, std::span<ex::letter> to) const
    {
        std::copy_n(letters_.begin() + static_cast<std::ptrdiff_t>(row * length()), length(), to.begin());
    }
    void labels_of(std::size_t row, std::span<float> to) const { to[0] = labels_[row]; }
    bool has_n(std::size_t) const { return false; }

private:
    static constexpr std::size_t width = 8;
    std::vector<ex::letter> letters_;
    std::vector<float> labels_;
};
static_assert(ex::labelled_sequences<pairs>);

} // namespace planted
