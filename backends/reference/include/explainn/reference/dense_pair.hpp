// dense_pair and its gradient as the two blocks they stand for. What is kept is what the hidden block keeps,
// what it gives, and what the last block keeps.
#pragma once
#include <explainn/reference/dense_block.hpp>

namespace explainn::EXPLAINN_ABI {

namespace detail {

// Where the parts of a pair's kept memory lie.
struct pair_parts {
    own_bytes_by_unit hidden, between, last;
};
template <class T>
pair_parts parts_of(own_bytes_by_unit kept, extent n, extent hidden)
{
    std::size_t const bytes = sizeof(T) * static_cast<std::size_t>(n) * static_cast<std::size_t>(hidden);
    return {kept, kept.behind(bytes), kept.behind(2 * bytes)};
}

} // namespace detail

/// op::dense_pair
template <class T>
void run(reference<T>& b, op::dense_pair<T> const& a)
{
    extent const units = a.last.y.size(0), n_all = a.last.y.size(1), hidden = a.hidden.weight.size(1);
    detail::temporary<T, 3> y{units, n_all, hidden};
    auto const kept = detail::parts_of<T>(a.kept, n_all, hidden);
    auto first = a.hidden;
    first.kept = kept.hidden;
    first.y = y.all;
    run(b, first);
    if (a.kept) detail::keep(y.all, kept.between);
    auto second = a.last;
    second.x = y.all;
    second.kept = kept.last;
    run(b, second);
}

/// op::dense_pair_gradient
template <class T>
void run(reference<T>& b, op::dense_pair_gradient<T> const& a)
{
    extent const units = a.last.y.size(0), n_all = a.last.y.size(1), hidden = a.hidden.weight.size(1);
    detail::temporary<T, 3> y{units, n_all, hidden}, dy{units, n_all, hidden};
    auto const kept = detail::parts_of<T>(a.kept, n_all, hidden);
    detail::read_kept(kept.between, y.all);
    auto second = a.last;
    second.x = y.all;
    second.dx = dy.all;
    second.kept = kept.last;
    run(b, second);
    auto first = a.hidden;
    first.y = y.all;
    first.dy = dy.all;
    first.kept = kept.hidden;
    run(b, first);
}

} // namespace explainn::EXPLAINN_ABI
