# The user's own program, with its own flags: C++20 comes with the target, and nothing else.
add_executable(consumer ${CMAKE_CURRENT_LIST_DIR}/main.cpp)
target_link_libraries(consumer PRIVATE explainn::reference)
target_compile_options(consumer PRIVATE -Wall -Wextra -Werror)

# both namespaces opened
add_executable(names ${CMAKE_CURRENT_LIST_DIR}/names.cpp)
target_link_libraries(names PRIVATE explainn::reference)
target_compile_options(names PRIVATE -Wall -Wextra -Werror)

# Without -DWITH_LIBRARIES=ON the project is told that there is neither Boost nor xtensor, and needs neither.
if(WITH_LIBRARIES)
  add_executable(tensors ${CMAKE_CURRENT_LIST_DIR}/tensors.cpp)
  target_link_libraries(tensors PRIVATE explainn::reference explainn::tensors explainn::hana)
elseif(TARGET explainn::tensors OR TARGET explainn::hana)
  message(FATAL_ERROR "there are targets for libraries that were not found")
endif()

# what reaches the consumer through the targets
foreach(target explainn::core explainn::reference explainn::cpu)
  get_target_property(leaked ${target} INTERFACE_LINK_LIBRARIES)
  if(leaked MATCHES "xtensor|[Bb]oost")
    message(FATAL_ERROR "${target} brings ${leaked}")
  endif()
  foreach(property INTERFACE_COMPILE_OPTIONS INTERFACE_LINK_OPTIONS INTERFACE_COMPILE_DEFINITIONS)
    get_target_property(leaked ${target} ${property})
    if(leaked)
      message(FATAL_ERROR "${target} leaks ${property}: ${leaked}")
    endif()
  endforeach()
endforeach()
foreach(ours tests test_main tf_binding explainn_bench)
  if(TARGET ${ours})
    message(FATAL_ERROR "the target ${ours} reaches a consumer")
  endif()
endforeach()
if(NOT CMAKE_CXX_FLAGS STREQUAL "" OR NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  message(FATAL_ERROR "the consumer's flags were changed: ${CMAKE_CXX_FLAGS}, ${CMAKE_BUILD_TYPE}")
endif()
