// Logits and losses of many sequences, in batches, averaged over strands where the model asks for it.
#pragma once
#include <numeric>

#include <explainn/model/model.hpp>
#include <explainn/train/agreement.hpp>
#include <explainn/train/each_batch.hpp>
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
    template <labelled_sequences Data, class Each>
    void operator()(part<Data> const& p, Each each)
    {
        require_sequences(model_, p);
        if (p.data.outputs() != 0) detail::require_tasks(model_.outputs(), p.data.outputs());
        each_batch(p, {.batch = how_.batch, .labels = true}, host_,
                   [&](std::size_t first, host_batch& some, bool) { each(first, logits_of(some), some); });
    }
    /// Logits (N, O) of letters as they are; valid until the next call. Throws error where they are not what
    /// the model reads.
    view<T const, 2> logits(host_batch& batch)
    {
        batch.has_n = require_letters(model_, batch);
        return logits_of(batch);
    }

private:
    view<T const, 2> logits_of(host_batch& batch)
    {
        auto const turn = model_.use();
        each_strand(batch, static_cast<std::size_t>(model_.length()), how_.both_strands.both(model_),
                    [&](host_batch const& some, bool reverse) {
                        infer(some, reverse ? other_ : logits_);
                        if (!reverse) return;
                        for (std::size_t i = 0; i < logits_.size(); ++i)
                            logits_[i] = (logits_[i] + other_[i]) / 2;
                    });
        return {logits_.data(), batch.count, model_.outputs()};
    }
    void infer(host_batch const& batch, std::vector<T>& to)
    {
        auto& b = model_.device();
        if (letters_.size() < batch.letters.size()) letters_ = b.template make<letter>(batch.letters.size());
        b.upload(letters_.data(), batch.letters.data(), batch.letters.size());
        auto const y =
            model_.run().infer({{letters_.data(), batch.count, model_.length()}, batch.has_n}, model_.data());
        to.resize(y.count());
        b.download(to.data(), y.data, to.size());
    }

    basic_model<B> model_; // a handle
    reading how_;
    host_batch host_;
    array_on<B, letter> letters_{};
    std::vector<T> logits_, other_;
};

/// The loss over all labels of a part (not a mean of batch means). Throws error where the data are not what
/// the model reads.
template <backend B, labelled_sequences Data, class Loss>
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
