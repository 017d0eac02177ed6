// One layer on its own: what no fused stage takes.
#pragma once
#include <explainn/model/stage_context.hpp>

namespace explainn::detail {

template <backend B>
class layer_stage {
public:
    using T = typename B::scalar;
    explicit layer_stage(stage_slice<B> const& s) : s_{s}, row_{s.layer(s.what.first)} {}

    void forward() const
    {
        numbers const g = row_.given;
        switch (row_.what) {
        case kind::conv:
            run(s_.b, op::conv<T>{.x = x(),
                                  .weight = conv_weight(s_.values),
                                  .bias = bias(s_.values),
                                  .padding = g.c,
                                  .y = y()});
            break;
        case kind::batch_norm:
            run(s_.b, op::batch_norm<T>{.x = x(),
                                        .gamma = s_.value(index(), 0, channels()),
                                        .beta = s_.value(index(), 1, channels()),
                                        .batch_statistics = statistics(),
                                        .mean = mean(),
                                        .variance = variance(),
                                        .epsilon = row_.epsilon,
                                        .y = y()});
            if (statistics())
                s_.update_running(index(), mean(), variance(),
                                  static_cast<double>(s_.n()) * row_.in.positions);
            break;
        case kind::activate:
            run(s_.b, op::activate<T>{.x = x(), .act = row_.act, .y = y()});
            break;
        case kind::max_pool:
        case kind::average_pool:
            run(s_.b, op::pool<T>{.x = x(),
                                  .width = g.a,
                                  .stride = g.b,
                                  .padding = g.c,
                                  .average = row_.what == kind::average_pool,
                                  .y = y(),
                                  .at = s_.training() ? at() : view<std::uint16_t, 4>{}});
            break;
        case kind::dense:
            run(s_.b, op::dense<T>{.x = flat(x()),
                                   .weight = dense_weight(s_.values),
                                   .bias = bias(s_.values),
                                   .y = flat(y())});
            break;
        case kind::dropout:
            run(s_.b, op::dropout<T>{.x = flat(x()), .mask = s_.mask(index()), .y = flat(y())});
            break;
        case kind::layer_norm:
            run(s_.b, op::layer_norm<T>{.x = flat(x()),
                                        .gamma = s_.value(index(), 0, features_in()),
                                        .beta = s_.value(index(), 1, features_in()),
                                        .epsilon = row_.epsilon,
                                        .y = flat(y())});
            break;
        case kind::own: {
            own_forward<T> a{.x = x(), .y = y(), .weights = {}, .training = s_.training()};
            for (int k = 0; k < row_.weights.size; ++k)
                a.weights[static_cast<std::size_t>(k)] = own_weight(s_.values, k);
            if (s_.before) return functions().forward(s_.b, a);
            // letters are one array for all units, and the layer is written for an x of as many units as y
            for (extent u = 0; u < s_.to - s_.from; ++u) {
                own_forward<T> one = a;
                one.y = a.y.slice(u, u + 1);
                for (auto& w : one.weights) w = w.slice(u, u + 1);
                functions().forward(s_.b, one);
            }
            break;
        }
        }
    }

