# explainn::cpu_compiled: explainn::cpu with its kernels compiled once and optimised in every configuration, for programs of
# several source files; built where something links it.
if(NOT TARGET explainn_cpu_compiled)
  set(explainn_kernels ${CMAKE_CURRENT_BINARY_DIR}/explainn_kernels.cpp)
  file(CONFIGURE OUTPUT ${explainn_kernels} CONTENT "#include <explainn/cpu/kernels.hpp>\n")
  add_library(explainn_cpu_compiled STATIC EXCLUDE_FROM_ALL ${explainn_kernels})
  add_library(explainn::cpu_compiled ALIAS explainn_cpu_compiled)
  target_link_libraries(explainn_cpu_compiled PUBLIC explainn::cpu)
  target_compile_definitions(explainn_cpu_compiled PUBLIC EXPLAINN_COMPILED_KERNELS)
  target_compile_options(explainn_cpu_compiled PRIVATE $<$<NOT:$<CONFIG:None>>:-O2>)
  set_target_properties(explainn_cpu_compiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
endif()
