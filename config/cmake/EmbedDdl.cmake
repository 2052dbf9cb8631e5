# Run by muster_embed_ddl(): writes OUT, two C++ tables of the JSON files in AGENTS and DATA.
function(rows out)
  set(text "")
  foreach(file ${ARGN})
    cmake_path(GET file STEM name)
    file(READ "${file}" json)
    string(APPEND text "    {\"${name}\", R\"muster(${json})muster\"},\n")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

rows(agents ${AGENTS})
rows(data ${DATA})
file(WRITE "${OUT}" "#include \"proto/ddl/texts.hpp\"

namespace muster::ddl {

const std::vector<Text>& texts() {
  static const std::vector<Text> all{
${agents}  };
  return all;
}

const std::vector<Text>& data_texts() {
  static const std::vector<Text> all{
${data}  };
  return all;
}

}  // namespace muster::ddl
")
