// Explanations of sequences and units as arrays of xtensor; this header includes all other headers of arrays.
#pragma once
#include <algorithm>
#include <array>
#include <string>

#include <explainn/core/in_quotes.hpp>
#include <explainn/interpret/best_windows.hpp>
#include <explainn/interpret/contributions.hpp>
#include <explainn/interpret/filter_motifs.hpp>
#include <explainn/interpret/importances.hpp>
#include <explainn/model/tensors.hpp>
#include <explainn/train/tensors.hpp>

namespace explainn::EXPLAINN_ABI {

/// Explains letters (N, L), an array or an expression, as explain() does for other sequences; throws as
/// explain() does, and shape_error for an array of another rank.
///
///     auto const seen = explain(m, letters, {.both_strands = true});
template <backend B, class Letters>
explained_sequences<typename B::scalar> explain(basic_model<B>& m, xt::xexpression<Letters> const& letters,
                                                reading how = {})
{
    auto const& some = detail::letters_in(letters);
    return explain(m, detail::view_of(some), how);
}

/// The best windows in letters (N, L), an array or an expression; throws as best_windows() does for other
/// sequences, and shape_error for an array of another rank.
///
///     auto const best = best_windows(m, letters);
template <backend B, class Letters>
best_window_table best_windows(basic_model<B>& m, xt::xexpression<Letters> const& letters, reading how = {},
                               int bank = 0)
{
    auto const& some = detail::letters_in(letters);
    return best_windows(m, detail::view_of(some), how, bank);
}

/// Hits, weights and importances of a bank on letters (N, L), an array or an expression; throws as
/// look_into() does for a data set, and as tensor_dataset for numbers that are not letters.
///
///     bank_insight const insight = look_into(m, letters);
template <backend B, class Letters>
bank_insight look_into(basic_model<B>& m, xt::xexpression<Letters> const& letters, hit_options how = {},
                       int bank = 0)
{
    tensor_dataset const data{letters};
    auto const rows = data.rows();
    return look_into(m, part{data, rows}, how, bank);
}

/// Logits (N, O) of explained sequences.
///
///     auto const y = logits_tensor(explain(m, letters));
template <class T>
tensor_array<T, 2> logits_tensor(explained_sequences<T> const& seen)
{
    return detail::array_of<T>(seen.logits, std::array{static_cast<std::size_t>(seen.sequences),
                                                       static_cast<std::size_t>(seen.outputs())});
}

/// Outputs of the units of all banks (N, U), or (N, features) where units have several outputs: unit_row says
/// which columns belong to which unit.
///
///     auto const outputs = unit_outputs_tensor(explain(m, letters));
template <class T>
tensor_array<T, 2> unit_outputs_tensor(explained_sequences<T> const& seen)
{
    return detail::array_of<T>(seen.unit_outputs, std::array{static_cast<std::size_t>(seen.sequences),
                                                             static_cast<std::size_t>(seen.head->features)});
}

/// What every unit of all banks contributes to every logit (N, U, O). A logit is the bias plus the sum over
/// U.
///
///     auto const added = contributions_tensor(explain(m, letters));
template <class T>
tensor_array<double, 3> contributions_tensor(explained_sequences<T> const& seen)
{
    return detail::array_of<double>(seen.contributions(),
                                    std::array{static_cast<std::size_t>(seen.sequences), seen.units().size(),
                                               static_cast<std::size_t>(seen.outputs())});
}

/// The best windows of N sequences and U units, each array (N, U).
struct best_window_tensors {
    tensor_array<double, 2> responses;   ///< the arguments of the activation
    tensor_array<double, 2> activations; ///< the activations
    tensor_array<extent, 2> starts;      ///< the first base on the forward strand, from 0
    tensor_array<bool, 2> reverse;       ///< whether the filter matches the reverse strand
};

/// The numbers of best windows as arrays.
///
///     auto const [responses, activations, starts, reverse] = tensors_of(best_windows(m, letters));
inline best_window_tensors tensors_of(best_window_table const& best)
{
    auto const shape =
        std::array{static_cast<std::size_t>(best.sequences), static_cast<std::size_t>(best.units)};
    best_window_tensors out{
        tensor_array<double, 2>::from_shape(shape), tensor_array<double, 2>::from_shape(shape),
        tensor_array<extent, 2>::from_shape(shape), tensor_array<bool, 2>::from_shape(shape)};
    for (std::size_t i = 0; i < best.windows.size(); ++i) {
        best_window const& w = best.windows[i];
        out.responses.data()[i] = w.response;
        out.activations.data()[i] = w.activation;
        out.starts.data()[i] = w.start;
        out.reverse.data()[i] = w.reverse;
    }
    return out;
}

/// Weights or importances by unit and task (U, O); nan where there is no number.
///
///     auto const weights = tensor_of(head_weights(m));
///     auto const importances = tensor_of(look_into(m, letters).importances);
inline tensor_array<double, 2> tensor_of(unit_task_table const& table)
{
    return detail::array_of<double>(table.values, std::array{static_cast<std::size_t>(table.units),
                                                             static_cast<std::size_t>(table.tasks)});
}

/// The probabilities of a motif (4, W) with rows A, C, G, T, the layout of a filter in the model.
///
///     auto const first = tensor_of(motifs_of(hits).motifs.at(0));
inline tensor_array<double, 2> tensor_of(motif const& m)
{
    auto array = tensor_array<double, 2>::from_shape({std::size_t{4}, m.width()});
    for (std::size_t k = 0; k < m.width(); ++k)
        for (std::size_t base = 0; base < 4; ++base) array(base, k) = m.probabilities.columns[k][base];
    return array;
}

/// The probabilities of motifs of one width (U, 4, W), the layout of the filters of a bank in the model; (0,
/// 4, 0) for none. Throws shape_error, naming the first motif whose width differs from the first.
///
///     auto const all = tensor_of(motifs_of(hits));
inline tensor_array<double, 3> tensor_of(motif_set const& set)
{
    std::size_t const width = set.motifs.empty() ? 0 : set.motifs.front().width();
    auto array = tensor_array<double, 3>::from_shape({set.motifs.size(), std::size_t{4}, width});
    auto* to = array.data();
    for (motif const& m : set.motifs) {
        if (m.width() != width)
            throw shape_error{"expected motifs of one width, " + std::to_string(width) +
                              " places as the first, found " + std::to_string(m.width()) + " in " +
                              in_quotes(m.name)};
        auto const one = tensor_of(m);
        to = std::copy(one.data(), one.data() + one.size(), to);
    }
    return array;
}

} // namespace explainn::EXPLAINN_ABI
