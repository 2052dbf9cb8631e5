# muster_discover_suites(TARGET PROPERTY VALUE …): a ctest test for each suite of a GoogleTest program, with these properties.
# Its cases run in one process: to start a sanitized one costs more than most cases do. Where the environment says
# MUSTER_EACH_CASE a case is a test of its own, so that one can be chosen by its name. The program is asked for its suites
# when ctest starts, and again only once it was built anew.
function(muster_discover_suites target)
  list(JOIN ARGN " " properties)
  set(script "${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake")
  file(GENERATE OUTPUT "${script}" CONTENT "set(muster_suites_program \"$<TARGET_FILE:${target}>\")
set(muster_suites_properties ${properties})
include(\"${CMAKE_SOURCE_DIR}/config/cmake/SuitesOf.cmake\")
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${script}")
endfunction()
