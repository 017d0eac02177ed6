// Scores of any number of sequences while they are read and written, with memory for a few batches only.
#pragma once
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <explainn/core/stages.hpp>
#include <explainn/genomics/packed_sequences.hpp>
#include <explainn/train/evaluate.hpp>

namespace explainn::EXPLAINN_ABI {

/// How sequences are read, and which results of the model are kept.
struct stream_reading {
    strands_read both_strands{}; ///< by default as the model was trained
    bool unit_outputs = false;   ///< of the first bank
    std::size_t batch = 512;
};

/// A batch of sequences with the results of a model.
template <class T>
struct scored_batch {
    packed_sequences sequences;
    host_batch letters;
    std::vector<T> forward;                      ///< logits (n, O)
    std::vector<T> reverse;                      ///< of the other strand; empty where it is not read
    std::vector<T> forward_units, reverse_units; ///< unit outputs (n, U), where they are asked for

    /// The mean over the strands that were read, element i of (n, O).
    T mean(std::size_t i) const { return reverse.empty() ? forward[i] : (forward[i] + reverse[i]) / 2; }
};

/// Outputs (n, U) of the units of all banks, one bank after the other, for the last batch of n that the model
/// computed; throws shape_error unless every unit has one output.
template <backend B>
std::vector<typename B::scalar> unit_outputs_of(basic_model<B>& m, extent n)
{
    auto const all = static_cast<std::size_t>(m.units()), count = static_cast<std::size_t>(n);
    std::vector<typename B::scalar> by_unit, by_sequence(all * count);
    std::size_t first = 0;
    for (int bank = 0; bank < static_cast<int>(m.rows().banks.size()); ++bank) {
        auto const y = m.run().unit_outputs(bank, n); // (U, n, outputs of a unit)
        if (y.size(2) != 1)
            throw shape_error{"expected units of one output, found " + std::to_string(y.size(2))};
        by_unit.resize(y.count());
        fetch(m.device(), by_unit.data(), y.data, by_unit.size());
        auto const units = static_cast<std::size_t>(y.size(0));
        for (std::size_t u = 0; u < units; ++u)
            for (std::size_t i = 0; i < count; ++i) by_sequence[i * all + first + u] = by_unit[u * count + i];
        first += units;
    }
    return by_sequence;
}

/// Reads sequences by next(packed_sequences&), which appends one and returns false at the end, and calls
/// each(scored_batch&) for every batch of them, in order. Reading, the model and `each` work at the same
/// time, on threads of their own: `next` and `each` must not change shared data. Throws error for a sequence
/// of another length than the model's.
///
///     fasta_file file{"peaks.fa.gz"};
///     std::size_t total = 0;
///     score_stream(m, [&](packed_sequences& to) { return file.next(to); }, {.both_strands = true},
///                  [&](scored_batch<float>& some) { total += some.sequences.size(); });
template <backend B, class Next, class Each>
void score_stream(basic_model<B>& m, Next next, stream_reading how, Each each)
{
    using T = typename B::scalar;
    detail::require_batch(how.batch);
    auto const length = static_cast<std::size_t>(m.length());
    evaluator<B> run{m, {.both_strands = false}}; // the strands are kept separate here
    auto const score = [&](host_batch& letters, std::vector<T>& logits, std::vector<T>& units) {
        auto const turn = m.use();
        auto const y = run.logits(letters);
        logits.assign(y.data, y.data + y.count());
        if (how.unit_outputs) units = unit_outputs_of(m, letters.count);
    };
    bool more = true;
    bool const both = how.both_strands.both(m);
    in_stages(
        [&]() -> std::optional<scored_batch<T>> {
            scored_batch<T> some;
            while (more && some.sequences.size() < how.batch) more = next(some.sequences);
            if (some.sequences.empty()) return std::nullopt;
            some.letters.fill_letters(some.sequences, length);
            return some;
        },
        [&](scored_batch<T>& some) {
            each_strand(some.letters, length, both, [&](host_batch& letters, bool reverse) {
                if (reverse) score(letters, some.reverse, some.reverse_units);
                else score(letters, some.forward, some.forward_units);
            });
        },
        each);
}

} // namespace explainn::EXPLAINN_ABI
