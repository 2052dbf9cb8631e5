# Run by muster_embed_ddl(): writes OUT, a C++ table of the JSON FILES.
set(rows "")
foreach(file ${FILES})
  cmake_path(GET file STEM name)
  file(READ "${file}" json)
  string(APPEND rows "    {\"${name}\", R\"muster(${json})muster\"},\n")
endforeach()
file(WRITE "${OUT}" "#include \"proto/ddl/texts.hpp\"

namespace muster::ddl {

const std::vector<Text>& texts() {
  static const std::vector<Text> all{
${rows}  };
  return all;
}

}  // namespace muster::ddl
")
