#include <fmt/format.h>

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/parsers.hpp"

namespace muster::ddl {

Result<Agent> parse(std::string_view json, std::string_view file) {
  MUSTER_ASSIGN(const Value document, read_document(json, file));
  Agent agent;
  const JsonCursor top(document, file, "", &agent.warnings);
  MUSTER_TRY(top.only_keys({"$schema", "metadata", "actions"}));
  if (top.has("$schema")) MUSTER_TRY(top.string("$schema"));
  MUSTER_ASSIGN(const auto metadata, top.map("metadata"));
  auto keys = metadata_keys();
  keys.emplace_back("service");
  MUSTER_TRY(metadata.only_keys(keys));
  MUSTER_TRY(read_metadata(metadata, "agent", agent));
  if (metadata.has("service")) {
    MUSTER_ASSIGN(agent.service, metadata.boolean("service"));
  }
  MUSTER_ASSIGN(const auto actions, top.list("actions"));
  for (const auto& at : actions) {
    MUSTER_ASSIGN(auto action, parse_action(at));
    if (agent.find(action.name))
      return at.error(fmt::format("action '{}' stands twice", action.name));
    agent.actions.push_back(std::move(action));
  }
  return agent;
}

}  // namespace muster::ddl
