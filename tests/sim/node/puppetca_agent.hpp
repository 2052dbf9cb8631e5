// The agent of a master: its CA, by the actions that workflows call.
#pragma once

#include "plugins/api/agent.hpp"
#include "tests/sim/puppet/puppet_ca.hpp"

namespace muster::sim {

// On the loop's thread. The CA must outlive it.
class PuppetcaAgent final : public plugins::Agent {
 public:
  explicit PuppetcaAgent(PuppetCa& ca);

  const ddl::Agent& ddl() const override { return ddl_; }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;

 private:
  Result<Value> dispatch(const plugins::ActionRequest& request);

  const ddl::Agent ddl_;
  PuppetCa& ca_;
};

}  // namespace muster::sim
