// How often motifs occur in sequences, as signals: bags of motifs.
#pragma once
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <explainn/io/signals.hpp>
#include <explainn/motif/scan.hpp>

namespace explainn::EXPLAINN_ABI {

/// The number of hits of every motif in every sequence, (N, motifs, 1), as bags of motifs count them (BOM);
/// both strands count unless the options say otherwise. `matrices` come from score_matrices with the same
/// options, so that many batches can be counted with one set. Throws error as scan_motifs does.
///
///     auto const matrices = score_matrices(jaspar, options);
///     signal_matrix const counts = hit_counts(matrices, batch, options);
inline signal_matrix hit_counts(std::span<score_matrix const> matrices, packed_sequences const& sequences,
                                scan_options const& options = {})
{
    std::vector<float> counts(sequences.size() * matrices.size());
    for (hit const& h : scan_motifs(matrices, sequences, options))
        ++counts[h.sequence * matrices.size() + h.motif];
    return {{static_cast<extent>(matrices.size()), 1}, std::move(counts)};
}
/// The same for motifs. Throws error on a broken motif, too.
///
///     signal_matrix const counts = hit_counts(jaspar, sequences);
inline signal_matrix hit_counts(std::span<motif const> motifs, packed_sequences const& sequences,
                                scan_options const& options = {})
{
    return hit_counts(score_matrices(motifs, options), sequences, options);
}

} // namespace explainn::EXPLAINN_ABI