    void backward() const
    {
        numbers const g = row_.given;
        switch (row_.what) {
        case kind::conv:
            run(s_.b, op::conv_gradient<T>{.x = x(),
                                           .weight = conv_weight(s_.values),
                                           .padding = g.c,
                                           .dy = dy(),
                                           .dx = dx(),
                                           .dweight = conv_weight(s_.gradients),
                                           .dbias = bias(s_.gradients)});
            break;
        case kind::batch_norm:
            run(s_.b, op::batch_norm_gradient<T>{.x = x(),
                                                 .gamma = s_.value(index(), 0, channels()),
                                                 .batch_statistics = statistics(),
                                                 .mean = mean(),
                                                 .variance = variance(),
                                                 .epsilon = row_.epsilon,
                                                 .dy = dy(),
                                                 .dx = dx(),
                                                 .dgamma = s_.gradient(index(), 0, channels()),
                                                 .dbeta = s_.gradient(index(), 1, channels())});
            break;
        case kind::activate:
            run(s_.b, op::activate_gradient<T>{.x = x(), .y = y(), .dy = dy(), .act = row_.act, .dx = dx()});
            break;
        case kind::max_pool:
        case kind::average_pool:
            run(s_.b, op::pool_gradient<T>{.width = g.a,
                                           .stride = g.b,
                                           .padding = g.c,
                                           .average = row_.what == kind::average_pool,
                                           .at = at(),
                                           .dy = dy(),
                                           .dx = dx()});
            break;
        case kind::dense:
            run(s_.b, op::dense_gradient<T>{.x = flat(x()),
                                            .weight = dense_weight(s_.values),
                                            .dy = flat(dy()),
                                            .dx = flat(dx()),
                                            .dweight = dense_weight(s_.gradients),
                                            .dbias = bias(s_.gradients)});
            break;
        case kind::dropout:
            run(s_.b, op::dropout<T>{.x = flat(dy()), .mask = s_.mask(index()), .y = flat(dx())});
            break;
        case kind::layer_norm:
            run(s_.b, op::layer_norm_gradient<T>{.x = flat(x()),
                                                 .dy = flat(dy()),
                                                 .gamma = s_.value(index(), 0, features_in()),
                                                 .epsilon = row_.epsilon,
                                                 .dx = flat(dx()),
                                                 .dgamma = s_.gradient(index(), 0, features_in()),
                                                 .dbeta = s_.gradient(index(), 1, features_in())});
            break;
        case kind::own: {
            if (!functions().backward)
                throw error{"a layer of a user's own needs backward(backend, own_backward) to be trained"};
            own_backward<T> a{.x = x(), .y = y(), .dy = dy(), .dx = dx(), .weights = {}, .dweights = {}};
            for (int k = 0; k < row_.weights.size; ++k) {
                a.weights[static_cast<std::size_t>(k)] = own_weight(s_.values, k);
                a.dweights[static_cast<std::size_t>(k)] = own_weight(s_.gradients, k);
            }
            if (s_.before) return functions().backward(s_.b, a);
            // as forward; the letters' gradient is written, as the layer expects, and not used
            auto unused = s_.b.template make<T>(a.x.count());
            for (extent u = 0; u < s_.to - s_.from; ++u) {
                own_backward<T> one = a;
                one.y = a.y.slice(u, u + 1);
                one.dy = a.dy.slice(u, u + 1);
                one.dx = {unused.data(), 1, s_.n(), row_.in.channels, row_.in.positions};
                for (auto& w : one.weights) w = w.slice(u, u + 1);
                for (auto& w : one.dweights) w = w.slice(u, u + 1);
                functions().backward(s_.b, one);
            }
            break;
        }
        }
    }

private:
    int index() const { return s_.what.first; }
    extent channels() const { return row_.in.channels; }
    extent features_in() const { return row_.in.channels * row_.in.positions; }
    bool statistics() const { return s_.batch_statistics(index()); }
    own_functions<B> const& functions() const { return s_.network.own[static_cast<std::size_t>(index())]; }

    // a layer that reads letters reads one one-hot array for all units
    view<T const, 4> x() const
    {
        if (!s_.before) return view<T, 4>{s_.network.one_hot.data(), 1, s_.n(), 4, row_.in.positions};
        return s_.template slice<T>(s_.before->y, s_.n(), row_.in.channels, row_.in.positions);
    }
    view<T, 4> dx() const
    {
        if (!s_.before) return {};
        return s_.template slice<T>(s_.before->dy, s_.n(), row_.in.channels, row_.in.positions);
    }
    view<T, 4> y() const
    {
        return s_.template slice<T>(s_.memory.y, s_.n(), row_.out.channels, row_.out.positions);
    }
    view<T, 4> dy() const
    {
        return s_.template slice<T>(s_.memory.dy, s_.n(), row_.out.channels, row_.out.positions);
    }
    view<std::uint16_t, 4> at() const
    {
        return s_.template slice<std::uint16_t>(s_.memory.at, s_.n(), row_.out.channels, row_.out.positions);
    }
    template <class X>
    static view<X, 3> flat(view<X, 4> v)
    {
        return {v.data, v.size(0), v.size(1), v.size(2) * v.size(3)};
    }
    view<T, 4> conv_weight(T* flat) const
    {
        return s_.weight(flat, index(), 0, row_.given.b, row_.in.channels, row_.given.a);
    }
    view<T, 3> dense_weight(T* flat) const
    {
        return s_.weight(flat, index(), 0, row_.given.a, features_in());
    }
    view<T, 2> bias(T* flat) const { return s_.weight(flat, index(), 1, row_.out.channels); }
    view<T, 2> own_weight(T* flat, int k) const
    {
        auto const& w = row_.weights.rows[k];
        extent count = 1;
        for (int d = 0; d < w.rank; ++d) count *= w.sizes[d];
        return s_.weight(flat, index(), k, count);
    }
    view<T, 2> mean() const
    {
        return statistics() ? s_.template slice<T>(s_.memory.mean, channels())
                            : s_.value(index(), 2, channels());
    }
    view<T, 2> variance() const
    {
        return statistics() ? s_.template slice<T>(s_.memory.variance, channels())
                            : s_.value(index(), 3, channels());
    }

    stage_slice<B> const& s_;
    layer_row const& row_;
};

} // namespace explainn::detail
