#include <fmt/format.h>

#include "plugins/agents/rpcutil/rpcutil.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/to_json.hpp"

namespace muster::plugins::rpcutil {
namespace {

Value disabled_agents(const Node& node) {
  Value all = Value::array();
  for (const auto& each : node.disabled_agents())
    all.push_back({{"agent", each.name}, {"file", each.file}, {"reason", each.reason}});
  return all;
}

}  // namespace

Value collective_info(const Node& node) {
  const auto collectives = node.collectives();
  return {{"main_collective", collectives.empty() ? Value(nullptr) : Value(collectives.front())},
          {"collectives", collectives}};
}

Value inventory(const Node& node) {
  Value data = collective_info(node);
  data["agents"] = node.agents();
  data["disabled_agents"] = disabled_agents(node);
  data["facts"] = node.facts();
  data["classes"] = node.classes();
  data["version"] = node.version();
  data["data_plugins"] = node.data_plugins();
  return data;
}

Value agent_inventory(const Node& node) {
  Value agents = Value::array();
  for (const auto& agent : node.agent_ddls()) {
    agents.push_back({{"agent", agent->name},
                      {"name", agent->name},
                      {"description", agent->description},
                      {"author", agent->author},
                      {"license", agent->license},
                      {"version", agent->version},
                      {"url", agent->url},
                      {"timeout", agent->timeout.count()},
                      {"actions", agent->action_names()}});
  }
  return {{"agents", std::move(agents)}, {"disabled_agents", disabled_agents(node)}};
}

Result<Value> get_ddl(const Node& node, const Value& inputs) {
  const auto& name = inputs.at("agent").get_ref<const std::string&>();
  for (const auto& agent : node.agent_ddls())
    if (agent->name == name) return Value{{"ddl", ddl::to_json(*agent)}};
  return fail(Errc::aborted, fmt::format("no agent {} here{}", base::quoted(name),
                                         base::hint_for(name, node.agents())));
}

}  // namespace muster::plugins::rpcutil
