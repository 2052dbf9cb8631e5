# muster_embed_ddl(TARGET AGENTS a.json … DATA b.json …): compiles plugins' descriptions into TARGET, where
# muster::ddl::text("a") and data_text("b") find them, so that the node that implements one and the command line that
# checks inputs can never differ.
function(muster_embed_ddl target)
  cmake_parse_arguments(ARG "" "" "AGENTS;DATA" ${ARGN})
  set(generated "${CMAKE_BINARY_DIR}/generated/${target}.cpp")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${generated}" "-DAGENTS=${ARG_AGENTS}" "-DDATA=${ARG_DATA}"
            -P "${CMAKE_SOURCE_DIR}/config/cmake/EmbedDdl.cmake"
    DEPENDS ${ARG_AGENTS} ${ARG_DATA} "${CMAKE_SOURCE_DIR}/config/cmake/EmbedDdl.cmake"
    COMMENT "Embedding DDLs" VERBATIM)
  target_sources(${target} PRIVATE "${generated}")
endfunction()
