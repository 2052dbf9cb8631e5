// provision of a swarm's node: leases, fences and steps as a node's, kept in memory; its CA is in the same process.
#pragma once

#include <functional>
#include <string>

#include "plugins/agents/provision/progress.hpp"
#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"
#include "tests/swarm/ca/swarm_ca.hpp"
#include "tests/swarm/node/node_keys.hpp"

namespace muster::swarm {

// On the loop's thread.
class SwarmProvision final : public plugins::Agent {
 public:
  // `on_finished` hears that the node has had its last step. References outlive it.
  SwarmProvision(ddl::Agent ddl, plugins::Node& node, NodeKeys& keys, SwarmCa& ca,
                 std::function<void()> on_finished)
      : ddl_(std::move(ddl)),
        node_(node),
        keys_(keys),
        ca_(ca),
        on_finished_(std::move(on_finished)) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;
  Value presence_facts() const override;
  std::string lease_holder() const override;

 private:
  using Action = Result<Value> (SwarmProvision::*)(const plugins::ActionRequest&);

  Result<Value> answer(const plugins::ActionRequest& request);
  Status check_fence_of(const plugins::ActionRequest& request);
  Result<Value> status(const plugins::ActionRequest& request);
  Result<Value> again(const plugins::ActionRequest& request);
  Result<Value> claim(const plugins::ActionRequest& request);
  Result<Value> renew(const plugins::ActionRequest& request);
  Result<Value> release(const plugins::ActionRequest& request);
  Result<Value> finish(const plugins::ActionRequest& request);
  Result<Value> set_puppet_host(const plugins::ActionRequest& request);
  Result<Value> request_certificate(const plugins::ActionRequest& request);
  Result<Value> fetch_certificate(const plugins::ActionRequest& request);
  Result<Value> enter_collective(const plugins::ActionRequest& request);
  Result<Value> run(const plugins::ActionRequest& request);

  const ddl::Agent ddl_;
  plugins::Node& node_;
  NodeKeys& keys_;
  SwarmCa& ca_;
  const std::function<void()> on_finished_;
  plugins::provision::Progress progress_;
};

}  // namespace muster::swarm
