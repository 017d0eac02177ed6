// Motifs to refine: the filters of a small model that learns the labels, and enriched words.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/io/dataset.hpp>
#include <explainn/model/paper_card.hpp>
#include <explainn/motif/enriched_words.hpp>
#include <explainn/train/listeners.hpp>
#include <explainn/train/losses.hpp>
#include <explainn/train/progress.hpp>
#include <explainn/train/trainer.hpp>

#include "denovo_motifs/input.hpp"

namespace denovo {

namespace detail {
/// The length that a model reads: nine of ten sequences fit, and at most 400 bases.
inline std::size_t model_length(ex::packed_sequences const& s)
{
    std::vector<std::size_t> lengths;
    for (std::size_t i = 0; i < s.size(); ++i) lengths.push_back(s.length(i));
    auto const at = lengths.begin() + static_cast<std::ptrdiff_t>((lengths.size() - 1) * 9 / 10);
    std::nth_element(lengths.begin(), at, lengths.end());
    return std::min<std::size_t>(*at, 400);
}
/// The middle of a sequence, or the sequence with N on both sides.
inline std::vector<ex::letter> middle_of(std::vector<ex::letter> const& from, std::size_t length)
{
    std::vector<ex::letter> to(length, ex::letter_n);
    if (from.size() >= length)
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>((from.size() - length) / 2), length,
                    to.begin());
    else
        std::copy(from.begin(), from.end(),
                  to.begin() + static_cast<std::ptrdiff_t>((length - from.size()) / 2));
    return to;
}
/// Rows of one length with labels that a model learns: real ones with mean 0 and variance 1.
inline ex::dataset data_of(input const& in, std::span<std::uint32_t const> rows, std::size_t length)
{
    double mean = 0, variance = 0;
    auto const n = static_cast<double>(rows.size());
    for (auto const row : rows) mean += in.labels[row] / n;
    for (auto const row : rows) variance += (in.labels[row] - mean) * (in.labels[row] - mean) / n;
    ex::packed_sequences sequences;
    ex::label_matrix labels{1};
    std::vector<ex::letter> letters;
    for (auto const row : rows) {
        letters.resize(in.sequences.length(row));
        in.sequences.unpack(row, letters);
        auto const middle = middle_of(letters, length);
        sequences.append(in.sequences.name(row), std::span<ex::letter const>{middle});
        double const y = in.binary() ? in.labels[row] : (in.labels[row] - mean) / std::sqrt(variance);
        auto const label = static_cast<float>(y);
        labels.append({&label, 1});
    }
    return {std::move(sequences), {"label"}, std::move(labels)};
}
} // namespace detail

/// How many sequences a model learns from at most: its filters are only where motifs begin.
inline constexpr std::size_t most_model_rows = 20'000;

/// Trains a small ExplaiNN on the training rows, stops by the validation rows, and gives its filters as
/// motifs.
inline ex::motif_set propose(input const& in, ex::split_rows const& rows, settings const& s)
{
    std::size_t const length = detail::model_length(in.sequences);
    constexpr std::size_t least = 8;
    if (length < least)
        throw ex::input_error{in.file, 0, "sequences of at least " + std::to_string(least) + " bases",
                              std::to_string(length) + " in most"};
    ex::split_rows some = rows;
    ex::random_numbers draw{ex::seed{s.seed}, ex::stream::choice};
    for (auto* part : {&some.train, &some.valid}) {
        draw.shuffle(*part);
        part->resize(std::min(part->size(), most_model_rows));
        std::sort(part->begin(), part->end());
    }
    ex::paper_card card;
    card.length = static_cast<ex::extent>(length);
    card.units = s.units;
    card.width = std::min<ex::extent>(19, static_cast<ex::extent>(length * 3 / 4));
    card.pool = card.stride = std::min<ex::extent>(7, card.length - card.width + 1);
    card.hidden = 20;
    auto m = ex::make_paper_model<shared::device>(card, ex::seed{s.seed}, s.processor.device());
    ex::dataset const train = detail::data_of(in, some.train, length),
                      valid = detail::data_of(in, some.valid, length);
    auto const all = [](ex::dataset const& d) {
        std::vector<std::uint32_t> each(d.size());
        std::iota(each.begin(), each.end(), 0u);
        return each;
    };
    auto const train_rows = all(train), valid_rows = all(valid);
    // as many steps as 4,000 sequences take in all epochs, and at least two epochs
    int const epochs = std::clamp(static_cast<int>(static_cast<std::size_t>(s.epochs) * 4000 / train.size()),
                                  std::min(2, s.epochs), s.epochs);
    ex::training const how{
        .epochs = epochs, .patience = 5, .from = ex::seed{s.seed}, .both_strands = !s.forward_only};
    auto const ask = [](auto const&) { return interrupted() ? ex::go_on::no : ex::go_on::yes; };
    auto const fit = [&](auto loss) {
        ex::trainer t{m, ex::adam{}, std::move(loss), how};
        return t.fit(ex::part{train, train_rows}, ex::part{valid, valid_rows},
                     ex::listeners{ex::progress{}, ask});
    };
    auto const ending = in.binary() ? fit(ex::bce_with_logits{}) : fit(ex::mean_squared_error{});
    if (ending == ex::ending::interrupted) throw interruption{"interrupted"};
    return ex::motifs_of(ex::look_into(m, ex::part{train, train_rows}).hits);
}

/// Words that training sequences of high labels hold more often than others.
inline std::vector<ex::motif> words_of(input const& in, ex::split_rows const& rows,
                                       ex::refine_options const& how)
{
    auto const part = ex::detail::part_of(in.sequences, in.labels, rows.train);
    ex::word_options o;
    o.both_strands = how.both_strands;
    o.threads = how.threads;
    return ex::enriched_words(ex::windowed_sequences{part.sequences}, part.labels, o);
}

} // namespace denovo
