// The cuda backend with every op, on one GPU. A program that g++ or clang compiles reads declarations here
// and links explainn::cuda_compiled; nvcc reads the kernels, too.
#pragma once
#include <explainn/cuda/ops.hpp>

#if (defined(__CUDACC__) || defined(EXPLAINN_CUDA_ON_HOST)) && !defined(EXPLAINN_COMPILED_CUDA)
#include <explainn/cuda/kernels.cuh>
#endif
