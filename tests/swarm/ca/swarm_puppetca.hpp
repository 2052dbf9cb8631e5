// puppetca of a swarm's master: what orchestrators ask of a Puppet CA.
#pragma once

#include <string>

#include "plugins/api/agent.hpp"
#include "tests/swarm/ca/swarm_ca.hpp"

namespace muster::swarm {

// On the loop's thread. Has no `list`, `audit` and `revoke_lost`: nothing is lost in memory.
class SwarmPuppetca final : public plugins::Agent {
 public:
  // `ca` must outlive it.
  SwarmPuppetca(ddl::Agent ddl, SwarmCa& ca) : ddl_(std::move(ddl)), ca_(ca) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;

 private:
  Result<Value> answer(const plugins::ActionRequest& request);
  // The name was given out again since.
  bool is_newer_than_owed(const Value& data) const;

  const ddl::Agent ddl_;
  SwarmCa& ca_;
};

}  // namespace muster::swarm
