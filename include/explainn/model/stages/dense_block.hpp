// dense [+ batch norm] [+ activation] [+ dropout], as one block.
#pragma once
#include <explainn/model/stages/stage.hpp>

namespace explainn::EXPLAINN_ABI::detail {

/// The layers of a block, -1 where it has none, and the layer behind them.
struct dense_layers {
    int dense, norm, act, drop, last;
};
inline dense_layers dense_layers_at(network_rows const& n, int first, int last)
{
    layer_reader r{n, first, last};
    int const dense = r.take(kind::dense);
    if (dense < 0) return {-1, -1, -1, -1, first};
    int const norm = r.take(kind::batch_norm), act = r.take(kind::activate), drop = r.take(kind::dropout);
    return {dense, norm, act, drop, r.at()};
}

/// Whether the dense layer is so large, and of so few units, that it is work for all threads together. Single
/// layers share that out; a block is the work of one thread.
inline bool too_wide(network_rows const& n, bank_row const& bank, int at)
{
    auto const& row = n.layer(at);
    return row.what == kind::dense && bank.units < 16 && row.features_in() * row.out.channels >= 1 << 15;
}

/// A block of a stage's slice and the places among the kept arrays of its statistics.
template <backend B>
class dense_slice {
public:
    using T = typename B::scalar;
    dense_slice(stage_slice<B> const& s, dense_layers const& l, int mean, int variance)
        : s_{s}, l_{l}, mean_{mean}, variance_{variance}
    {
    }

    /// The op of its forward pass, without x, y and kept.
    op::dense_block<T> block() const
    {
        return {.x = {},
                .weight = s_.value(l_.dense, dense_layer::matrix, hidden(), features_in()),
                .bias = s_.value(l_.dense, dense_layer::bias, hidden()),
                .gamma = s_.value(l_.norm, norm::gamma, hidden()),
                .beta = s_.value(l_.norm, norm::beta, hidden()),
                .batch_statistics = s_.batch_statistics(l_.norm),
                .mean = statistic(mean_, norm::running_mean),
                .variance = statistic(variance_, norm::running_variance),
                .epsilon = s_.epsilon(l_.norm),
                .act = s_.act(l_.act),
                .dropout = s_.mask(l_.drop),
                .kept = {},
                .y = {}};
    }
    /// The op of its backward pass, without x, y, their gradients and kept.
    op::dense_block_gradient<T> gradient() const
    {
        return {.x = {},
                .weight = s_.value(l_.dense, dense_layer::matrix, hidden(), features_in()),
                .gamma = s_.value(l_.norm, norm::gamma, hidden()),
                .beta = s_.value(l_.norm, norm::beta, hidden()),
                .batch_statistics = s_.batch_statistics(l_.norm),
                .variance = statistic(variance_, norm::running_variance),
                .epsilon = s_.epsilon(l_.norm),
                .act = s_.act(l_.act),
                .dropout = s_.mask(l_.drop),
                .kept = {},
                .y = {},
                .dy = {},
                .dx = {},
                .dweight = s_.gradient(l_.dense, dense_layer::matrix, hidden(), features_in()),
                .dbias = s_.gradient(l_.dense, dense_layer::bias, hidden()),
                .dgamma = s_.gradient(l_.norm, norm::gamma, hidden()),
                .dbeta = s_.gradient(l_.norm, norm::beta, hidden())};
    }
    /// Running statistics follow the batch's.
    void follow() const
    {
        if (s_.batch_statistics(l_.norm))
            s_.update_running(l_.norm, statistic(mean_, norm::running_mean),
                              statistic(variance_, norm::running_variance), s_.n());
    }
    extent features_in() const { return s_.layer(l_.dense).features_in(); }
    extent hidden() const { return s_.layer(l_.dense).out.channels; }

private:
    using norm = batch_norm_layer;
    // the batch's while it takes part in the gradient, else the running one
    view<T, 2> statistic(int of_batch, int running) const
    {
        return s_.batch_statistics(l_.norm) ? s_.kept(of_batch, hidden())
                                            : s_.value(l_.norm, running, hidden());
    }

    stage_slice<B> const& s_;
    dense_layers l_;
    int mean_, variance_;
};

struct dense_block_stage {
    static constexpr stage_kind what = stage_kind::dense_block;
    static constexpr bool reads_letters = false;
    /// Whether a backend that spreads the forward pass by itself spreads the backward pass, too.
    static constexpr bool spreads_backward = true;
    /// Whether the backend is to be given all units at once, forward and backward.
    template <class B>
    static bool whole_bank(B const& b, extent units)
    {
        return takes_whole_bank<op::dense_block>(b, units);
    }

    static int match(network_rows const& n, bank_row const& bank, int at)
    {
        if (too_wide(n, bank, at) || reads_shared_input(bank, at)) return at;
        return dense_layers_at(n, at, bank.last).last;
    }
    enum kept_index { mean, variance };
    static kept_rows keeps(network_rows const& n, stage const& s)
    {
        extent const hidden = n.layer(s.first).out.channels;
        return {kept_row{"mean", hidden, 0, true}, kept_row{"variance", hidden, 0, true}};
    }
    /// Bytes that the block keeps of each unit for the gradient of n sequences.
    template <backend B>
    static std::size_t bytes_kept(B const& b, network_context<B> const& network, stage const& s, extent n)
    {
        op::dense_block<typename B::scalar> o{};
        o.y = {nullptr, 1, n, network.rows.layer(s.first).out.channels};
        return kept_bytes(b, o);
    }

    template <backend B>
    static void forward(stage_slice<B> const& s)
    {
        auto const slice = of(s);
        auto o = slice.block();
        o.x = s.x(s.n(), slice.features_in());
        o.kept = s.own(bytes_kept(s.b, s.network, s.what, s.n()));
        o.y = s.y(s.n(), slice.hidden());
        run(s.b, o);
        slice.follow();
    }
    template <backend B>
    static void backward(stage_slice<B> const& s)
    {
        auto const slice = of(s);
        auto o = slice.gradient();
        o.x = s.x(s.n(), slice.features_in());
        o.dx = s.dx(s.n(), slice.features_in());
        o.kept = s.own(bytes_kept(s.b, s.network, s.what, s.n()));
        o.y = s.y(s.n(), slice.hidden());
        o.dy = s.dy(s.n(), slice.hidden());
        run(s.b, o);
    }

private:
    template <class B>
    static dense_slice<B> of(stage_slice<B> const& s)
    {
        return {s, dense_layers_at(s.network.rows, s.what.first, s.what.last), mean, variance};
    }
};

} // namespace explainn::EXPLAINN_ABI::detail
