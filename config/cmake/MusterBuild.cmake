set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
# For programs too, where CMake would say -fPIE: with other options the precompiled header is passed over in silence.
add_compile_options(-fPIC -pthread)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Line tables: a core dump from a fleet must be readable. -O2 compiles a third longer, and the command line then runs
# as many instructions for a call: what counts is spent in OpenSSL.
set(CMAKE_CXX_FLAGS_RELEASE "-O1 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
# The compiler's own garbage collection costs a tenth of its time; a batch of files needs 600 MB without it.
add_compile_options(--param=ggc-min-heapsize=600000)

# Files of 50 lines are good for readers and dear for compilers: forty of them as one cost little more than one. A tree
# that is built whole does so; one in which files are changed one by one (a debug build) does not.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(muster_unity_default OFF)
else()
  set(muster_unity_default ON)
endif()
option(MUSTER_UNITY "Compile files in batches" ${muster_unity_default})
set(CMAKE_UNITY_BUILD ${MUSTER_UNITY})
set(MUSTER_FAST OFF)
if(MUSTER_UNITY AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(MUSTER_FAST ON)
  set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")  # the fast preset: line numbers in a backtrace, no variables
endif()
set(CMAKE_UNITY_BUILD_BATCH_SIZE 40)

find_program(MUSTER_MOLD mold)
if(MUSTER_MOLD)
  add_link_options(-fuse-ld=mold)  # a tenth of the time of ld
endif()

find_program(MUSTER_CCACHE ccache)
if(MUSTER_CCACHE)
  # Precompiled headers defeat ccache without this sloppiness.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${MUSTER_CCACHE})
endif()

# Their packages define these for whoever links them; for all, or one precompiled header could not serve all.
add_compile_definitions(FMT_SHARED SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL SPDLOG_SHARED_LIB)

# Linked by every target of ours, never by third-party or generated code.
add_library(muster_flags INTERFACE)
target_compile_options(muster_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  -Wshadow                # a shadowed name is a wrong name half the time
  -Wnon-virtual-dtor      # deleting through such a base is undefined
  -Wold-style-cast        # says nothing about what it does
  -Woverloaded-virtual    # hides the base's overload
  -Wduplicated-cond
  -Wlogical-op
  -Wimplicit-fallthrough
  # GCC 12 follows values wrongly through inlined code of the standard library, nlohmann and CLI11 (PR 105651 and its
  # kin). The sanitizers see at run time what these warn of.
  -Wno-array-bounds -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread)
if(MUSTER_UNITY)
  # In a batch every file is an included one, and so an Impl with a member of an unnamed namespace's type looks like a header's.
  target_compile_options(muster_flags INTERFACE -Wno-subobject-linkage)
endif()
target_include_directories(muster_flags INTERFACE "${CMAKE_SOURCE_DIR}")

# Empty, "address,undefined", "thread" or, with clang for tests/fuzz/run, "address,undefined,fuzzer-no-link".
set(MUSTER_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(MUSTER_SANITIZE)
  add_compile_options(-fsanitize=${MUSTER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(MUSTER_SANITIZE MATCHES "undefined")
    # A quarter of the time to compile, and a null pointer that is used is seen by the address sanitizer too.
    add_compile_options(-fno-sanitize=null,alignment)
  endif()
  add_link_options(-fsanitize=${MUSTER_SANITIZE})
  # Every case of a test is a process, and a sanitized program has 400,000 addresses to set right when it may be loaded
  # anywhere: a third of what its start costs.
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>)
  set(CMAKE_CXX_FLAGS_RELEASE "-Og -g1")  # -O1 compiles twice as long once instrumented
  if(MUSTER_SANITIZE MATCHES "fuzzer")
    set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")  # compiled once, run a hundred million times
    target_compile_options(muster_flags INTERFACE -w)  # clang's, whose warnings are others; GCC's decide
  endif()
else()
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now -Wl,--as-needed)
endif()

# Further hardening, of what is released: tests/hardening reads all of it from the programs.
set(MUSTER_HARDENED OFF)
if(NOT MUSTER_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(MUSTER_HARDENED ON)
  add_compile_options(-fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options(-fcf-protection=full)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    add_compile_options(-mbranch-protection=standard)
  endif()
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie> -Wl,-z,noexecstack)
endif()
