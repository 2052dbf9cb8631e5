// rpcutil: what a node is and how its agent does. Reads only.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::rpcutil {

class Rpcutil final : public DescribedAgent {
 public:
  Rpcutil(ddl::Lazy<ddl::Agent> ddl, Node& node) : DescribedAgent(std::move(ddl)), node_(node) {}

  ActionReply handle(const ActionRequest& request) override;

 private:
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
