// Gradient x input: the slope of a logit at each base.
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <explainn/interpret/attributions.hpp>
#include <explainn/interpret/recorded_layers.hpp>

namespace explainn::EXPLAINN_ABI {

/// The gradient of a logit with respect to the one-hot letters, times these letters (Shrikumar et al. 2016):
/// the hypothetical contributions are the gradient itself, and the contribution is its number at the base
/// that stands there (0 at an N). It has no reference, so that `of_references` is 0 and `convergence` says
/// only how far the sum is from the logit. B is a backend of the host's memory. Throws error as
/// recorded_layers does.
///
///     gradient_times_input<cpu<float>> slopes{m, {.outputs = {3}}};
///     slopes(peaks, [](attributed_sequences const& some) { use(some.of(0, 0)); });
template <backend B>
class gradient_times_input {
public:
    using T = typename B::scalar;
    template <backend Of>
    explicit gradient_times_input(basic_model<Of>& m, attribution_options how = {}, B b = B{})
        : layers_{m, std::move(b)}, both_{how.both_strands.both(m)}, batch_{how.batch},
          outputs_{detail::chosen_outputs(how, m.outputs())}
    {
    }
    /// Calls each(attributed_sequences const&) for every batch, in order. A source is a part of a data set,
    /// packed sequences of the model's length, or letters (N, L). Throws shape_error for another length.
    template <sequence_source Source, class Each>
    void operator()(Source const& source, Each each)
    {
        extent const length = layers_.rows().length;
        auto const bases = static_cast<std::size_t>(length);
        if (auto const all = letters_of(source); all.size() != 0)
            detail::require_length(length, all.length());
        attributed_sequences now;
        now.length = length;
        now.outputs = outputs_;
        each_batch(source, {.batch = batch_, .both_strands = both_}, host_,
                   [&](std::size_t first, host_batch& some, bool reverse) {
                       if (!reverse) begin(now, first, some);
                       add(now, some, reverse);
                       if (reverse != both_) return;
                       finish(now, bases);
                       each(std::as_const(now));
                   });
    }

private:
    void begin(attributed_sequences& now, std::size_t first, host_batch const& some) const
    {
        now.first = first;
        now.sequences = some.count;
        now.letters = some.letters;
        std::size_t const rows = static_cast<std::size_t>(some.count) * outputs_.size();
        now.hypothetical.assign(rows * 4 * static_cast<std::size_t>(now.length), 0);
        now.logits.assign(rows, 0);
        now.of_references.assign(rows, 0);
    }
    void add(attributed_sequences& now, host_batch const& some, bool reverse)
    {
        auto const bases = static_cast<std::size_t>(now.length), of_row = 4 * bases;
        layers_.forward({some.letters.data(), some.count, now.length}, seen_);
        auto const logits = layers_.logits(seen_);
        gradients_.resize(static_cast<std::size_t>(some.count) * of_row);
        float const share = both_ ? 0.5f : 1.0f;
        for (std::size_t k = 0; k < outputs_.size(); ++k) {
            layers_.backward(outputs_[k], seen_, {gradients_.data(), some.count, 4, now.length});
            for (extent n = 0; n < some.count; ++n) {
                auto const row = now.row(n, static_cast<extent>(k)), at = static_cast<std::size_t>(n);
                now.logits[row] += static_cast<double>(share) *
                                   logits[at * static_cast<std::size_t>(layers_.rows().outputs) +
                                          static_cast<std::size_t>(outputs_[k])];
                for (std::size_t i = 0; i < of_row; ++i)
                    now.hypothetical[row * of_row + (reverse ? detail::on_other_strand(i, bases) : i)] +=
                        share * static_cast<float>(gradients_[at * of_row + i]);
            }
        }
    }
    static void finish(attributed_sequences& now, std::size_t bases)
    {
        now.contributions.assign(now.logits.size() * bases, 0);
        now.convergence.assign(now.logits.size(), 0);
        for (extent n = 0; n < now.sequences; ++n)
            for (extent k = 0; k < now.count(); ++k) {
                auto const row = now.row(n, k);
                for (std::size_t l = 0; l < bases; ++l) {
                    letter const here = now.letters_of(n)[l];
                    if (here == letter_n) continue;
                    now.contributions[row * bases + l] = now.hypothetical_of(n, k)[here * bases + l];
                    now.convergence[row] += static_cast<double>(now.contributions[row * bases + l]);
                }
                now.convergence[row] -= now.logits[row];
            }
    }

    recorded_layers<B> layers_;
    layer_recording<B> seen_;
    bool both_;
    std::size_t batch_;
    std::vector<extent> outputs_;
    host_batch host_;
    std::vector<T> gradients_;
};

} // namespace explainn::EXPLAINN_ABI
