// How motifs are fitted to labelled sequences.
#pragma once
#include <cstddef>

#include <explainn/core/rng.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a motif is refined. The defaults are those that did best on ChIP-seq and arrays (docs/refinement.md).
struct refine_options {
    double start_bits = 0.25;      ///< columns at both ends of the given motif below this are cut before
    std::size_t free_columns = 2;  ///< background columns that are then added at each end
    std::size_t most_columns = 20; ///< of which at most so many are kept; 14 where no sequence has 100 bases
    std::size_t least_columns = 1; ///< a motif keeps at least so many columns, whatever its ends hold
    double end_bits = 0.1;         ///< columns at both ends of the refined motif below this are cut
    std::size_t steps = 300;       ///< steps of Adam
    std::size_t batch = 256;       ///< sequences in a step
    double rate = 0.1;             ///< the first learning rate; it falls to 0 along a cosine
    double prior = 1; ///< the loss has prior / N times the sum of squared weights, N sequences being resolved
    double pair_prior = 10;    ///< refine_dinucleotides: the same for weights of pairs of columns
    bool symmetric = false;    ///< a palindrome stays one: both halves have the same weights, around the
                               ///< centre where the given motif is most like its own reverse complement
    bool with_floor = true;    ///< a sequence without a site counts as the floor says, and not as its windows
                               ///< add up to by chance
    bool both_strands = true;  ///< windows of both strands count
    std::size_t starts = 3;    ///< refine_in_turn: candidates that are refined for the first place
    std::size_t screened = 12; ///< refine_in_turn: candidates that get a short fit for the first place; half
                               ///< as many do for each next one
    std::size_t patience = 2;  ///< refine_in_turn: it ends after so many motifs in a row that add too little
                               ///< to the sequences of its judge
    double least_rise = 0; ///< refine_in_turn: it ends where no candidate's occupancy has a correlation with
                           ///< what is left of more than this many times 1 / sqrt(sequences); 0: it goes on
    double rare_prior = 0; ///< refine_in_turn with a judge: the prior of a second fit, for motifs that few
                           ///< positives hold, such as 0.1; 0: there is none
    double rare_below = 0.65; ///< the first place gets it where its AUROC is below this, as where three of
                              ///< ten positives hold the motif
    std::size_t rare_columns = 5; ///< background columns that a third fit adds at each end of what the first
                                  ///< two gave
    double rare_gain = 1;    ///< nats that the judge's summed loss must be less by for another fit to stay
    seed random{1};          ///< the order of sequences
    std::size_t threads = 0; ///< 0 = as default_thread_count() says
};

} // namespace explainn::EXPLAINN_ABI
