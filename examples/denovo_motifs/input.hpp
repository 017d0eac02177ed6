// Labelled sequences from what an assay gives: two files, peaks, a table, an array, cycles of a selection.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/core/rng.hpp>
#include <explainn/genomics/shuffle.hpp>
#include <explainn/io/fasta.hpp>
#include <explainn/io/labels.hpp>
#include <explainn/io/pbm_file.hpp>
#include <explainn/motif/discover.hpp>
#include <explainn/motif/score.hpp>

#include "denovo_motifs/peaks.hpp"

namespace denovo {

namespace detail {
inline std::size_t add_file(input& to, std::filesystem::path const& path, double label)
{
    ex::fasta_file file{path};
    while (file.next(to.sequences)) to.labels.push_back(label);
    return to.labels.size();
}
/// Each sequence so far once more, shuffled, with the label 0.
inline void add_shuffled(input& to, ex::seed from)
{
    ex::random_numbers draw{from, ex::stream::backgrounds};
    std::size_t const count = to.sequences.size();
    std::vector<ex::letter> letters;
    for (std::size_t i = 0; i < count; ++i) {
        letters.resize(to.sequences.length(i));
        to.sequences.unpack(i, letters);
        auto const shuffled = ex::dinucleotide_shuffle(letters, draw);
        to.sequences.append("shuffled_" + std::string{to.sequences.name(i)},
                            std::span<ex::letter const>{shuffled});
        to.labels.push_back(0);
    }
}
inline input from_positives(settings const& s)
{
    input in;
    in.file = s.positives;
    std::size_t const positives = add_file(in, s.positives, 1);
    in.source = count_of(positives, "positives against ");
    if (s.negatives.empty()) {
        add_shuffled(in, ex::seed{s.seed});
        in.source += "themselves, shuffled with pairs of neighbours kept";
    } else {
        in.source += count_of(add_file(in, s.negatives, 0) - positives, "negatives");
    }
    return in;
}
// The first cycle against the last: what lies between was selected in part, and is left out.
inline input from_reads(settings const& s)
{
    input in;
    in.file = s.reads.back();
    if (s.reads.size() == 1) {
        in.source = count_of(add_file(in, s.reads[0], 1), "reads against themselves, shuffled");
        add_shuffled(in, ex::seed{s.seed});
        return in;
    }
    std::size_t const last = add_file(in, s.reads.back(), 1), all = add_file(in, s.reads.front(), 0);
    in.source = count_of(last, "reads of the last cycle against ") + count_of(all - last, "of the first");
    if (s.reads.size() > 2)
        std::cerr << "note: the " << s.reads.size() - 2
                  << " cycles between the first and the last are left out\n";
    return in;
}

// The probes of high signal (positive_from, and at least the 100 highest) against as many others of their GC
// content for each, as far as there are, at most five.
inline input from_array(settings const& s)
{
    auto const data = ex::read_pbm(s.pbm);
    std::vector<double> signals;
    for (std::size_t i = 0; i < data.size(); ++i) signals.push_back(static_cast<double>(data.label(i, 0)));
    std::vector<double> sorted = signals;
    std::size_t const top = std::min<std::size_t>(100, sorted.size()) - 1;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(top), sorted.end(),
                     std::greater<>{});
    double const least = std::min(ex::positive_from(signals), sorted[top]);
    std::vector<ex::letter> letters(data.length());
    std::map<std::size_t, std::vector<std::uint32_t>> others; // by how many of their bases are G or C
    std::map<std::size_t, std::size_t> wanted;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t i = 0; i < data.size(); ++i) {
        data.letters_of(i, letters);
        auto const gc = static_cast<std::size_t>(
            std::count_if(letters.begin(), letters.end(), [](ex::letter l) { return l == 1 || l == 2; }));
        if (signals[i] < least) {
            others[gc].push_back(i);
            continue;
        }
        chosen.push_back(i);
        wanted[gc] += 5;
    }
    input in;
    in.file = s.pbm;
    std::size_t const positives = chosen.size();
    ex::random_numbers draw{ex::seed{s.seed}, ex::stream::backgrounds};
    for (auto const& [gc, count] : wanted) {
        auto& some = others[gc];
        draw.shuffle(some);
        some.resize(std::min(some.size(), count));
        chosen.insert(chosen.end(), some.begin(), some.end());
    }
    for (std::size_t k = 0; k < chosen.size(); ++k) {
        data.letters_of(chosen[k], letters);
        in.sequences.append(data.name(chosen[k]), std::span<ex::letter const>{letters});
        in.labels.push_back(k < positives);
    }
    in.source = count_of(positives, "probes of high signal against ") +
                count_of(chosen.size() - positives, "others of their GC content");
    return in;
}
inline input from_table(settings const& s)
{
    ex::label_table const table = ex::read_labels(s.labels);
    print_warnings(table.warnings);
    std::size_t task = table.tasks.size();
    for (std::size_t t = 0; t < table.tasks.size(); ++t)
        if (table.tasks[t] == s.target || (s.target.empty() && table.tasks.size() == 1)) task = t;
    if (task == table.tasks.size())
        throw ex::input_error{s.labels, 1, "a column " + ex::in_quotes(s.target) + " (--target)",
                              std::to_string(table.tasks.size()) + " columns without it"};
    input in;
    in.file = s.labels;
    std::size_t unresolved = 0;
    ex::fasta_file file{s.sequences};
    while (file.next(in.sequences)) {
        auto const name = in.sequences.name(in.sequences.size() - 1);
        auto const row = table.find(name);
        if (row == ex::name_index::none)
            throw ex::input_error{s.sequences, file.header_line(), "a name that " + s.labels + " has too",
                                  ex::in_quotes(name)};
        auto const label = static_cast<double>(table.at(row, task));
        if (std::isnan(label)) {
            in.sequences.drop_last();
            ++unresolved;
        } else in.labels.push_back(label);
    }
    in.source = count_of(in.labels.size(), "sequences labelled by ") + table.tasks[task];
    if (unresolved > 0) std::cerr << "note: " << unresolved << " sequences without a label are left out\n";
    return in;
}
} // namespace detail

