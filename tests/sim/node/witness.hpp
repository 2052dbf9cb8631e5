// What orchestrators do to a machine, seen at its side: in what order leases acted on it. It asks neither the machine's own
// fences nor anybody's record, so that it can tell when those were wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/api/agent.hpp"

namespace muster::sim {

// On the loop's thread.
class Witness {
 public:
  // An action of the agent `provision` that was carried out.
  void saw(const plugins::ActionRequest& request, const Value& answer);

  // A line for each that should not have been: under a fence of before, or by another than who was given it.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // Whether anybody was ever given a lease.
  bool saw_a_lease() const { return fence_ > 0; }
  // How many leases were given to another than whoever had the one before.
  std::size_t takeovers() const { return takeovers_; }

 private:
  void saw_claim(const std::string& caller, std::int64_t fence);
  void complain(const plugins::ActionRequest& request, std::int64_t fence);

  std::int64_t fence_ = 0;  // the newest that was given
  std::string holder_;      // to whom; empty once it was given back
  std::string last_holder_;
  std::size_t takeovers_ = 0;
  std::vector<std::string> complaints_;
};

// An agent as it is, before a witness. Both must outlive it.
class WitnessedAgent final : public plugins::Agent {
 public:
  WitnessedAgent(std::unique_ptr<plugins::Agent> agent, Witness& witness)
      : agent_(std::move(agent)), witness_(witness) {}

  const ddl::Agent& ddl() const override { return agent_->ddl(); }
  const std::string& name() const override { return agent_->name(); }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;
  Value presence_facts() const override { return agent_->presence_facts(); }
  std::string lease_holder() const override { return agent_->lease_holder(); }

 private:
  const std::unique_ptr<plugins::Agent> agent_;
  Witness& witness_;
};

}  // namespace muster::sim
