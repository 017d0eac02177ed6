# The library's INTERFACE targets; nothing of ours leaks flags or warnings into a user's build.
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost REQUIRED)
find_package(xtensor REQUIRED)

set(EXPLAINN_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
get_filename_component(EXPLAINN_ROOT ${EXPLAINN_ROOT} ABSOLUTE)

function(explainn_component name base)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${base}/*.hpp)
  add_library(explainn_${name} INTERFACE)
  add_library(explainn::${name} ALIAS explainn_${name})
  set_target_properties(explainn_${name} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(explainn_${name} INTERFACE cxx_std_20)
  target_sources(explainn_${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${base} FILES ${headers})
endfunction()

explainn_component(core ${EXPLAINN_ROOT}/include)
target_link_libraries(explainn_core INTERFACE ZLIB::ZLIB Boost::boost xtensor Threads::Threads)

explainn_component(reference ${EXPLAINN_ROOT}/backends/reference/include)
target_link_libraries(explainn_reference INTERFACE explainn::core)

explainn_component(cpu ${EXPLAINN_ROOT}/backends/cpu/include)
target_link_libraries(explainn_cpu INTERFACE explainn::reference)

include(explainn_compiled)

# What our own programs are built with; never exported.
add_library(explainn_flags INTERFACE)
target_compile_options(explainn_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion
  $<$<BOOL:${EXPLAINN_WERROR}>:-Werror>)

# Optional, and of this build alone: the reader of HDF5 files (explainn/io/hdf5_file.hpp).
find_path(EXPLAINN_HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial)
find_library(EXPLAINN_HDF5 NAMES hdf5 hdf5_serial PATH_SUFFIXES hdf5/serial)
mark_as_advanced(EXPLAINN_HDF5_INCLUDE EXPLAINN_HDF5)
if(EXPLAINN_HDF5_INCLUDE AND EXPLAINN_HDF5)
  add_library(explainn_hdf5 INTERFACE)
  add_library(explainn::hdf5 ALIAS explainn_hdf5)
  target_link_libraries(explainn_hdf5 INTERFACE explainn::core ${EXPLAINN_HDF5})
  target_include_directories(explainn_hdf5 SYSTEM INTERFACE ${EXPLAINN_HDF5_INCLUDE})
endif()
