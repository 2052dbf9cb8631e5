// rpcutil: what a node is and how its agent does. Reads only.
#pragma once

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::rpcutil {

class Rpcutil final : public Agent {
 public:
  Rpcutil(ddl::Agent ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  ActionReply handle(const ActionRequest& request) override;

 private:
  const ddl::Agent ddl_;
  Node& node_;
};

// One function an action; `inputs` have passed the DDL.
Value inventory(const Node& node);
Value agent_inventory(const Node& node);
Value collective_info(const Node& node);
Result<Value> get_data(const Node& node, const Value& inputs);
// An active agent's description, as Choria's JSON.
Result<Value> get_ddl(const Node& node, const Value& inputs);
Result<Value> get_fact(const Node& node, const Value& inputs);
Result<Value> get_facts(const Node& node, const Value& inputs);

}  // namespace muster::plugins::rpcutil
