# muster_embed_ddl(TARGET a.json …): compiles agents' descriptions into TARGET, where muster::ddl::text("a") finds
# them, so that the agent that implements one and the command line that checks inputs can never differ.
function(muster_embed_ddl target)
  set(generated "${CMAKE_BINARY_DIR}/generated/${target}.cpp")
  add_custom_command(
    OUTPUT "${generated}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${generated}" "-DFILES=${ARGN}" -P "${CMAKE_SOURCE_DIR}/config/cmake/EmbedDdl.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/config/cmake/EmbedDdl.cmake"
    COMMENT "Embedding DDLs" VERBATIM)
  target_sources(${target} PRIVATE "${generated}")
endfunction()
