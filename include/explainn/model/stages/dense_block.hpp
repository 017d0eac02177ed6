// dense [+ batch norm] [+ activation] [+ dropout], as one block, or as a pair with the block of one output
// behind it.
#pragma once
#include <explainn/model/stage_context.hpp>

namespace explainn::detail {

template <backend B>
class dense_stage {
public:
    using T = typename B::scalar;
    explicit dense_stage(stage_slice<B> const& s)
        : s_{s}, first_{s.what.first,        s.what.norm,   s.what.act,       s.what.drop,
                        s.memory.normalized, s.memory.mean, s.memory.variance}
    {
    }

    void forward() const
    {
        auto o = block(first_);
        o.x = inputs(s_.before->y);
        if (s_.what.second < 0) {
            o.y = outputs(s_.memory.y);
            run(s_.b, o);
        } else {
            if (o.normalized) o.normalized = padded();
            op::dense_pair<T> both{.hidden = o, .last = block(second())};
            both.last.y = outputs(s_.memory.y);
            run(s_.b, both);
            follow(second());
        }
        follow(first_);
    }

    void backward() const
    {
        auto o = gradient(first_);
        o.x = inputs(s_.before->y);
        o.dx = inputs(s_.before->dy);
        if (s_.what.second < 0) {
            o.y = outputs(s_.memory.y);
            o.dy = outputs(s_.memory.dy);
            return run(s_.b, o);
        }
        o.normalized = padded();
        op::dense_pair_gradient<T> both{.hidden = o, .last = gradient(second())};
        both.last.y = outputs(s_.memory.y);
        both.last.dy = outputs(s_.memory.dy);
        run(s_.b, both);
    }

private:
    // one block: its layers (-1: it has none) and what is kept for its gradient
    struct part {
        int dense, norm, act, drop;
        array_on<B, T>&normalized, &mean, &variance;
    };

    part second() const
    {
        auto const s = dense_at(s_.network.rows, s_.what.second, s_.what.last);
        return {s.first,
                s.norm,
                s.act,
                s.drop,
                s_.memory.second_normalized,
                s_.memory.second_mean,
                s_.memory.second_variance};
    }
    op::dense_block<T> block(part const& p) const
    {
        return {.x = {},
                .weight = s_.value(p.dense, 0, hidden(p), features_in(p)),
                .bias = s_.value(p.dense, 1, hidden(p)),
                .gamma = s_.value(p.norm, 0, hidden(p)),
                .beta = s_.value(p.norm, 1, hidden(p)),
                .batch_statistics = s_.batch_statistics(p.norm),
                .mean = statistic(p, p.mean, 2),
                .variance = statistic(p, p.variance, 3),
                .epsilon = epsilon(p),
                .act = activation_of(p),
                .dropout = s_.mask(p.drop),
                .normalized = s_.training() ? of_unit(p.normalized, hidden(p)) : view<T, 3>{},
                .y = {}};
    }
    op::dense_block_gradient<T> gradient(part const& p) const
    {
        return {.x = {},
                .weight = s_.value(p.dense, 0, hidden(p), features_in(p)),
                .gamma = s_.value(p.norm, 0, hidden(p)),
                .beta = s_.value(p.norm, 1, hidden(p)),
                .batch_statistics = s_.batch_statistics(p.norm),
                .variance = statistic(p, p.variance, 3),
                .epsilon = epsilon(p),
                .act = activation_of(p),
                .dropout = s_.mask(p.drop),
                .normalized = of_unit(p.normalized, hidden(p)),
                .y = {},
                .dy = {},
                .dx = {},
                .dweight = s_.gradient(p.dense, 0, hidden(p), features_in(p)),
                .dbias = s_.gradient(p.dense, 1, hidden(p)),
                .dgamma = s_.gradient(p.norm, 0, hidden(p)),
                .dbeta = s_.gradient(p.norm, 1, hidden(p))};
    }
    // running statistics follow the batch's
    void follow(part const& p) const
    {
        if (s_.batch_statistics(p.norm))
            s_.update_running(p.norm, statistic(p, p.mean, 2), statistic(p, p.variance, 3), s_.n());
    }

    extent features_in(part const& p) const
    {
        auto const in = s_.layer(p.dense).in;
        return in.channels * in.positions;
    }
    extent hidden(part const& p) const { return s_.layer(p.dense).out.channels; }
    double epsilon(part const& p) const { return p.norm < 0 ? 0 : s_.layer(p.norm).epsilon; }
    activation activation_of(part const& p) const
    {
        return p.act < 0 ? activation::identity : s_.layer(p.act).act;
    }
    view<T, 3> of_unit(array_on<B, T>& a, extent features) const
    {
        return s_.template slice<T>(a, s_.n(), features);
    }
    view<T, 3> inputs(array_on<B, T>& a) const { return of_unit(a, features_in(first_)); }
    view<T, 3> outputs(array_on<B, T>& a) const { return of_unit(a, s_.out().channels); }
    view<T, 3> padded() const { return of_unit(s_.memory.normalized, op::padded_row(hidden(first_))); }
    // the batch's while it takes part in the gradient, else the running one
    view<T, 2> statistic(part const& p, array_on<B, T>& of_batch, int running) const
    {
        return s_.batch_statistics(p.norm) ? s_.template slice<T>(of_batch, hidden(p))
                                           : s_.value(p.norm, running, hidden(p));
    }

    stage_slice<B> const& s_;
    part first_;
};

} // namespace explainn::detail
