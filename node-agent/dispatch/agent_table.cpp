#include "node-agent/dispatch/agent_table.hpp"

#include <algorithm>

namespace muster::agent {

AgentTable::AgentTable(std::vector<std::unique_ptr<plugins::Agent>> agents)
    : agents_(std::move(agents)) {
  std::erase_if(agents_, [](const auto& agent) { return !agent->active(); });
  std::sort(agents_.begin(), agents_.end(),
            [](const auto& a, const auto& b) { return a->ddl().name < b->ddl().name; });
  for (const auto& agent : agents_) names_.push_back(agent->ddl().name);
}

plugins::Agent* AgentTable::find(std::string_view name) const {
  const auto at = std::lower_bound(names_.begin(), names_.end(), name);
  if (at == names_.end() || *at != name) return nullptr;
  return agents_[static_cast<std::size_t>(at - names_.begin())].get();
}

std::vector<const ddl::Agent*> AgentTable::ddls() const {
  std::vector<const ddl::Agent*> all;
  for (const auto& agent : agents_) all.push_back(&agent->ddl());
  return all;
}

Value AgentTable::presence_facts() const {
  Value all = Value::object();
  for (const auto& agent : agents_) all.update(agent->presence_facts());
  return all;
}

}  // namespace muster::agent
