#include "tests/tidy/patches.hpp"

#include "proto/base/child.hpp"
#include "tests/tidy/scanner.hpp"

namespace muster::tidy {

std::string why_it_does_not_apply(const File& patch) {
  base::ChildSpec spec;
  spec.argv = {"git", "apply", "--check", patch.path};
  spec.working_folder = top();
  spec.environment["GIT_CEILING_DIRECTORIES"] = top().parent_path().string();  // as in `run`
  const auto result = base::run_child(spec);
  if (!result) return result.error().message;
  return result->exit_code == 0 ? "" : "it does not apply: " + result->err;
}

std::set<std::string> files_changed_by(const File& patch) {
  constexpr std::string_view kBefore = "+++ b/";
  std::set<std::string> paths;
  for (const auto& line : lines_of(patch.text))
    if (line.starts_with(kBefore)) paths.insert(line.substr(kBefore.size()));
  return paths;
}

}  // namespace muster::tidy
