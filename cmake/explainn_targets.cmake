# The library's INTERFACE targets; nothing of ours leaks flags or warnings into a user's build.
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

set(EXPLAINN_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
get_filename_component(EXPLAINN_ROOT ${EXPLAINN_ROOT} ABSOLUTE)

function(explainn_component name base)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${base}/*.hpp ${base}/*.cuh)
  add_library(explainn_${name} INTERFACE)
  add_library(explainn::${name} ALIAS explainn_${name})
  set_target_properties(explainn_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(explainn_${name} INTERFACE cxx_std_20)
  target_sources(explainn_${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${base} FILES ${headers})
endfunction()

explainn_component(core ${EXPLAINN_ROOT}/include)
target_link_libraries(explainn_core INTERFACE ZLIB::ZLIB Threads::Threads)

explainn_component(reference ${EXPLAINN_ROOT}/backends/reference/include)
target_link_libraries(explainn_reference INTERFACE explainn::core)

explainn_component(cpu ${EXPLAINN_ROOT}/backends/cpu/include)
target_link_libraries(explainn_cpu INTERFACE explainn::reference)
if(EXPLAINN_BASE_ONLY) # no kernels for wider vectors, here and in what is installed
  target_compile_definitions(explainn_cpu INTERFACE EXPLAINN_BASE_ONLY)
endif()

# the headers alone; explainn::blas (explainn_optional.cmake) adds the libraries that they need
explainn_component(blas_headers ${EXPLAINN_ROOT}/backends/blas/include)
target_link_libraries(explainn_blas_headers INTERFACE explainn::reference)

# the headers alone, which any compiler reads; explainn::cuda (explainn_cuda.cmake) adds what nvcc needs
explainn_component(cuda_headers ${EXPLAINN_ROOT}/backends/cuda/include)
target_link_libraries(explainn_cuda_headers INTERFACE explainn::core)

include(explainn_compiled)
include(explainn_cuda)
include(explainn_optional)
include(explainn_add_program)

# What our own programs are built with; never exported.
add_library(explainn_flags INTERFACE)
target_compile_options(explainn_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion
  $<$<BOOL:${EXPLAINN_WERROR}>:-Werror>)
