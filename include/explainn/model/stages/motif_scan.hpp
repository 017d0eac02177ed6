// conv [+ batch norm] [+ rising activation] + max pool on letters, as one scan, of one strand or of both.
#pragma once
#include <type_traits>

#include <explainn/model/stages/stage.hpp>

namespace explainn::EXPLAINN_ABI::detail {

template <stage_kind What>
struct scan_stage {
    static constexpr stage_kind what = What;
    static constexpr bool symmetric = What == stage_kind::symmetric_scan;
    template <class T>
    using scan_op = std::conditional_t<symmetric, op::symmetric_scan<T>, op::motif_scan<T>>;
    template <class T>
    using gradient_op =
        std::conditional_t<symmetric, op::symmetric_scan_gradient<T>, op::motif_scan_gradient<T>>;
    static constexpr bool reads_letters = true;
    /// Whether a backend has the ops; a network with the layer is refused where it has not.
    template <class B>
    static constexpr bool runs_on = runs<B, scan_op> && runs<B, gradient_op>;
    /// Whether a backend that spreads the forward pass by itself spreads the backward pass, too.
    static constexpr bool spreads_backward = false;
    /// Whether the backend is to be given all units at once. The gradient is spread by units.
    template <class B>
    static bool whole_bank(B const& b, extent units)
    {
        return takes_whole_bank<op::motif_scan>(b, units);
    }

    /// The layer behind the last one that the stage takes; `at` where it takes none.
    static int match(network_rows const& n, bank_row const& bank, int at)
    {
        if (at != bank.first || bank.from != reads::dna) return at;
        parts const p = read(n, at, bank.last);
        if (p.conv == -1 || n.layer(p.conv).given.padding != 0) return at;
        if (!symmetric && n.layer(p.conv).given.filters != 1) return at;
        if (p.act >= 0 && !rises(n.layer(p.act).act)) return at;
        return p.pool >= 0 && n.layer(p.pool).given.padding == 0 ? p.last : at;
    }
    enum kept_index { scale, shift, inv_sd, mean, variance, covariance_weight };
    static kept_rows keeps(network_rows const& n, stage const& s)
    {
        extent const window = 4 * n.layer(s.first).given.width;
        return {kept_row{"scale", 1},
                kept_row{"shift", 1},
                kept_row{"inv_sd", 1},
                kept_row{"mean", 1, 0, true},
                kept_row{"variance", 1, 0, true},
                kept_row{"covariance_weight", window, 0, true}};
    }
    /// Bytes that the scan keeps of each unit for the gradient of n sequences.
    template <backend B>
    static std::size_t bytes_kept(B const& b, network_context<B> const& network, stage const& s, extent n)
    {
        scan_op<typename B::scalar> o{};
        o.y = {nullptr, 1, n, network.rows.layer(s.last - 1).out.positions};
        return kept_bytes(b, o);
    }
    /// 4 W where the stage needs the moments of a batch's windows in training, else 0.
    static extent window(network_rows const& n, stage const& s)
    {
        return read(n, s.first, s.last).norm < 0 ? 0 : 4 * n.layer(s.first).given.width;
    }

    /// Whether the moments are those of both strands' windows.
    static constexpr bool windows_of_both = symmetric;

    template <backend B>
    static void forward(stage_slice<B> const& s)
    {
        if constexpr (runs_on<B>) run_forward(s);
    }

