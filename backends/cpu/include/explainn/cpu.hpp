// The cpu backend with every op: what has a kernel of its own, and the list of what the reference does for
// it.
#pragma once
#include <explainn/cpu/device.hpp>
#include <explainn/cpu/pairs.hpp>
#include <explainn/reference.hpp>

// Kernels take most of the compiler's time. They are compiled wherever this header is included; or, where
// EXPLAINN_COMPILED_KERNELS is defined, in the one source file that includes explainn/cpu/kernels.hpp. The
// CMake target explainn::cpu_compiled is that file and the definition.
#if defined(EXPLAINN_COMPILED_KERNELS)
#define EXPLAINN_KERNEL
#else
#define EXPLAINN_KERNEL inline
#endif

namespace explainn::EXPLAINN_ABI {

EXPLAINN_KERNEL void run(cpu<float>& b, op::prepare_letters<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::window_statistics<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv_statistics<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::motif_scan<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_winners<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::motif_scan_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::symmetric_scan<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::symmetric_scan_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_largest<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scan_hits<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_block<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_block_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_pair<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_pair_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::linear<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::linear_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::one_hot<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::spread_signals<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::conv_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::batch_norm<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::batch_norm_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::activate<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::activate_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::pool<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::pool_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dense_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::dropout<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::layer_norm<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::layer_norm_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::lstm<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::lstm_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::transpose<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::copy_channels<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::mirror_sum<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::mirror_sum_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::depthwise_conv<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::depthwise_conv_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_channels<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_channels_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::add_mean_gradient<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::point_mutations<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::bce_with_logits<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::divide_by_count<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::add_totals<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::mean_of_strands<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::adam_step<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::sgd_step<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::rmsprop_step<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::moving_average<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::scale_and_clamp<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::sum_of_squares<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::add_sign<float> const& a);
EXPLAINN_KERNEL void run(cpu<float>& b, op::clip_norm<float> const& a);

/// The ops for which cpu<T> has no kernel of its own and that reference's loops run: in float those that are
/// a few numbers a unit and the products of chosen pairs of units, in double all.
template <class T>
struct borrowed_from_reference {
    using ops = detail::joined<all_ops, ops_of_some_layers>::type;
};
template <>
struct borrowed_from_reference<float> {
    using ops = op_list<op::fold_norm, op::update_running, op::pair_products, op::pair_products_gradient,
                        op::symmetric_statistics, op::both_strands, op::both_strands_gradient>;
};

/// An op of borrowed_from_reference; what it does to runs of parameters all threads do, each to some.
template <class T, template <class> class Op>
    requires(detail::lists<Op>(typename borrowed_from_reference<T>::ops{}))
void run(cpu<T>& b, Op<T> const& a)
{
    reference<T> loops;
    if constexpr (requires { a.runs; })
        b.for_range(a.runs.count(), [&a](std::size_t first, std::size_t last) {
            auto const from = static_cast<extent>(first), to = static_cast<extent>(last);
            reference<T> mine;
            Op<T> some = a;
            some.runs = a.runs.slice(from, to);
            if constexpr (requires { some.sums; }) some.sums = a.sums.slice(from, to);
            run(mine, some);
        });
    else run(loops, a);
}

static_assert(backend<cpu<float>> && backend<cpu<double>>);

} // namespace explainn::EXPLAINN_ABI

#if !defined(EXPLAINN_COMPILED_KERNELS)
#include <explainn/cpu/kernels.hpp>
#endif
