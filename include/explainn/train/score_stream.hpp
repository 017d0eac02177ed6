// Scores of sequences while they are read and written: as many as there are, in memory for a few batches.
#pragma once
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <explainn/core/stages.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn {

/// Sequences on their way through a model, with what it says of them.
template <class T>
struct scored_batch {
    packed_sequences sequences;
    host_batch letters;
    std::vector<T> forward; ///< logits (n, O)
    std::vector<T> reverse; ///< of the other strand; empty where it is not read

    /// The mean over the strands that were read, element i of (n, O).
    T mean(std::size_t i) const { return reverse.empty() ? forward[i] : (forward[i] + reverse[i]) / 2; }
};

/// Reads sequences by next(packed_sequences&), which appends one and says false at the end, and calls
/// each(scored_batch&) for every `batch` of them, in order. Reading, the model and `each` run at once, on
/// threads of their own: `next` and `each` must not share what they change. All sequences must have the
/// model's length.
///
///     fasta_file file{"peaks.fa.gz"};
///     score_stream(m, [&](packed_sequences& to) { return file.next(to); }, true,
///                  [&](scored_batch<float>& some) { total += some.sequences.size(); });
template <backend B, class Next, class Each>
void score_stream(basic_model<B>& m, Next next, bool both_strands, Each each, std::size_t batch = 512)
{
    using T = typename B::scalar;
    auto const length = static_cast<std::size_t>(m.length());
    evaluator<B> run{m, {}};
    auto const copy = [](view<T const, 2> y) { return std::vector<T>(y.data, y.data + y.count()); };
    bool more = true;
    in_stages(
        [&]() -> std::optional<scored_batch<T>> {
            scored_batch<T> some;
            while (more && some.sequences.size() < batch) more = next(some.sequences);
            std::size_t const n = some.sequences.size();
            if (n == 0) return std::nullopt;
            some.letters.count = static_cast<extent>(n);
            some.letters.letters.resize(n * length);
            for (std::size_t i = 0; i < n; ++i) {
                if (some.sequences.length(i) != length)
                    throw error{std::string{some.sequences.name(i)} + ": expected " + std::to_string(length) +
                                " bases as the model, found " + std::to_string(some.sequences.length(i))};
                some.sequences.unpack(i, {some.letters.letters.data() + i * length, length});
                some.letters.has_n = some.letters.has_n || some.sequences.has_n(i);
            }
            return some;
        },
        [&](scored_batch<T>& some) {
            some.forward = copy(run.logits(some.letters));
            if (!both_strands) return;
            some.letters.flip(length);
            some.reverse = copy(run.logits(some.letters));
        },
        [&](scored_batch<T>& some) { each(some); });
}

} // namespace explainn
