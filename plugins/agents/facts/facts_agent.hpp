// facts: looks through a node's facts, and has them collected anew.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::facts_agent {

class FactsAgent final : public DescribedAgent {
 public:
  FactsAgent(ddl::Lazy<ddl::Agent> ddl, Node& node) : DescribedAgent(std::move(ddl)), node_(node) {}

  ActionReply handle(const ActionRequest& request) override;

 private:
  Node& node_;
};

}  // namespace muster::plugins::facts_agent
