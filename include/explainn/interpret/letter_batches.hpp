// Sequences of any source, and the signals beside them, as batches on a device.
#pragma once
#include <cstddef>

#include <explainn/model/agreement.hpp>
#include <explainn/model/model.hpp>
#include <explainn/train/each_batch.hpp>

namespace explainn::EXPLAINN_ABI {

/// Throws shape_error unless a source has what a model reads: sequences of its length, and signals of their
/// shape. A source without any row fits every model.
///
///     require_source(m, part{data, rows});
template <backend B, sequence_source Source>
void require_source(basic_model<B> const& m, Source const& source)
{
    auto const letters = letters_of(source);
    if (letters.size() == 0) return;
    if (m.rows().reads_dna() && letters.length() != static_cast<std::size_t>(m.length()))
        throw shape_error{"expected sequences of " + std::to_string(m.length()) +
                          " bases as the model, found " + std::to_string(letters.length())};
    detail::require_signals(m.rows().signals, signal_shape_of(source));
}

/// Reads sequences in batches and copies their letters to a device, and the signals that they come with. The
/// arrays are kept from batch to batch, so that memory depends on the size of a batch and not on the number
/// of sequences.
///
///     letter_batches<cpu<float>> batches{m.device(), 256};
///     batches(part{data, rows}, [&](std::size_t, host_batch& some) {
///         m.run().infer(batches.upload(some), m.data());
///     });
template <backend B>
class letter_batches {
public:
    /// Makes batches of `size` sequences; throws error for 0. `signals` is the shape of those that the model
    /// reads beside letters, or instead of them.
    letter_batches(B& b, std::size_t size, shape signals = {}) : b_{b}, size_{size}, signals_of_row_{signals}
    {
        detail::require_walk(size);
    }

    /// Calls each(first, batch) for every batch, in order; `first` is the number of its first sequence.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        each_batch(source, {.batch = size_}, host_,
                   [&](std::size_t first, host_batch& some, bool) { each(first, some); });
    }
    /// Calls each(first, batch, reverse) for every batch and every strand that is read, as each_batch does.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, bool both_strands, Each each)
    {
        each_batch(source, {.batch = size_, .both_strands = both_strands}, host_, each);
    }
    /// Copies the letters and signals of a batch to the device; the view is valid until the next call.
    batch_view upload(host_batch const& batch)
    {
        std::size_t const all = batch.letters.size();
        if (letters_.size() < all) letters_ = b_.template make<letter>(all);
        b_.upload(letters_.data(), batch.letters.data(), all);
        extent const length = batch.count == 0 ? 0 : static_cast<extent>(all) / batch.count;
        batch_view on_device{{}, batch.has_n};
        if (length != 0) on_device.sequences = {letters_.data(), batch.count, length};
        auto const [channels, positions] = signals_of_row_;
        std::size_t const numbers = static_cast<std::size_t>(batch.count) *
                                    static_cast<std::size_t>(channels) * static_cast<std::size_t>(positions);
        if (numbers == 0 || batch.signals.size() != numbers) return on_device;
        if (signals_.size() < numbers) signals_ = b_.template make<float>(numbers);
        b_.upload(signals_.data(), batch.signals.data(), numbers);
        on_device.signals = {signals_.data(), batch.count, channels, positions};
        return on_device;
    }
    /// The same with what the device makes of the letters, for ops that scan them.
    batch_view upload_for_scans(host_batch const& batch)
    {
        batch_view on_device = upload(batch);
        op::prepare_letters<typename B::scalar> const o{.sequences = on_device.sequences,
                                                        .has_n = on_device.has_n};
        std::size_t const bytes = prepared_bytes(b_, o);
        if (prepared_.size() < bytes) prepared_ = b_.template make<std::byte>(bytes);
        on_device.prepared = prepare(b_, o, prepared_.data());
        return on_device;
    }

private:
    B& b_;
    std::size_t size_;
    shape signals_of_row_;
    host_batch host_;
    array_on<B, letter> letters_{};
    array_on<B, float> signals_{};
    array_on<B, std::byte> prepared_{};
};

} // namespace explainn::EXPLAINN_ABI
