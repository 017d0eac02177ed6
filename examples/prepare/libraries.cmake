# genomes, signals and matrices of cells: where a library is absent, the subcommands that need it say so
foreach(library explainn::hts explainn::bigwig explainn::hdf5)
  if(TARGET ${library})
    list(APPEND libraries ${library})
  endif()
endforeach()
