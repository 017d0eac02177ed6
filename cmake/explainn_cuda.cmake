# The backend of NVIDIA GPUs, where EXPLAINN_CUDA is ON:
#   explainn::cuda           explainn/cuda.hpp, and its kernels, for sources that nvcc compiles
#   explainn::cuda_compiled  explainn/cuda.hpp with its kernels compiled once, for sources of any compiler
# CMAKE_CUDA_ARCHITECTURES says for which GPUs; without it A100, H100 and B200, and those that come after them.
# With EXPLAINN_CUBLAS they can also multiply by cuBLAS, which programs then link.
option(EXPLAINN_CUDA "Build the backend of NVIDIA GPUs, and give programs --device cuda" OFF)
option(EXPLAINN_CUBLAS "Let the backend of NVIDIA GPUs multiply by cuBLAS, too, where a program asks for it" OFF)
if(EXPLAINN_CUDA AND NOT TARGET explainn_cuda)
  if(NOT CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 100)
  endif()
  enable_language(CUDA)
  find_package(CUDAToolkit 12.4 REQUIRED)
  add_library(explainn_cuda INTERFACE)
  add_library(explainn::cuda ALIAS explainn_cuda)
  target_link_libraries(explainn_cuda INTERFACE explainn::cuda_headers CUDA::cudart_static)
  target_compile_options(explainn_cuda INTERFACE
    $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20 --extended-lambda --expt-relaxed-constexpr>)
  if(EXPLAINN_CUBLAS)
    target_link_libraries(explainn_cuda INTERFACE CUDA::cublas)
    target_compile_definitions(explainn_cuda INTERFACE EXPLAINN_CUBLAS)
  endif()

  set(explainn_kernels ${CMAKE_CURRENT_BINARY_DIR}/explainn_kernels.cu)
  file(CONFIGURE OUTPUT ${explainn_kernels} CONTENT "#include <explainn/cuda/kernels.cuh>\nEXPLAINN_CUDA_INSTANTIATE\n")
  add_library(explainn_cuda_compiled STATIC EXCLUDE_FROM_ALL ${explainn_kernels})
  add_library(explainn::cuda_compiled ALIAS explainn_cuda_compiled)
  target_link_libraries(explainn_cuda_compiled PUBLIC explainn::cuda_headers CUDA::cudart_static PRIVATE explainn::cuda)
  target_compile_definitions(explainn_cuda_compiled INTERFACE EXPLAINN_COMPILED_CUDA)
  # registers and spills of every kernel are printed; its warnings are errors
  target_compile_options(explainn_cuda_compiled PRIVATE -Xptxas=-v -Werror=all-warnings)
  set_target_properties(explainn_cuda_compiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
endif()
