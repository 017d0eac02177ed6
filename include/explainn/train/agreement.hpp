// Checks whether data fit a model, once when they are given: before anything is computed, and never in a
// loop.
#pragma once
#include <explainn/model/agreement.hpp>
#include <explainn/model/model.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// Throws shape_error where the sequences or the signals of a part do not have the shape that the model
/// reads, and error for a row that the data do not have. Data may hold more than the model reads.
///
///     require_inputs(m, part{data, split.test});
template <backend B, labelled_data Data>
void require_inputs(basic_model<B>& m, part<Data> const& p)
{
    detail::require_rows(p.rows, p.data.size());
    if constexpr (gives_unit_outputs<Data>) p.data.require_same_units(m);
    if (p.rows.empty()) return;
    if constexpr (labelled_signals<Data>) detail::require_signals(m.rows().signals, p.data.signal_shape());
    else detail::require_signals(m.rows().signals, {});
    if constexpr (labelled_sequences<Data>) {
        if (m.rows().reads_dna()) detail::require_length(m.length(), p.data.length());
    } else if (m.rows().reads_dna()) {
        throw shape_error{"the model reads sequences of " +
                          detail::counted(static_cast<std::size_t>(m.length()), "base") +
                          ", the data have none"};
    }
}

/// The same for functions that read the sequences alone, whatever signals the model also reads.
template <backend B, labelled_sequences Data>
void require_sequences(basic_model<B> const& m, part<Data> const& p)
{
    detail::require_rows(p.rows, p.data.size());
    if (!p.rows.empty()) detail::require_length(m.length(), p.data.length());
}

/// Checks what require_inputs checks, and throws shape_error unless the data have a label for every output of
/// the model.
///
///     require_agreement(m, part{data, split.train});
template <backend B, labelled_data Data>
void require_agreement(basic_model<B>& m, part<Data> const& p)
{
    require_inputs(m, p);
    detail::require_tasks(m.outputs(), p.data.outputs());
}

/// Throws shape_error unless a batch holds the letters or signals that the model reads, for `count` rows, and
/// error for a code that is not a letter and for a signal that is not finite. Returns whether some letter is
/// N.
template <backend B>
bool require_inputs(basic_model<B> const& m, host_batch const& batch)
{
    auto const& rows = m.rows();
    auto const length = static_cast<std::size_t>(rows.length), count = static_cast<std::size_t>(batch.count),
               numbers = static_cast<std::size_t>(rows.signals.channels) *
                         static_cast<std::size_t>(rows.signals.positions);
    if (rows.reads_signals() && (batch.count < 1 || batch.signals.size() != count * numbers))
        throw shape_error{"the model reads " + detail::signals_text(rows.signals) + " a row, the batch has " +
                          detail::counted(batch.signals.size(), "number") + " of " +
                          detail::counted(count, "row")};
    if (rows.reads_signals()) detail::require_finite_signals(batch.signals, numbers);
    if (!rows.reads_dna()) return false;
    if (batch.count < 1 || batch.letters.size() != count * length)
        throw shape_error{"the model reads sequences of " + detail::counted(length, "base") +
                          ", the batch has " + std::to_string(batch.letters.size()) + " letters of " +
                          detail::counted(count, "sequence")};
    return require_letters(batch.letters, length).n;
}

/// Checks the same, and throws shape_error unless the batch has a label for every output of each sequence.
template <backend B>
bool require_agreement(basic_model<B> const& m, host_batch const& batch)
{
    bool const n = require_inputs(m, batch);
    auto const outputs = static_cast<std::size_t>(m.outputs()), count = static_cast<std::size_t>(batch.count);
    if (batch.labels.size() != count * outputs)
        throw shape_error{"the model has " + detail::counted(outputs, "output") + ", the batch has " +
                          std::to_string(batch.labels.size()) + " labels of " +
                          detail::counted(count, "sequence")};
    return n;
}

} // namespace explainn::EXPLAINN_ABI
