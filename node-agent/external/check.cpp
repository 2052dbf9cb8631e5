#include "node-agent/external/check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "proto/base/guard.hpp"
#include "proto/base/value.hpp"

namespace muster::external {

Status check_program(const AgentFile& agent_file) {
  if (agent_file.program.empty())
    return fail(Errc::not_found,
                fmt::format("there is no program {} beside its description",
                            (agent_file.ddl_file.parent_path() / agent_file.name).string()));
  if (::access(agent_file.program.c_str(), X_OK) != 0)
    return fail(Errc::refused, fmt::format("{} is not executable", agent_file.program.string()));
  return base::check_guard(agent_file.program, base::Guard::program);
}

bool is_external(std::string_view json) {
  const auto document = Value::parse(json, nullptr, false);
  if (!document.is_object()) return true;  // whatever it is, it is told
  const auto metadata = document.find("metadata");
  if (metadata == document.end() || !metadata->is_object()) return true;
  return metadata->value("provider", Value("")) == "external";
}

}  // namespace muster::external
