#include "plugins/data/agent.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::plugins::data {

Result<Value> AgentData::query(const std::optional<std::string>& argument) {
  const auto name = argument.value_or("");
  for (const auto& agent : node_.agent_ddls()) {
    if (agent->name != name) continue;
    return Value{{"agent", agent->name},
                 {"description", agent->description},
                 {"author", agent->author},
                 {"license", agent->license},
                 {"version", agent->version},
                 {"url", agent->url},
                 {"timeout", agent->timeout.count()}};
  }
  return fail(Errc::not_found, fmt::format("no agent {} on {}{}", base::quoted(name),
                                           node_.identity(), base::hint_for(name, node_.agents())));
}

}  // namespace muster::plugins::data
