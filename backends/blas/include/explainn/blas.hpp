// The blas backend with every op: short code on xtensor and OpenBLAS, and the list of what it borrows.
#pragma once
#include <explainn/backend/concept.hpp>
#include <explainn/blas/conv.hpp>
#include <explainn/blas/dense.hpp>
#include <explainn/blas/dense_block.hpp>
#include <explainn/blas/dense_pair.hpp>
#include <explainn/blas/device.hpp>
#include <explainn/blas/head.hpp>
#include <explainn/blas/motif_scan.hpp>
#include <explainn/blas/norms.hpp>
#include <explainn/blas/pointwise.hpp>
#include <explainn/blas/scan_hits.hpp>
#include <explainn/blas/statistics.hpp>
#include <explainn/blas/training.hpp>
#include <explainn/reference.hpp>

namespace explainn::EXPLAINN_ABI {

/// The ops that a product or an expression would make neither shorter nor quicker: a few numbers, copies, the
/// walk of a pool's cells, and the products of a few chosen pairs of features. The loops of reference run
/// them, and ops_of_some_layers.
using blas_borrows_from_reference =
    op_list<op::fold_norm, op::update_running, op::divide_by_count, op::add_totals, op::mean_of_strands,
            op::one_hot, op::spread_signals, op::pool, op::pool_gradient, op::pair_products,
            op::pair_products_gradient>;

/// An op of blas_borrows_from_reference or of ops_of_some_layers.
template <class T, template <class> class Op>
    requires(detail::lists<Op>(blas_borrows_from_reference{}) || detail::lists<Op>(ops_of_some_layers{}))
void run(blas<T>&, Op<T> const& a)
{
    reference<T> loops;
    run(loops, a);
}

/// op::point_mutations: every mutant is written out, as reference does, and run by the ops of this backend.
template <class T>
void run(blas<T>& b, op::point_mutations<T> const& a)
{
    detail::run_every_mutant(b, a);
}

static_assert(backend<blas<float>> && backend<blas<double>>);

} // namespace explainn::EXPLAINN_ABI
