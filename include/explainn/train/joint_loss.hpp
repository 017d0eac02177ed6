// One loss for several heads over the same units: a loss for the columns of each.
#pragma once
#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>

#include <explainn/train/host_loss.hpp>
#include <explainn/train/summed.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {
// whether a loss gives the gradient of its sum
template <class Loss>
bool sums(Loss const& l)
{
    if constexpr (requires { l.reduce; }) return l.reduce == reduction::sum;
    else return false;
}
template <class Loss>
bool sums(summed<Loss> const&)
{
    return true;
}
/// Copies columns between tables (N, O) of the host: `wide` has the columns of `narrow` from `first` on.
template <class Wide, class Narrow, class Copy>
void each_of_columns(view<Wide, 2> wide, extent first, view<Narrow, 2> narrow, Copy copy)
{
    for (extent n = 0; n < narrow.size(0); ++n)
        for (extent o = 0; o < narrow.size(1); ++o) copy(wide(n, first + o), narrow(n, o));
}
} // namespace detail

/// Losses side by side: the first is of the first `outputs[0]` columns, the second of the next, and so on. A
/// head's terms count `weights` times: reported are the sum of weighted terms and that of weights, so that
/// batches add up, and the gradient is that of their mean. Throws error where a model has another number of
/// outputs.
///
///     trainer t{m, adam{}, joint_loss{{8, 2}, bce_with_logits{}, huber{}}, training{}};
template <class... Losses>
class joint_loss {
public:
    static constexpr std::size_t heads = sizeof...(Losses);
    explicit joint_loss(std::array<extent, heads> outputs, Losses... losses)
        : outputs_{outputs}, losses_{std::move(losses)...}
    {
        weights_.fill(1);
    }
    /// The same, with terms that count so often, by head.
    joint_loss weighted(std::array<double, heads> weights) const
    {
        joint_loss other = *this;
        other.weights_ = weights;
        return other;
    }

    template <backend B>
    requires(loss<Losses, B>&&...) loss_sum operator()(B& b, view<typename B::scalar const, 2> logits,
                                                       view<float const, 2> labels,
                                                       view<typename B::scalar, 2> gradient) const
    {
        using T = typename B::scalar;
        extent const n = logits.size(0), width = logits.size(1);
        if (extent const mine = std::accumulate(outputs_.begin(), outputs_.end(), extent{0}); mine != width)
            throw error{"expected losses for " + std::to_string(width) + " outputs, found losses for " +
                        std::to_string(mine)};
        std::vector<T> x(logits.count()), g(logits.count());
        std::vector<float> y(logits.count());
        b.download(x.data(), logits.data, x.size());
        b.download(y.data(), labels.data, y.size());
        loss_sum total;
        extent first = 0;
        std::size_t head = 0;
        boost::hana::for_each(losses_, [&](auto const& each) {
            extent const count = outputs_[head];
            double const weight = weights_[head++];
            auto const part_x = columns(b, view<T const, 2>{x.data(), n, width}, first, count);
            auto const part_y = columns(b, view<float const, 2>{y.data(), n, width}, first, count);
            auto part_g = b.template make<T>(gradient ? part_x.size() : 0);
            loss_sum const found = each(b, view<T const, 2>{part_x.data(), n, count},
                                        view<float const, 2>{part_y.data(), n, count},
                                        gradient ? view<T, 2>{part_g.data(), n, count} : view<T, 2>{});
            total += {weight * found.sum, weight * found.count};
            if (gradient) {
                std::vector<T> host(part_g.size());
                b.download(host.data(), part_g.data(), host.size());
                double const factor = detail::sums(each) ? weight : weight * found.count;
                detail::each_of_columns(
                    view<T, 2>{g.data(), n, width}, first, view<T, 2>{host.data(), n, count},
                    [&](T& to, T from) { to = static_cast<T>(factor * static_cast<double>(from)); });
            }
            first += count;
        });
        if (gradient) {
            for (T& each : g)
                each = total.count > 0 ? static_cast<T>(static_cast<double>(each) / total.count) : T(0);
            b.upload(gradient.data, g.data(), g.size());
        }
        return total;
    }

private:
    // some columns of a table of the host, on the device
    template <class B, class X>
    static auto columns(B& b, view<X const, 2> table, extent first, extent count)
    {
        std::vector<X> host(static_cast<std::size_t>(table.size(0)) * static_cast<std::size_t>(count));
        detail::each_of_columns(table, first, view<X, 2>{host.data(), table.size(0), count},
                                [](X from, X& to) { to = from; });
        auto there = b.template make<X>(host.size());
        b.upload(there.data(), host.data(), host.size());
        return there;
    }

    std::array<extent, heads> outputs_;
    std::array<double, heads> weights_;
    boost::hana::tuple<Losses...> losses_;
};
template <class... Losses>
joint_loss(std::array<extent, sizeof...(Losses)>, Losses...) -> joint_loss<Losses...>;

} // namespace explainn::EXPLAINN_ABI
