# peaks and their genome: where htslib is absent, --peaks says so
if(TARGET explainn::hts)
  list(APPEND libraries explainn::hts)
endif()
