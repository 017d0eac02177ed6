// Logits and losses of many sequences, in batches, averaged over strands where the model was trained on both.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include <explainn/model/model.hpp>
#include <explainn/train/agreement.hpp>
#include <explainn/train/device_batch.hpp>
#include <explainn/train/each_batch.hpp>
#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a model reads sequences outside of training.
struct reading {
    strands_read both_strands{}; ///< logits are the mean over the strands; by default, as the model was
                                 ///< trained
    std::size_t batch = 256;
};

/// Runs a model over rows of a data set and passes on the logits, batch by batch. It keeps its arrays, so
/// that a loop over batches allocates nothing.
template <backend B>
class evaluator {
public:
    using T = typename B::scalar;
    /// Throws error for a batch size of 0.
    evaluator(basic_model<B>& m, reading how) : model_{m.handle()}, how_{how}
    {
        detail::require_batch(how.batch);
    }

    /// Calls each(first, logits (n, O), batch) for every batch of rows, in order. Throws error, before the
    /// first call, where the data do not fit the model; data without any labels (`unlabelled`) are accepted.
    template <labelled_data Data, class Each>
    void operator()(part<Data> const& p, Each each)
    {
        on_device(p, [&](std::size_t first, view<T const, 2> there, host_batch const& batch) {
            each(first, on_host(there), batch);
        });
    }
    /// The same with logits on the device, which are valid until `each` returns.
    template <labelled_data Data, class Each>
    void on_device(part<Data> const& p, Each each)
    {
        require_inputs(model_, p);
        if (p.data.outputs() != 0) detail::require_tasks(model_.outputs(), p.data.outputs());
        for (std::size_t first = 0; first < p.rows.size(); first += how_.batch) {
            auto const rows = p.rows.subspan(first, std::min(how_.batch, p.rows.size() - first));
            samples_.assign(rows.size(), {});
            for (std::size_t i = 0; i < rows.size(); ++i) samples_[i].row = rows[i];
            host_.fill(p.data, samples_);
            if constexpr (gives_unit_outputs<Data>)
                each(first, logits_of(host_, [&] { turn_samples(p.data); }), host_);
            else each(first, logits_of(host_), host_);
        }
    }
    /// The logits (N, O) of one batch on the host, valid until the next call. Throws error where the batch
    /// does not fit the model.
    view<T const, 2> logits(host_batch& batch)
    {
        batch.has_n = require_inputs(model_, batch);
        return on_host(logits_of(batch));
    }
    /// Copies logits to the host; the copy is valid until the next call.
    view<T const, 2> on_host(view<T const, 2> there)
    {
        logits_.resize(there.count());
        fetch(model_.device(), logits_.data(), there.data, there.count());
        return {logits_.data(), there.size(0), there.size(1)};
    }

private:
    // returns logits on the device
    view<T const, 2> logits_of(host_batch& batch)
    {
        return logits_of(batch, [&] { batch.flip(static_cast<std::size_t>(model_.length())); });
    }
    // unit outputs that come with the data belong to one strand, so those of the other are read as well
    template <class Data>
    void turn_samples(Data const& data)
    {
        for (sample& s : samples_) s.reverse_complement = !s.reverse_complement;
        host_.fill(data, samples_);
    }
    // flip() replaces the batch by its other strand
    template <class Flip>
    view<T const, 2> logits_of(host_batch& batch, Flip flip)
    {
        auto const turn = model_.use();
        auto& b = model_.device();
        auto const forward = infer(batch);
        if (!how_.both_strands.both(model_) || !model_.rows().reads_dna()) return forward;
        std::size_t const count = forward.count();
        if (first_strand_.size() < count) first_strand_ = b.template make<T>(count);
        view<T, 2> const kept{first_strand_.data(), forward.size(0), forward.size(1)};
        run(b, op::mean_of_strands<T>{.strand = forward, .first = true, .y = kept});
        flip();
        run(b, op::mean_of_strands<T>{.strand = infer(batch), .y = kept});
        flip();
        return kept;
    }
    view<T const, 2> infer(host_batch const& batch)
    {
        auto const inputs = inputs_.upload(model_.device(), model_.rows(), batch);
        return model_.run().infer(inputs, model_.data(), inputs_.given());
    }

    basic_model<B> model_; // a handle
    reading how_;
    host_batch host_;
    std::vector<sample> samples_;
    device_batch<B> inputs_;
    array_on<B, T> first_strand_{};
    std::vector<T> logits_;
};

/// Adds up a loss over batches on the device. It keeps its arrays, so that a loop over batches allocates
/// nothing.
template <backend B>
class loss_adder {
public:
    using T = typename B::scalar;
    explicit loss_adder(B& b) : b_{b}, totals_{b.template make<double>(2)}, sums_{b.template make<double>(2)}
    {
    }

    /// Enqueues one batch: logits on the device, labels on the host.
    template <class Loss>
        requires loss<Loss, B>
    void add(Loss const& l, view<T const, 2> logits, std::span<float const> labels)
    {
        if (labels_.size() < labels.size()) labels_ = b_.template make<float>(labels.size());
        b_.upload(labels_.data(), labels.data(), labels.size());
        view<double, 1> const totals{totals_.data(), 2};
        l(b_, loss_call<T>{.logits = logits,
                           .labels = view<float, 2>{labels_.data(), logits.size(0), logits.size(1)},
                           .totals = totals});
        run(b_, op::add_totals<T>{.totals = totals, .sums = sums()});
    }
    /// The sum of terms and their number so far, on the device: (2).
    view<double, 1> sums() { return {sums_.data(), 2}; }
    /// The same on the host; waits for the device.
    loss_sum total()
    {
        double host[2];
        fetch(b_, host, sums_.data(), 2);
        return {host[0], host[1]};
    }

private:
    B& b_;
    array_on<B, double> totals_, sums_;
    array_on<B, float> labels_{};
};

/// The loss over all labels of a part (not a mean of batch means). The same inference serves `each`, which is
/// called with (first row, logits (n, O) on the host, batch) for every batch, in order, as metrics need them.
/// Throws error where the data do not fit the model.
///
///     loss_sum const seen = evaluate(m, part{data, rows}, bce_with_logits{}, {},
///         [&](std::size_t, view<float const, 2> logits, host_batch const& batch) { use(logits,
///         batch.labels); });
template <backend B, labelled_data Data, class Loss, class Each>
    requires loss<Loss, B>
loss_sum evaluate(basic_model<B>& m, part<Data> const& p, Loss const& l, reading how, Each each)
{
    require_agreement(m, p);
    loss_adder<B> adder{m.device()};
    evaluator<B> reads{m, how};
    reads.on_device(p, [&](std::size_t first, view<typename B::scalar const, 2> y, host_batch const& batch) {
        adder.add(l, y, batch.labels);
        each(first, reads.on_host(y), batch);
    });
    return adder.total();
}
/// The same for the loss alone; logits stay on the device.
///
///     double const loss = evaluate(m, part{data, split.valid}, bce_with_logits{}).mean();
template <backend B, labelled_data Data, class Loss>
    requires loss<Loss, B>
loss_sum evaluate(basic_model<B>& m, part<Data> const& p, Loss const& l, reading how = {})
{
    require_agreement(m, p);
    loss_adder<B> adder{m.device()};
    evaluator<B>{m, how}.on_device(p, [&](std::size_t, view<typename B::scalar const, 2> y,
                                          host_batch const& batch) { adder.add(l, y, batch.labels); });
    return adder.total();
}

} // namespace explainn::EXPLAINN_ABI
