// facts: looks through a node's facts, and has them collected anew.
#pragma once

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::facts_agent {

class FactsAgent final : public Agent {
 public:
  FactsAgent(ddl::Agent ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  ActionReply handle(const ActionRequest& request) override;

 private:
  const ddl::Agent ddl_;
  Node& node_;
};

}  // namespace muster::plugins::facts_agent
