// dense_pair and its gradient as the two blocks they stand for.
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

/// Numbers of each unit that lie `each` bytes apart, copied to where they lie one unit after the other, or
/// the other way round.
template <class T>
void copy_units(cuda<T>& b, matrices<T const> from, matrices<T> to, std::size_t units, std::size_t count)
{
    for_each(b, units * count, [=] EXPLAINN_KERNEL(std::size_t i) {
        to.data[i / count * to.unit + i % count] = from.data[i / count * from.unit + i % count];
    });
}

} // namespace cuda_detail

/// op::dense_pair
template <class T>
void run(cuda<T>& b, op::dense_pair<T> const& a)
{
    using namespace cuda_detail;
    extent const units = a.last.y.size(0), n = a.last.y.size(1), hidden = a.hidden.weight.size(1);
    std::size_t const count = size_of(n) * size_of(hidden);
    auto const scratch = b.scratch();
    pair_memory const kept{a.kept, count * sizeof(T)};
    view<T, 3> const between{scratch.template make<T>(size_of(units) * count), units, n, hidden};
    auto first = a.hidden;
    first.kept = kept.hidden;
    first.y = between;
    run(b, first);
    if (a.kept)
        copy_units<T>(b, {between.data, count, 0, 1}, kept_matrices<T>(kept.between, 0), size_of(units),
                      count);
    auto second = a.last;
    second.x = between;
    second.kept = kept.last;
    run(b, second);
}

/// op::dense_pair_gradient
template <class T>
void run(cuda<T>& b, op::dense_pair_gradient<T> const& a)
{
    using namespace cuda_detail;
    extent const units = a.last.y.size(0), n = a.last.y.size(1), hidden = a.hidden.weight.size(1);
    std::size_t const count = size_of(n) * size_of(hidden);
    auto const scratch = b.scratch();
    pair_memory const kept{a.kept, count * sizeof(T)};
    view<T, 3> const y{scratch.template make<T>(size_of(units) * count), units, n, hidden},
        dy{scratch.template make<T>(size_of(units) * count), units, n, hidden};
    copy_units<T>(b, kept_matrices<T const>(kept.between, 0), {y.data, count, 0, 1}, size_of(units), count);
    auto second = a.last;
    second.x = y;
    second.dx = dy;
    second.kept = kept.last;
    run(b, second);
    auto first = a.hidden;
    first.y = y;
    first.dy = dy;
    first.kept = kept.hidden;
    run(b, first);
}

} // namespace explainn::EXPLAINN_ABI
