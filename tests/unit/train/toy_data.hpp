// Small sequences whose labels follow a planted motif: something a model can learn within a second.
#pragma once
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/train/batches.hpp>

namespace toy {

namespace ex = explainn;

/// Sequences of 40 bases with two tasks: whether a sequence contains TGACTCA, and whether it contains CACGTG.
/// One label of six is missing.
class data {
public:
    explicit data(std::size_t rows, std::uint32_t salt = 0)
    {
        ex::random_numbers draw{ex::seed{17}, ex::stream::batches, 900 + salt};
        std::vector<std::vector<ex::letter>> const motifs{{3, 2, 0, 1, 3, 1, 0}, {1, 0, 1, 2, 3, 2}};
        for (std::size_t r = 0; r < rows; ++r) {
            std::vector<ex::letter> bases(length());
            for (auto& b : bases) b = static_cast<ex::letter>(draw.uniform(0, 4));
            std::size_t at = 2;
            for (auto const& motif : motifs) {
                bool const has = draw.uniform(0, 1) < 0.5;
                if (has)
                    std::copy(motif.begin(), motif.end(),
                              bases.begin() + static_cast<std::ptrdiff_t>(
                                                  at + static_cast<std::size_t>(draw.uniform(0, 10))));
                at += 18;
                labels_.push_back(draw.uniform(0, 1) < 1. / 6 ? std::numeric_limits<float>::quiet_NaN()
                                                              : static_cast<float>(has));
            }
            letters_.insert(letters_.end(), bases.begin(), bases.end());
        }
    }
    std::size_t size() const { return labels_.size() / outputs(); }
    static std::size_t length() { return 40; }
    static std::size_t outputs() { return 2; }
    void letters_of(std::size_t row, std::span<ex::letter> to) const
    {
        std::copy_n(letters_.begin() + static_cast<std::ptrdiff_t>(row * length()), length(), to.begin());
    }
    void labels_of(std::size_t row, std::span<float> to) const
    {
        std::copy_n(labels_.begin() + static_cast<std::ptrdiff_t>(row * outputs()), outputs(), to.begin());
    }
    bool has_n(std::size_t) const { return false; }
    void forget_labels()
    {
        for (float& y : labels_) y = std::numeric_limits<float>::quiet_NaN();
    }
    void set_label(std::size_t i, float y) { labels_[i] = y; }

private:
    std::vector<ex::letter> letters_;
    std::vector<float> labels_;
};
static_assert(ex::labelled_sequences<data>);

/// Rows [first, last).
inline std::vector<std::uint32_t> rows(std::uint32_t first, std::uint32_t last)
{
    std::vector<std::uint32_t> all(last - first);
    std::iota(all.begin(), all.end(), first);
    return all;
}

} // namespace toy
