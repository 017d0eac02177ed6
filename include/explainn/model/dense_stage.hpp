// dense [+ batch norm] [+ activation] [+ dropout], as one block.
#pragma once
#include <explainn/model/stage_context.hpp>

namespace explainn::detail {

template <backend B>
class dense_stage {
public:
    using T = typename B::scalar;
    explicit dense_stage(stage_slice<B> const& s) : s_{s} {}

    void forward() const
    {
        bool const statistics = s_.batch_statistics(s_.what.norm);
        run(s_.b,
            op::dense_block<T>{.x = inputs(s_.before->y),
                               .weight = s_.value(s_.what.first, 0, hidden(), features_in()),
                               .bias = s_.value(s_.what.first, 1, hidden()),
                               .gamma = s_.value(s_.what.norm, 0, hidden()),
                               .beta = s_.value(s_.what.norm, 1, hidden()),
                               .batch_statistics = statistics,
                               .mean = mean(),
                               .variance = variance(),
                               .epsilon = epsilon(),
                               .act = s_.act(),
                               .dropout = s_.mask(s_.what.drop),
                               .normalized = s_.training() ? outputs(s_.memory.normalized) : view<T, 3>{},
                               .y = outputs(s_.memory.y)});
        if (statistics) s_.update_running(s_.what.norm, mean(), variance(), s_.n());
    }

    void backward() const
    {
        run(s_.b,
            op::dense_block_gradient<T>{.x = inputs(s_.before->y),
                                        .weight = s_.value(s_.what.first, 0, hidden(), features_in()),
                                        .gamma = s_.value(s_.what.norm, 0, hidden()),
                                        .beta = s_.value(s_.what.norm, 1, hidden()),
                                        .batch_statistics = s_.batch_statistics(s_.what.norm),
                                        .variance = variance(),
                                        .epsilon = epsilon(),
                                        .act = s_.act(),
                                        .dropout = s_.mask(s_.what.drop),
                                        .normalized = outputs(s_.memory.normalized),
                                        .y = outputs(s_.memory.y),
                                        .dy = outputs(s_.memory.dy),
                                        .dx = inputs(s_.before->dy),
                                        .dweight = s_.gradient(s_.what.first, 0, hidden(), features_in()),
                                        .dbias = s_.gradient(s_.what.first, 1, hidden()),
                                        .dgamma = s_.gradient(s_.what.norm, 0, hidden()),
                                        .dbeta = s_.gradient(s_.what.norm, 1, hidden())});
    }

private:
    extent features_in() const { return s_.in().channels * s_.in().positions; }
    extent hidden() const { return s_.out().channels; }
    double epsilon() const { return s_.what.norm < 0 ? 0 : s_.layer(s_.what.norm).epsilon; }
    view<T, 3> inputs(array_on<B, T>& a) const { return s_.template slice<T>(a, s_.n(), features_in()); }
    view<T, 3> outputs(array_on<B, T>& a) const { return s_.template slice<T>(a, s_.n(), hidden()); }
    // the batch's while it takes part in the gradient, else the running ones
    view<T, 2> mean() const
    {
        return s_.batch_statistics(s_.what.norm) ? s_.template slice<T>(s_.memory.mean, hidden())
                                                 : s_.value(s_.what.norm, 2, hidden());
    }
    view<T, 2> variance() const
    {
        return s_.batch_statistics(s_.what.norm) ? s_.template slice<T>(s_.memory.variance, hidden())
                                                 : s_.value(s_.what.norm, 3, hidden());
    }

    stage_slice<B> const& s_;
};

} // namespace explainn::detail
