include(GoogleTest)

# "unit-tests" builds the tests with that label, "threads-tests" those that run under the thread sanitizer, "programs"
# what is installed: run-tests builds no more than a layer needs.
set(MUSTER_LABELS unit integration fuzz e2e attack chaos bench-smoke tidy lint)
add_custom_target(programs)
foreach(label ${MUSTER_LABELS} threads)
  add_custom_target(${label}-tests)
endforeach()

# muster_library(NAME muster_base SRCS a.cpp b.cpp DEPS muster_x PRIVATE_DEPS pkg::y)
# A library is a folder is a namespace. A tree that compiles in batches has one target for the small libraries of a
# folder that says set(MUSTER_TOGETHER muster_NAME): most of what a small batch costs are the headers. Only libraries that
# all end in the same programs: who uses one of them links all, and the shared libraries that they need.
function(muster_library)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(MUSTER_UNITY AND MUSTER_TOGETHER)
    muster_library_together(${MUSTER_TOGETHER})
    return()
  endif()
  add_library(${ARG_NAME} STATIC ${ARG_SRCS})
  target_link_libraries(${ARG_NAME} PUBLIC muster_flags ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
  muster_precompile(${ARG_NAME})
endfunction()

# Adds the library whose arguments the caller has parsed to the target `whole`, and stands for that under its name.
macro(muster_library_together whole)
  if(NOT TARGET ${whole})
    add_library(${whole} STATIC)
    target_link_libraries(${whole} PUBLIC muster_flags)
    muster_precompile(${whole})
  endif()
  list(TRANSFORM ARG_SRCS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  target_sources(${whole} PRIVATE ${ARG_SRCS})
  get_property(parts GLOBAL PROPERTY ${whole}_parts)
  list(APPEND parts ${ARG_NAME})
  set_property(GLOBAL PROPERTY ${whole}_parts ${parts})
  set(outside ${ARG_DEPS})
  list(REMOVE_ITEM outside ${parts})
  target_link_libraries(${whole} PUBLIC ${outside} PRIVATE ${ARG_PRIVATE_DEPS})
  add_library(${ARG_NAME} INTERFACE)
  target_link_libraries(${ARG_NAME} INTERFACE ${whole})
endmacro()

# muster_program(NAME muster-agent SRCS main.cpp DEPS …): lands in build/bin.
function(muster_program)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_link_libraries(${ARG_NAME} PRIVATE muster_flags ${ARG_DEPS})
  muster_precompile(${ARG_NAME})
  add_dependencies(programs ${ARG_NAME})
endfunction()

# muster_test(NAME base_test SRCS … DEPS … LABEL <one of MUSTER_LABELS> [TIMEOUT s] [SERIAL] [THREADS [a.cpp …]] [ALONE])
# SERIAL: no other test beside it. THREADS: runs under the thread sanitizer too; of a folder in which few have threads, only
# the files that are named. ALONE: a program of its own in every tree, for tests that are compiled with definitions of theirs.
# Every case becomes a ctest test of its own, so that a failure has a sentence for a name.
function(muster_test)
  cmake_parse_arguments(ARG "SERIAL;ALONE" "NAME;LABEL;TIMEOUT" "SRCS;DEPS;THREADS" ${ARGN})
  if(MUSTER_SANITIZE STREQUAL "thread" AND ARG_THREADS)
    set(ARG_SRCS ${ARG_THREADS})
  endif()
  if("THREADS" IN_LIST ARG_KEYWORDS_MISSING_VALUES)
    set(ARG_THREADS ${ARG_SRCS})
  endif()
  if(NOT ARG_LABEL IN_LIST MUSTER_LABELS)
    message(FATAL_ERROR "${ARG_NAME}: LABEL must be one of ${MUSTER_LABELS}")
  endif()
  if(MUSTER_FAST AND ARG_LABEL STREQUAL unit AND NOT ARG_SERIAL AND NOT ARG_TIMEOUT AND NOT ARG_ALONE)
    muster_test_together()
    return()
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  add_dependencies(${ARG_LABEL}-tests ${ARG_NAME})
  if(ARG_THREADS)
    add_dependencies(threads-tests ${ARG_NAME})
  endif()
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${ARG_NAME} PRIVATE muster_flags ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  muster_precompile_test(${ARG_NAME})
  set(order "")
  if(ARG_TIMEOUT)
    set(order COST ${ARG_TIMEOUT})  # what may take longest begins first: a layer lasts as long as its last test
  else()
    set(ARG_TIMEOUT 60)
  endif()
  if(ARG_SERIAL)
    list(APPEND order RUN_SERIAL TRUE)
  endif()
  if(MUSTER_SANITIZE STREQUAL "thread" AND NOT ARG_THREADS)
    return()  # neither built nor known there
  endif()
  gtest_discover_tests(${ARG_NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ${order})
endfunction()

# The unit tests of the fast preset are one program, whose name is that of the folder's first: most of what a small program
# costs are GoogleTest's header and its link. Adds the test whose arguments the caller has parsed.
macro(muster_test_together)
  if(NOT TARGET unit_tests)
    add_executable(unit_tests)
    add_dependencies(unit-tests unit_tests)
    set_target_properties(unit_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(unit_tests PRIVATE muster_flags GTest::gmock GTest::gtest_main)
    muster_precompile_test(unit_tests)
    gtest_discover_tests(unit_tests DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 60)
  endif()
  get_target_property(before unit_tests SOURCES)
  foreach(source ${ARG_SRCS})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    if(NOT source IN_LIST before)
      target_sources(unit_tests PRIVATE "${source}")
    endif()
  endforeach()
  target_link_libraries(unit_tests PRIVATE ${ARG_DEPS})
  add_custom_target(${ARG_NAME} DEPENDS unit_tests)
endmacro()

# The few heavy standard and third-party headers nearly every file needs, compiled once for the whole tree.
function(muster_precompile target)
  muster_carrier(pch muster_flags)
  target_precompile_headers(${target} REUSE_FROM muster_pch)
  target_link_libraries(${target} PRIVATE muster_pch)
endfunction()

# The same for tests, GoogleTest with them. Their own code is not looked at for undefined behaviour: that would double
# what it costs to compile, and it is not what is tested.
function(muster_precompile_test target)
  if(MUSTER_SANITIZE MATCHES undefined)
    target_compile_options(${target} PRIVATE -fno-sanitize=undefined)
  endif()
  muster_carrier(pch muster_flags)
  muster_carrier(test_pch muster_flags GTest::gmock)
  target_precompile_headers(${target} REUSE_FROM muster_test_pch)
  target_link_libraries(${target} PRIVATE muster_pch)
endfunction()

# The target muster_NAME, which compiles config/cmake/NAME.hpp for all who reuse it, linked to the further arguments.
function(muster_carrier name)
  if(NOT TARGET muster_${name})
    add_library(muster_${name} STATIC "${CMAKE_SOURCE_DIR}/config/cmake/${name}.cpp")
    target_link_libraries(muster_${name} PUBLIC ${ARGN})
    target_precompile_headers(muster_${name} PRIVATE "${CMAKE_SOURCE_DIR}/config/cmake/${name}.hpp")
    if(name STREQUAL test_pch AND MUSTER_SANITIZE MATCHES undefined)
      target_compile_options(muster_${name} PRIVATE -fno-sanitize=undefined)
    endif()
  endif()
endfunction()

# Lets a target's files say MUSTER_VERSION; only for those that do, so that a new version does not compile all anew.
function(muster_versioned target)
  target_compile_definitions(${target} PRIVATE MUSTER_VERSION="${PROJECT_VERSION}")
endfunction()
