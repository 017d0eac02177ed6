// dense_pair and its gradient: both blocks of a unit, one after the other, and then the next unit.
#pragma once
#include <explainn/blas/dense_block.hpp>

namespace explainn::EXPLAINN_ABI {

namespace blas_detail {
/// Where a pair keeps, of one unit, the values of the hidden block before gamma and beta, what it gives, and
/// the values of the last block.
template <class T>
std::array<T*, 3> pair_arrays(T* memory, std::size_t n, std::size_t h)
{
    return {memory, memory + n * h, memory + 2 * n * h};
}
} // namespace blas_detail

/// op::dense_pair
template <class T>
void run(blas<T>&, op::dense_pair<T> const& a)
{
    using namespace blas_detail;
    std::size_t const n = size_of(a.last.y.size(1)), h = size_of(a.hidden.weight.size(1));
    auto work = make_vector<T>(a.kept ? 0 : (2 * h + 1) * n);
    for (std::size_t u = 0; u < size_of(a.last.y.size(0)); ++u) {
        auto const [normalized, between, last] =
            pair_arrays(a.kept ? a.kept.template of_unit<T>(u) : work.data(), n, h);
        block_forward<T>(a.hidden, u, n, {unit_of(a.hidden.x, u).data, normalized, between});
        block_forward<T>(a.last, u, n, {between, last, unit_of(a.last.y, u).data});
    }
}

/// op::dense_pair_gradient
template <class T>
void run(blas<T>&, op::dense_pair_gradient<T> const& a)
{
    using namespace blas_detail;
    std::size_t const n = size_of(a.last.y.size(1)), h = size_of(a.hidden.weight.size(1));
    auto between = make_vector<T>(n * h); // the gradient of what the hidden block gives
    for (std::size_t u = 0; u < size_of(a.last.y.size(0)); ++u) {
        auto const [normalized, hidden, last] = pair_arrays(a.kept.template of_unit<T>(u), n, h);
        block_backward<T>(a.last, u, n, {hidden, last, const_cast<T*>(unit_of(a.last.y, u).data)},
                          unit_of(a.last.dy, u).data, between.data());
        block_backward<T>(a.hidden, u, n, {unit_of(a.hidden.x, u).data, normalized, hidden}, between.data(),
                          a.hidden.dx ? unit_of(a.hidden.dx, u).data : nullptr);
    }
}

} // namespace explainn::EXPLAINN_ABI
