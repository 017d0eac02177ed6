// Every kernel of the backend. EXPLAINN_CUDA_INSTANTIATE compiles them all in one unit, for programs that
// link it.
#pragma once
#include <explainn/cuda/channels.cuh>
#include <explainn/cuda/conv.cuh>
#include <explainn/cuda/dense.cuh>
#include <explainn/cuda/dense_block.cuh>
#include <explainn/cuda/dense_pair.cuh>
#include <explainn/cuda/gather_letters.cuh>
#include <explainn/cuda/head.cuh>
#include <explainn/cuda/losses.cuh>
#include <explainn/cuda/lstm.cuh>
#include <explainn/cuda/motif_scan.cuh>
#include <explainn/cuda/motif_scan_gradient.cuh>
#include <explainn/cuda/norms.cuh>
#include <explainn/cuda/pairs.cuh>
#include <explainn/cuda/parameters.cuh>
#include <explainn/cuda/point_mutations.cuh>
#include <explainn/cuda/pointwise.cuh>
#include <explainn/cuda/pool.cuh>
#include <explainn/cuda/scan_hits.cuh>
#include <explainn/cuda/statistics.cuh>
#if defined(__CUDACC__)
#include <explainn/cuda/runtime.cuh>
#endif

#define EXPLAINN_CUDA_OP_OF_FLOAT(name) template void run(cuda<float>&, op::name<float> const&);
#define EXPLAINN_CUDA_INSTANTIATE                                                                            \
    namespace explainn::EXPLAINN_ABI {                                                                       \
    template struct cuda_runtime<float>;                                                                     \
    EXPLAINN_CUDA_OPS(EXPLAINN_CUDA_OP_OF_FLOAT)                                                             \
    }
