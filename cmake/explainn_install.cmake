# What `cmake --install` installs of the library; examples/CMakeLists.txt adds the programs (--component programs installs
# them alone).
install(TARGETS explainn_core explainn_reference explainn_cpu explainn_blas_headers explainn_cuda_headers EXPORT explainn FILE_SET HEADERS)
install(EXPORT explainn NAMESPACE explainn:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/explainn
  FILE explainn-targets.cmake)
configure_package_config_file(${EXPLAINN_ROOT}/cmake/explainn-config.cmake.in explainn-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/explainn)
write_basic_package_version_file(explainn-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/explainn-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/explainn-config-version.cmake
  ${EXPLAINN_ROOT}/cmake/explainn_compiled.cmake
  ${EXPLAINN_ROOT}/cmake/explainn_cuda.cmake
  ${EXPLAINN_ROOT}/cmake/explainn_optional.cmake
  ${EXPLAINN_ROOT}/cmake/explainn_add_program.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/explainn)
install(FILES ${EXPLAINN_ROOT}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
