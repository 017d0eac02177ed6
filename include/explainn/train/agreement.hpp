// Holds data to a model once, where they enter: before anything runs, and never in a loop.
#pragma once
#include <explainn/model/agreement.hpp>
#include <explainn/model/model.hpp>
#include <explainn/train/batches.hpp>

namespace explainn::EXPLAINN_ABI {

/// Throws shape_error where the sequences of a part are not as long as the model reads them, and error for a
/// row that the data do not have.
///
///     require_sequences(m, part{data, split.test});
template <backend B, labelled_sequences Data>
void require_sequences(basic_model<B> const& m, part<Data> const& p)
{
    detail::require_rows(p.rows, p.data.size());
    if (!p.rows.empty()) detail::require_length(m.length(), p.data.length());
}

/// The same, and throws shape_error unless the data have a label for every output of the model.
///
///     require_agreement(m, part{data, split.train});
template <backend B, labelled_sequences Data>
void require_agreement(basic_model<B> const& m, part<Data> const& p)
{
    require_sequences(m, p);
    detail::require_tasks(m.outputs(), p.data.outputs());
}

/// Throws shape_error unless a batch holds the letters of `count` sequences as the model reads them, and
/// error for a code that is no letter; whether some letter is N.
template <backend B>
bool require_letters(basic_model<B> const& m, host_batch const& batch)
{
    auto const length = static_cast<std::size_t>(m.length()), count = static_cast<std::size_t>(batch.count);
    if (batch.count < 1 || batch.letters.size() != count * length)
        throw shape_error{"the model reads sequences of " + detail::counted(length, "base") +
                          ", the batch has " + std::to_string(batch.letters.size()) + " letters of " +
                          detail::counted(count, "sequence")};
    return require_letters(batch.letters, length).n;
}

/// The same, and throws shape_error unless the batch has a label for every output of each sequence.
template <backend B>
bool require_agreement(basic_model<B> const& m, host_batch const& batch)
{
    bool const n = require_letters(m, batch);
    auto const outputs = static_cast<std::size_t>(m.outputs()), count = static_cast<std::size_t>(batch.count);
    if (batch.labels.size() != count * outputs)
        throw shape_error{"the model has " + detail::counted(outputs, "output") + ", the batch has " +
                          std::to_string(batch.labels.size()) + " labels of " +
                          detail::counted(count, "sequence")};
    return n;
}

} // namespace explainn::EXPLAINN_ABI
