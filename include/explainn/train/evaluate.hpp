// Logits and losses of many sequences, in batches, averaged over strands where the model asks for it.
#pragma once
#include <numeric>

#include <explainn/model/model.hpp>
#include <explainn/train/agreement.hpp>
#include <explainn/train/batches.hpp>
#include <explainn/train/device_batch.hpp>
#include <explainn/train/loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// How a model reads sequences when it is not trained.
struct reading {
    strands_read both_strands{}; ///< logits are the mean over the strands; unless told, as the model was
                                 ///< trained
    std::size_t batch = 256;
};

/// Runs a model over samples of a data set and hands out logits on the host, batch by batch.
/// Keeps its arrays, so that a loop over batches allocates nothing.
template <backend B>
class evaluator {
public:
    using T = typename B::scalar;
    /// Throws error for batches of no sequences.
    evaluator(basic_model<B>& m, reading how) : model_{m.handle()}, how_{how}
    {
        detail::require_batch(how.batch);
    }

    /// Calls each(first, logits (n, O), batch) for every batch of rows, in order. Throws error, before the
    /// first, where the data are not what the model reads; data without any label (`unlabelled`) may be.
    template <labelled_data Data, class Each>
    void operator()(part<Data> const& p, Each each)
    {
        require_inputs(model_, p);
        if (p.data.outputs() != 0) detail::require_tasks(model_.outputs(), p.data.outputs());
        std::vector<sample> samples;
        for (std::size_t first = 0; first < p.rows.size(); first += how_.batch) {
            auto const rows = p.rows.subspan(first, std::min(how_.batch, p.rows.size() - first));
            samples.assign(rows.size(), {});
            for (std::size_t i = 0; i < rows.size(); ++i) samples[i].row = rows[i];
            host_.fill(p.data, samples);
            if constexpr (gives_unit_outputs<Data>)
                each(first, logits_of(host_, [&] { turn_samples(p.data, samples); }), host_);
            else each(first, logits_of(host_), host_);
        }
    }
    /// Logits (N, O) of a batch as it is; valid until the next call. Throws error where they are not what
    /// the model reads.
    view<T const, 2> logits(host_batch& batch)
    {
        batch.has_n = require_inputs(model_, batch);
        return logits_of(batch);
    }

private:
    view<T const, 2> logits_of(host_batch& batch)
    {
        return logits_of(batch, [&] { batch.flip(static_cast<std::size_t>(model_.length())); });
    }
    // unit outputs that come with the data are of one strand: the other's are read, too
    template <class Data>
    void turn_samples(Data const& data, std::vector<sample>& samples)
    {
        for (sample& s : samples) s.reverse_complement = !s.reverse_complement;
        host_.fill(data, samples);
    }
    // flip() puts the batch on its other strand
    template <class Flip>
    view<T const, 2> logits_of(host_batch& batch, Flip flip)
    {
        auto const turn = model_.use();
        infer(batch, logits_);
        if (how_.both_strands.both(model_) && model_.rows().reads_dna()) {
            flip();
            infer(batch, other_);
            for (std::size_t i = 0; i < logits_.size(); ++i) logits_[i] = (logits_[i] + other_[i]) / 2;
            flip();
        }
        return {logits_.data(), batch.count, model_.outputs()};
    }
    void infer(host_batch const& batch, std::vector<T>& to)
    {
        auto& b = model_.device();
        auto const y = run_on(b, batch);
        to.resize(y.count());
        b.download(to.data(), y.data, to.size());
    }

    view<T const, 2> run_on(B& b, host_batch const& batch)
    {
        auto const inputs = inputs_.upload(b, model_.rows(), batch);
        return model_.run().infer(inputs, model_.data(), inputs_.given());
    }

    basic_model<B> model_; // a handle
    reading how_;
    host_batch host_;
    device_batch<B> inputs_;
    std::vector<T> logits_, other_;
};

/// The loss over all labels of a part (not a mean of batch means). Throws error where the data are not what
/// the model reads.
template <backend B, labelled_data Data, class Loss>
requires loss<Loss, B> loss_sum evaluate(basic_model<B>& m, part<Data> const& p, Loss const& l,
                                         reading how = {})
{
    require_agreement(m, p);
    loss_sum total;
    auto& b = m.device();
    using T = typename B::scalar;
    array_on<B, T> logits{};
    array_on<B, float> labels{};
    evaluator<B>{m, how}(p, [&](std::size_t, view<T const, 2> y, host_batch const& batch) {
        if (logits.size() < y.count()) logits = b.template make<T>(y.count());
        if (labels.size() < batch.labels.size()) labels = b.template make<float>(batch.labels.size());
        b.upload(logits.data(), y.data, y.count());
        b.upload(labels.data(), batch.labels.data(), batch.labels.size());
        total += l(b, view<T, 2>{logits.data(), y.size(0), y.size(1)},
                   view<float, 2>{labels.data(), y.size(0), y.size(1)}, {});
    });
    return total;
}

} // namespace explainn::EXPLAINN_ABI
