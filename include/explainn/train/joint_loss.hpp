// One loss for several heads on the same units: it has a loss for the columns of each head.
#pragma once
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>

#include <explainn/core/error.hpp>
#include <explainn/train/host_loss.hpp>

namespace explainn::EXPLAINN_ABI {

/// Several losses together: the first is for the first `outputs[0]` columns, the second for the next, and so
/// on. The terms of a head are multiplied by its number in `weights`: the totals are the sum of weighted
/// terms and the sum of weights, so that batches can be added up, and the gradient is that of the sum. The
/// losses must use the columns of a call (`takes_columns`). Throws error where a model has another number of
/// outputs.
///
///     trainer t{m, adam{}, joint_loss{{8, 2}, bce_with_logits{}, huber{}}, training{}};
template <class... Losses>
class joint_loss {
    static_assert((takes_columns<Losses> && ...),
                  "the losses of a joint_loss use the columns of a call, and say so: "
                  "`static constexpr bool takes_columns = true`, as every host_loss");

public:
    static constexpr std::size_t heads = sizeof...(Losses);
    static constexpr bool only_enqueues = (explainn::only_enqueues<Losses> && ...);

    explicit joint_loss(std::array<extent, heads> outputs, Losses... losses)
        : outputs_{outputs}, losses_{std::move(losses)...}
    {
        weights_.fill(1);
    }
    /// The same loss with a weight for the terms of each head.
    joint_loss weighted(std::array<double, heads> weights) const
    {
        joint_loss other = *this;
        other.weights_ = weights;
        return other;
    }

    template <backend B>
        requires(loss<Losses, B> && ...)
    void operator()(B& b, loss_call<typename B::scalar> const& a) const
    {
        extent const width = a.logits.size(1);
        if (extent const mine = std::accumulate(outputs_.begin(), outputs_.end(), extent{0}); mine != width)
            throw error{"expected losses for " + std::to_string(width) + " outputs, found losses for " +
                        std::to_string(mine)};
        auto call = a;
        call.first = 0;
        std::size_t head = 0;
        boost::hana::for_each(losses_, [&](auto const& each) {
            call.count = outputs_[head];
            call.weight = weights_[head];
            ++head;
            if (call.count < 1) return;
            each(b, call);
            call.first += call.count;
            call.add = true;
        });
    }

private:
    std::array<extent, heads> outputs_;
    std::array<double, heads> weights_;
    boost::hana::tuple<Losses...> losses_;
};
template <class... Losses>
joint_loss(std::array<extent, sizeof...(Losses)>, Losses...) -> joint_loss<Losses...>;

} // namespace explainn::EXPLAINN_ABI
