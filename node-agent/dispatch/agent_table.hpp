// The agents that this node offers: the built-in ones that are active here, and other people's, which
// come and go while it runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/guarded.hpp"

namespace muster::agent {

// Thread-safe. Whoever found an agent may go on with it after it has left the table.
class AgentTable {
 public:
  // Keeps those that are active, for good.
  explicit AgentTable(std::vector<std::unique_ptr<plugins::Agent>> built_in);

  // From now on these, and no others, stand beside the built-in ones, whose names they do not bear.
  void replace_others(std::vector<std::shared_ptr<plugins::Agent>> others,
                      std::vector<plugins::DisabledAgent> disabled);

  // Null when there is none.
  std::shared_ptr<plugins::Agent> find(std::string_view name) const;
  std::vector<std::string> names() const;  // sorted
  // Each keeps its agent alive.
  std::vector<std::shared_ptr<const ddl::Agent>> ddls() const;
  std::vector<plugins::DisabledAgent> disabled() const;
  // What all agents add to the node's presence.
  Value presence_facts() const;
  // The common name of the orchestrator whose lease on this node is live; empty: nobody's is.
  std::string lease_holder() const;

 private:
  struct Offer {
    std::vector<std::shared_ptr<plugins::Agent>> agents;  // sorted by name
    std::vector<plugins::DisabledAgent> disabled;
  };
  std::shared_ptr<const Offer> current() const;
  void set(Offer offer);

  std::vector<std::shared_ptr<plugins::Agent>> built_in_;
  base::Guarded<std::shared_ptr<const Offer>> offer_;  // replaced, never changed
};

}  // namespace muster::agent
