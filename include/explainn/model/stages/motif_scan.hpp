// conv [+ batch norm] [+ activation] + max pool on letters, as one scan.
#pragma once
#include <explainn/model/stage_context.hpp>

namespace explainn::detail {

template <backend B>
class scan_stage {
public:
    using T = typename B::scalar;
    explicit scan_stage(stage_slice<B> const& s) : s_{s} {}

    void forward() const
    {
        auto& m = s_.memory;
        bool const statistics = s_.batch_statistics(s_.what.norm);
        auto mean = s_.template slice<T>(m.mean), variance = s_.template slice<T>(m.variance);
        if (statistics) {
            auto& windows = s_.network.windows.at(4 * width());
            run(s_.b, op::conv_statistics<T>{
                          .window_mean = {windows.mean.data(), 4 * width()},
                          .window_covariance = {windows.covariance.data(), 4 * width(), 4 * width()},
                          .weight = s_.value(s_.what.first, 0, 4 * width()),
                          .bias = s_.value(s_.what.first, 1),
                          .mean = mean,
                          .variance = variance,
                          .covariance_weight = s_.template slice<T>(m.covariance_weight, 4 * width())});
            extent const starts = s_.in().positions - width() + 1, units = s_.to - s_.from;
            s_.update_running(s_.what.norm, mean.as(units, 1), variance.as(units, 1),
                              static_cast<double>(s_.n()) * starts);
        } else if (s_.what.norm >= 0) {
            mean = s_.value(s_.what.norm, 2);
            variance = s_.value(s_.what.norm, 3);
        }
        run(s_.b, op::fold_norm<T>{.gamma = s_.value(s_.what.norm, 0),
                                   .beta = s_.value(s_.what.norm, 1),
                                   .mean = mean,
                                   .variance = variance,
                                   .bias = s_.value(s_.what.first, 1),
                                   .epsilon = s_.what.norm < 0 ? 0 : s_.layer(s_.what.norm).epsilon,
                                   .scale = s_.template slice<T>(m.scale),
                                   .shift = s_.template slice<T>(m.shift),
                                   .inv_sd = s_.template slice<T>(m.inv_sd)});
        auto at = s_.template slice<std::uint16_t>(m.at, s_.n(), cells());
        if (!s_.training()) at = {};
        run(s_.b, op::motif_scan<T>{.sequences = s_.batch.sequences,
                                    .has_n = s_.batch.has_n,
                                    .weight = s_.value(s_.what.first, 0, 4, width()),
                                    .scale = s_.template slice<T>(m.scale),
                                    .shift = s_.template slice<T>(m.shift),
                                    .act = s_.act(),
                                    .pool = s_.layer(s_.what.pool).given.a,
                                    .stride = s_.layer(s_.what.pool).given.b,
                                    .y = pooled(m.y),
                                    .at = at});
    }

    void backward() const
    {
        auto& m = s_.memory;
        bool const statistics = s_.batch_statistics(s_.what.norm);
        op::motif_scan_gradient<T> g{.sequences = s_.batch.sequences,
                                     .has_n = s_.batch.has_n,
                                     .weight = s_.value(s_.what.first, 0, 4, width()),
                                     .y = pooled(m.y),
                                     .dy = pooled(m.dy),
                                     .at = s_.template slice<std::uint16_t>(m.at, s_.n(), cells()),
                                     .act = s_.act(),
                                     .scale = s_.template slice<T>(m.scale),
                                     .mean = {},
                                     .inv_sd = {},
                                     .bias = s_.value(s_.what.first, 1),
                                     .batch_statistics = statistics,
                                     .window_mean = {},
                                     .covariance_weight = {},
                                     .dweight = s_.gradient(s_.what.first, 0, 4, width()),
                                     .dbias = s_.gradient(s_.what.first, 1),
                                     .dgamma = s_.gradient(s_.what.norm, 0),
                                     .dbeta = s_.gradient(s_.what.norm, 1)};
        if (s_.what.norm >= 0) {
            g.mean = statistics ? s_.template slice<T>(m.mean) : s_.value(s_.what.norm, 2);
            g.inv_sd = s_.template slice<T>(m.inv_sd);
        }
        if (statistics) {
            g.window_mean = {s_.network.windows.at(4 * width()).mean.data(), 4 * width()};
            g.covariance_weight = s_.template slice<T>(m.covariance_weight, 4 * width());
        }
        run(s_.b, g);
    }

private:
    extent width() const { return s_.layer(s_.what.first).given.a; }
    extent cells() const { return s_.out().positions; }
    view<T, 3> pooled(array_on<B, T>& a) const { return s_.template slice<T>(a, s_.n(), cells()); }

    stage_slice<B> const& s_;
};

} // namespace explainn::detail
