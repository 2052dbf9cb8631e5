// The agents that this node offers: the built-in ones that are active here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/agent.hpp"

namespace muster::agent {

// Immutable after construction; thread-safe.
class AgentTable {
 public:
  // Keeps those that are active.
  explicit AgentTable(std::vector<std::unique_ptr<plugins::Agent>> agents);

  plugins::Agent* find(std::string_view name) const;
  const std::vector<std::string>& names() const { return names_; }  // sorted
  std::vector<const ddl::Agent*> ddls() const;
  // What all agents add to the node's presence.
  Value presence_facts() const;

 private:
  std::vector<std::unique_ptr<plugins::Agent>> agents_;  // sorted by name
  std::vector<std::string> names_;
};

}  // namespace muster::agent
