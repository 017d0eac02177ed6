// The ops of the cuda backend, declared for any compiler. Their definitions are kernels.cuh, which nvcc
// reads.
#pragma once
#include <explainn/cuda/device.hpp>

/// Every op that the backend runs: X(name) for each.
#define EXPLAINN_CUDA_OPS(X)                                                                                 \
    X(prepare_letters)                                                                                       \
    X(gather_letters)                                                                                        \
    X(window_statistics)                                                                                     \
    X(conv_statistics)                                                                                       \
    X(fold_norm)                                                                                             \
    X(motif_scan)                                                                                            \
    X(scan_winners)                                                                                          \
    X(motif_scan_gradient)                                                                                   \
    X(scan_largest)                                                                                          \
    X(scan_hits)                                                                                             \
    X(dense_block)                                                                                           \
    X(dense_block_gradient)                                                                                  \
    X(dense_pair)                                                                                            \
    X(dense_pair_gradient)                                                                                   \
    X(linear)                                                                                                \
    X(linear_gradient)                                                                                       \
    X(pair_products)                                                                                         \
    X(pair_products_gradient)                                                                                \
    X(one_hot)                                                                                               \
    X(spread_signals)                                                                                        \
    X(conv)                                                                                                  \
    X(conv_gradient)                                                                                         \
    X(batch_norm)                                                                                            \
    X(batch_norm_gradient)                                                                                   \
    X(activate)                                                                                              \
    X(activate_gradient)                                                                                     \
    X(pool)                                                                                                  \
    X(pool_gradient)                                                                                         \
    X(dense)                                                                                                 \
    X(dense_gradient)                                                                                        \
    X(dropout)                                                                                               \
    X(point_mutations)                                                                                       \
    X(layer_norm)                                                                                            \
    X(layer_norm_gradient)                                                                                   \
    X(update_running)                                                                                        \
    X(bce_with_logits)                                                                                       \
    X(divide_by_count)                                                                                       \
    X(add_totals)                                                                                            \
    X(mean_of_strands)                                                                                       \
    X(adam_step)                                                                                             \
    X(sgd_step)                                                                                              \
    X(rmsprop_step)                                                                                          \
    X(moving_average)                                                                                        \
    X(add_sign)                                                                                              \
    X(scale_and_clamp)                                                                                       \
    X(sum_of_squares)                                                                                        \
    X(clip_norm)                                                                                             \
    X(lstm)                                                                                                  \
    X(lstm_gradient)                                                                                         \
    X(transpose)                                                                                             \
    X(copy_channels)                                                                                         \
    X(mirror_sum)                                                                                            \
    X(mirror_sum_gradient)                                                                                   \
    X(depthwise_conv)                                                                                        \
    X(depthwise_conv_gradient)                                                                               \
    X(scale_channels)                                                                                        \
    X(scale_channels_gradient)                                                                               \
    X(add_mean_gradient)                                                                                     \
    X(pair_cells)                                                                                            \
    X(pair_cells_gradient)                                                                                   \
    X(by_distance)                                                                                           \
    X(by_distance_gradient)

namespace explainn::EXPLAINN_ABI {

#define EXPLAINN_CUDA_DECLARE(name)                                                                          \
    template <class T>                                                                                       \
    void run(cuda<T>& b, op::name<T> const& a);
EXPLAINN_CUDA_OPS(EXPLAINN_CUDA_DECLARE)
#undef EXPLAINN_CUDA_DECLARE

static_assert(backend<cuda<float>>);

} // namespace explainn::EXPLAINN_ABI
