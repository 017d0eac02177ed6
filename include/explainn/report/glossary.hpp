// The words of a report and what they mean.
#pragma once
#include <array>
#include <string_view>

#include <explainn/core/cpp20.hpp>

namespace explainn::EXPLAINN_ABI::detail {

struct glossary_entry {
    std::string_view word, meaning;
};

inline constexpr std::array<glossary_entry, 20> glossary{{
    {"unit",
     "A small network of its own inside the model: one filter that reads DNA, and dense layers that turn its "
     "activations along the sequence into one number, the unit's output."},
    {"filter", "The first layer of a unit: weights for four bases at each of its positions. It slides along "
               "the sequence."},
    {"activation",
     "What a unit makes of one window of the sequence: the response of its filter through an exponential, "
     "or another function that rises."},
    {"hit",
     "A window whose activation exceeds half of the unit's largest activation over all sequences looked at."},
    {"motif", "The shares of the bases at the hits of a unit, position by position."},
    {"logo", "A motif as letters: a column is as tall as its information in bits (0 to 2), each letter as "
             "its share."},
    {"match, q",
     "A known motif that is alike, and the false discovery rate among the collection's motifs for one "
     "unit (as MEME's Tomtom with Storey's q-values). Above the limit a match counts as none."},
    {"weight", "What the head multiplies a unit's output by, for one task."},
    {"logit", "What the model says of one task before it becomes a probability: bias + sum of weight x "
              "output over all "
              "units. Nothing else enters."},
    {"contribution", "Weight x output of one unit for one sequence and task: its exact share of the logit."},
    {"importance",
     "The median of a unit's contributions to one task over the sequences with a hit of that unit. Above "
     "0 the motif raises the task, below 0 it lowers it."},
    {"effect of a hit", "How much it decides about a task whether a unit has a hit: weight x (mean output "
                        "with a hit - mean output without) "
                        "x the root of p (1 - p), where p is the share of sequences with a hit. It is the "
                        "standard deviation of the logit "
                        "that comes from the hit, with the sign of what the hit does. Unlike the importance "
                        "it is small for a motif that "
                        "few sequences have."},
    {"shape function", "A unit's contribution against the strength or the place of a single hit."},
    {"beyond the sum",
     "AB - A - B + b: the logit with two motifs, less those with either, plus that with none. 0 where the "
     "model takes them for independent."},
    {"redundant units",
     "Units whose motifs are so alike that clustering puts them together; what they say adds up."},
    {"AUROC", "The chance that a positive sequence gets a higher score than a negative one: 0.5 by chance, 1 "
              "at best."},
    {"AUPRC",
     "Average precision: the mean share of true ones among the sequences above each positive. By chance it "
     "is the share of positives."},
    {"effect of a base",
     "How much the logit falls, in the mean, when the base is replaced by each of the other three."},
    {"PCA", "The two directions in which the units' outputs vary most. Distances keep their meaning."},
    {"UMAP",
     "A map that keeps near sequences near. Distances between far groups, and their sizes, mean little."},
}};

} // namespace explainn::EXPLAINN_ABI::detail