    template <backend B>
    static void backward(stage_slice<B> const& s)
    {
        if constexpr (runs_on<B>) run_backward(s);
    }

private:
    using norm = batch_norm_layer;
    template <class B>
    static void run_forward(stage_slice<B> const& s)
    {
        using T = typename B::scalar;
        parts const p = read(s);
        extent const width = s.layer(p.conv).given.width, cells = s.out().positions;
        auto of_mean = s.value(p.norm, norm::running_mean),
             of_variance = s.value(p.norm, norm::running_variance);
        if (s.batch_statistics(p.norm)) {
            of_mean = s.kept(mean);
            of_variance = s.kept(variance);
            auto& windows = moments(s, width);
            run(s.b,
                op::conv_statistics<T>{.window_mean = {windows.mean.data(), 4 * width},
                                       .window_covariance = {windows.covariance.data(), 4 * width, 4 * width},
                                       .weight = s.value(p.conv, conv_layer::filters, 4 * width),
                                       .bias = s.value(p.conv, conv_layer::bias),
                                       .mean = of_mean,
                                       .variance = of_variance,
                                       .covariance_weight = s.kept(covariance_weight, 4 * width)});
            extent const starts = s.in().positions - width + 1, units = s.to - s.from;
            s.update_running(p.norm, of_mean.as(units, 1), of_variance.as(units, 1),
                             static_cast<double>(s.n()) * starts * (symmetric ? 2 : 1));
        }
        run(s.b, op::fold_norm<T>{.gamma = s.value(p.norm, norm::gamma),
                                  .beta = s.value(p.norm, norm::beta),
                                  .mean = of_mean,
                                  .variance = of_variance,
                                  .bias = s.value(p.conv, conv_layer::bias),
                                  .epsilon = s.epsilon(p.norm),
                                  .scale = s.kept(scale),
                                  .shift = s.kept(shift),
                                  .inv_sd = s.kept(inv_sd)});
        run(s.b, scan_op<T>{.sequences = s.batch.sequences,
                            .has_n = s.batch.has_n,
                            .prepared = s.network.letters,
                            .weight = s.value(p.conv, conv_layer::filters, 4, width),
                            .scale = s.kept(scale),
                            .shift = s.kept(shift),
                            .act = s.act(p.act),
                            .pool = s.layer(p.pool).given.width,
                            .stride = s.layer(p.pool).given.stride,
                            .y = s.y(s.n(), cells),
                            .kept = s.own(bytes_kept(s.b, s.network, s.what, s.n()))});
    }
    template <class B>
    static void run_backward(stage_slice<B> const& s)
    {
        using T = typename B::scalar;
        parts const p = read(s);
        extent const width = s.layer(p.conv).given.width, cells = s.out().positions;
        bool const statistics = s.batch_statistics(p.norm);
        gradient_op<T> g{.sequences = s.batch.sequences,
                         .has_n = s.batch.has_n,
                         .prepared = s.network.letters,
                         .weight = s.value(p.conv, conv_layer::filters, 4, width),
                         .y = s.y(s.n(), cells),
                         .dy = s.dy(s.n(), cells),
                         .kept = s.own(bytes_kept(s.b, s.network, s.what, s.n())),
                         .act = s.act(p.act),
                         .scale = s.kept(scale),
                         .mean = {},
                         .inv_sd = {},
                         .bias = s.value(p.conv, conv_layer::bias),
                         .batch_statistics = statistics,
                         .window_mean = {},
                         .covariance_weight = {},
                         .dweight = s.gradient(p.conv, conv_layer::filters, 4, width),
                         .dbias = s.gradient(p.conv, conv_layer::bias),
                         .dgamma = s.gradient(p.norm, norm::gamma),
                         .dbeta = s.gradient(p.norm, norm::beta)};
        if (p.norm >= 0) {
            g.mean = statistics ? s.kept(mean) : s.value(p.norm, norm::running_mean);
            g.inv_sd = s.kept(inv_sd);
        }
        if (statistics) {
            g.window_mean = {moments(s, width).mean.data(), 4 * width};
            g.covariance_weight = s.kept(covariance_weight, 4 * width);
        }
        run(s.b, g);
    }
    // the layers inside, -1 where there is none, and the one behind them
    struct parts {
        int conv, norm, act, pool, last;
    };
    static parts read(network_rows const& n, int first, int last)
    {
        layer_reader r{n, first, last};
        int const conv = r.take(symmetric ? kind::symmetric_conv : kind::conv),
                  norm = r.take(kind::batch_norm);
        int act = r.take(kind::activate), strand = -1;
        if (symmetric) {
            strand = r.take(kind::larger_strand);
            if (act < 0) act = r.take(kind::activate);
        }
        int const pool = symmetric && strand < 0 ? -1 : r.take(kind::max_pool);
        return {conv, norm, act, pool, r.at()};
    }
    template <class B>
    static window_moments<B>& moments(stage_slice<B> const& s, extent width)
    {
        return (symmetric ? s.network.symmetric_windows : s.network.windows).at(4 * width);
    }
    template <class B>
    static parts read(stage_slice<B> const& s)
    {
        return read(s.network.rows, s.what.first, s.what.last);
    }
};

using motif_scan_stage = scan_stage<stage_kind::motif_scan>;
using symmetric_scan_stage = scan_stage<stage_kind::symmetric_scan>;

} // namespace explainn::EXPLAINN_ABI::detail
