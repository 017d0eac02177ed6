// dense_pair and its gradient as the two blocks they stand for; what lies between them is kept where the
// gradient reads it.
#pragma once
#include <explainn/cuda/dense_block.cuh>

namespace explainn::EXPLAINN_ABI {

namespace cuda_detail {

/// What a unit keeps of a pair: the hidden values before gamma and beta, what the hidden block gives, and the
/// last values before gamma and beta.
struct pair_memory {
    own_bytes_by_unit hidden, between, last;
    pair_memory(own_bytes_by_unit kept, std::size_t bytes)
        : hidden{kept}, between{kept.behind(bytes)}, last{kept.behind(2 * bytes)}
    {
    }
};

} // namespace cuda_detail

/// op::dense_pair
template <class T>
void run(cuda<T>& b, op::dense_pair<T> const& a)
{
    using namespace cuda_detail;
    std::size_t const units = size_of(a.last.y.size(0)), n = size_of(a.last.y.size(1)),
                      hidden = size_of(a.hidden.weight.size(1)), count = n * hidden;
    auto const scratch = b.scratch();
    pair_memory const kept{a.kept, count * sizeof(T)};
    matrices<T> const between = a.kept
                                    ? kept_matrices<T>(kept.between, hidden)
                                    : matrices<T>{scratch.template make<T>(units * count), count, hidden, 1};
    auto first = a.hidden;
    first.kept = kept.hidden;
    block_forward<T>(b, first, of_units(a.hidden.x), between, n);
    auto second = a.last;
    second.kept = kept.last;
    block_forward<T>(b, second, between.to_read(), of_units(a.last.y), n);
}

/// op::dense_pair_gradient
template <class T>
void run(cuda<T>& b, op::dense_pair_gradient<T> const& a)
{
    using namespace cuda_detail;
    extent const units = a.last.dy.size(0), n = a.last.dy.size(1), hidden = a.hidden.weight.size(1);
    std::size_t const count = size_of(n) * size_of(hidden);
    auto const scratch = b.scratch();
    pair_memory const kept{a.kept, count * sizeof(T)};
    matrices<T const> const between = kept_matrices<T const>(kept.between, size_of(hidden));
    view<T, 3> const dy{scratch.template make<T>(size_of(units) * count), units, n, hidden};
    auto second = a.last;
    second.dx = dy;
    second.kept = kept.last;
    block_backward<T>(b, second, between, of_units(a.last.y));
    auto first = a.hidden;
    first.dy = dy;
    first.kept = kept.hidden;
    block_backward<T>(b, first, of_units(a.hidden.x), between);
}

} // namespace explainn::EXPLAINN_ABI
