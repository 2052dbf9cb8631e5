#include "node-agent/external/check.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "proto/base/value.hpp"

namespace muster::external {

Status check_file(const std::filesystem::path& path) {
  struct stat what {};
  if (::stat(path.c_str(), &what) != 0)
    return fail(Errc::not_found, fmt::format("{} is not there", path.string()));
  if ((what.st_mode & S_IWOTH) != 0)
    return fail(Errc::refused, fmt::format("{} can be written by everybody", path.string()));
  return {};
}

Status check_program(const Candidate& candidate) {
  if (candidate.program.empty())
    return fail(Errc::not_found,
                fmt::format("there is no program {} beside its description",
                            (candidate.ddl_file.parent_path() / candidate.name).string()));
  if (::access(candidate.program.c_str(), X_OK) != 0)
    return fail(Errc::refused, fmt::format("{} is not executable", candidate.program.string()));
  return check_file(candidate.program);
}

bool is_external(std::string_view json) {
  const auto document = Value::parse(json, nullptr, false);
  if (!document.is_object()) return true;  // whatever it is, it is told
  const auto metadata = document.find("metadata");
  if (metadata == document.end() || !metadata->is_object()) return true;
  return metadata->value("provider", Value("")) == "external";
}

}  // namespace muster::external
