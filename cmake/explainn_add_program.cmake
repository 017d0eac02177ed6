# explainn_add_program(NAME SOURCE... [LIBRARIES TARGET...] [NO_INSTALL]): a program on the fast backend, whose kernels are compiled once for all
# programs: the executable NAME, and what `cmake --install --component programs` installs unless NO_INSTALL says otherwise. LIBRARIES are what it needs besides,
# such as explainn::hana or explainn::hts.
function(explainn_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "NO_INSTALL" "" "LIBRARIES")
  if(NOT program_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "explainn_add_program(${name}): expected its source files, found none")
  endif()
  foreach(library IN LISTS program_LIBRARIES)
    if(library MATCHES "::" AND NOT TARGET ${library})
      message(FATAL_ERROR "explainn_add_program(${name}): expected the target ${library}, which there is not; "
        "what the targets of explainn need stands in docs/using.md")
    endif()
  endforeach()
  add_executable(${name} ${program_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE explainn::cpu_compiled ${program_LIBRARIES})
  if(NOT program_NO_INSTALL)
    install(TARGETS ${name} RUNTIME COMPONENT programs)
  endif()
endfunction()
