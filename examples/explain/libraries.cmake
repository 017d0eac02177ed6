# genomes, variants and tracks: where a library is absent, the subcommands that need it say so
foreach(library explainn::hts explainn::bigwig)
  if(TARGET ${library})
    list(APPEND libraries ${library})
  endif()
endforeach()
