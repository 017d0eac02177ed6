# --peaks takes the steps of prepare regions, which need what prepare needs
include(${CMAKE_CURRENT_LIST_DIR}/../prepare/libraries.cmake)