/// Reads what the options name. Throws error unless it is given in one way, and input_error as the readers
/// do.
inline input read_input(settings const& s)
{
    int const ways = !s.positives.empty() + !(s.peaks.empty() && s.genome.empty()) +
                     !(s.sequences.empty() && s.labels.empty()) + !s.pbm.empty() + !s.reads.empty();
    if (ways != 1)
        throw ex::error{"expected sequences in one way: --positives, --peaks with --genome, --sequences with "
                        "--labels, --pbm or --reads; found " +
                        std::to_string(ways)};
    if (!s.negatives.empty() && s.positives.empty())
        throw ex::error{"--negatives: expected --positives beside it, found none"};
    if (s.sequences.empty() != s.labels.empty())
        throw ex::error{"expected --sequences and --labels together, found one of them"};
    if (s.peaks.empty() != s.genome.empty())
        throw ex::error{"expected --peaks and --genome together, found one of them"};
    if (!s.peaks.empty()) return from_peaks(s);
    if (!s.positives.empty()) return detail::from_positives(s);
    if (!s.reads.empty()) return detail::from_reads(s);
    return s.pbm.empty() ? detail::from_table(s) : detail::from_array(s);
}

/// Rows at random for the three uses, each with its share of every binary label. Throws input_error where
/// there are too few sequences to fit, choose and test by: of each label 10, or 30 with real labels.
inline ex::split_rows split(input const& in, std::vector<double> const& percent, ex::seed from)
{
    std::vector<std::vector<std::uint32_t>> classes(in.binary() ? 2 : 1);
    for (std::size_t i = 0; i < in.labels.size(); ++i)
        classes[classes.size() == 2 && in.labels[i] == 1].push_back(static_cast<std::uint32_t>(i));
    std::size_t const least = classes.size() == 2 ? 10 : 30;
    for (std::size_t c = classes.size(); c-- > 0;)
        if (classes[c].size() < least)
            throw ex::input_error{in.file, 0,
                                  "at least " + std::to_string(least) +
                                      (classes.size() == 1 ? " sequences"
                                       : c == 1            ? " positives"
                                                           : " negatives") +
                                      " to fit, choose and test motifs by",
                                  std::to_string(classes[c].size())};
    ex::split_rows rows;
    ex::random_numbers draw{from, ex::stream::split};
    for (auto& some : classes) {
        draw.shuffle(some);
        auto const n = static_cast<double>(some.size());
        auto const valid =
                       std::max<std::size_t>(2, static_cast<std::size_t>(std::lround(n * percent[1] / 100))),
                   test =
                       std::max<std::size_t>(2, static_cast<std::size_t>(std::lround(n * percent[2] / 100)));
        for (std::size_t i = 0; i < some.size(); ++i)
            (i < test ? rows.test : i < test + valid ? rows.valid : rows.train).push_back(some[i]);
    }
    for (auto* part : {&rows.train, &rows.valid, &rows.test}) std::sort(part->begin(), part->end());
    return rows;
}

} // namespace denovo
