// A batch on the device: the inputs of a host_batch that a network reads.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <explainn/model/stages/stage.hpp>
#include <explainn/train/batches.hpp>
#include <explainn/train/device_rows.hpp>

namespace explainn::EXPLAINN_ABI {

/// The arrays of a batch on a backend. They are kept, so that a loop over batches allocates nothing.
///
///     host_batch host;
///     std::vector<sample> const samples{{0}, {1, true}};
///     host.fill(train.data, samples);
///     device_batch<cpu<float>> inputs;
///     auto const on_device = inputs.upload(m.device(), m.rows(), host);
///     auto const logits = m.run().infer(on_device, m.data(), inputs.given());
template <backend B>
class device_batch {
    using T = typename B::scalar;

public:
    /// Copies the inputs that the network reads to the device, or gathers the letters there; the view is
    /// valid until the next call. The batch must have passed require_inputs(), or come from data that did.
    batch_view upload(B& b, network_rows const& rows, host_batch const& batch, gathered_from<B> from = {})
    {
        batch_view on_device{{}, batch.has_n, {}};
        if (rows.reads_dna()) {
            if (from.rows) {
                reserve<letter>(b, letters_,
                                static_cast<std::size_t>(batch.count) *
                                    static_cast<std::size_t>(rows.length));
                if constexpr (runs<B, op::gather_letters>)
                    from.rows->gather(b, from.samples, letters_.data());
            } else copy(b, letters_, batch.letters);
            on_device.sequences = view<letter, 2>{letters_.data(), batch.count, rows.length};
        }
        if (rows.reads_signals()) {
            copy(b, signals_, batch.signals);
            on_device.signals =
                view<float, 3>{signals_.data(), batch.count, rows.signals.channels, rows.signals.positions};
        }
        given_.resize(batch.unit_outputs.size());
        views_.assign(batch.unit_outputs.size(), {});
        for (std::size_t k = 0; k < given_.size(); ++k) {
            auto const& outputs = batch.unit_outputs[k];
            given_[k].resize(outputs.size());
            std::transform(outputs.begin(), outputs.end(), given_[k].begin(),
                           [](double x) { return static_cast<T>(x); });
            views_[k] = given_[k];
        }
        return on_device;
    }
    /// The unit outputs that came with the batch, for executor::infer and train_forward; valid until the next
    /// upload.
    given_outputs<T> given() const { return views_; }
    /// How often an array was allocated anew; a recorded step must know this.
    std::uint64_t times_grown() const { return times_grown_; }

private:
    template <class X>
    void reserve(B& b, array_on<B, X>& to, std::size_t n)
    {
        if (to.size() >= n) return;
        to = b.template make<X>(n);
        ++times_grown_;
    }
    template <class X>
    void copy(B& b, array_on<B, X>& to, std::vector<X> const& from)
    {
        reserve<X>(b, to, from.size());
        b.upload(to.data(), from.data(), from.size());
    }

    array_on<B, letter> letters_{};
    array_on<B, float> signals_{};
    std::vector<std::vector<T>> given_;
    std::vector<std::span<T const>> views_;
    std::uint64_t times_grown_ = 0;
};

} // namespace explainn::EXPLAINN_ABI
