# Run by proto/policy: writes OUT, a C++ table of the policy FILES that come with Muster.
set(rows "")
foreach(file ${FILES})
  cmake_path(GET file STEM LAST_ONLY name)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"muster(${text})muster\"},\n")
endforeach()
file(WRITE "${OUT}" "#include \"proto/policy/built_in.hpp\"

namespace muster::policy {

const std::vector<BuiltIn>& built_in() {
  static const std::vector<BuiltIn> all{
${rows}  };
  return all;
}

}  // namespace muster::policy
")
