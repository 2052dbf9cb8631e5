// The agent that takes a node through its workflow, on a disk that is none, at CAs that are played. Leases and fences are those of
// the real one.
#pragma once

#include <string>

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"
#include "tests/sim/node/disk.hpp"
#include "tests/sim/surroundings/surroundings.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class ProvisionAgent final : public plugins::Agent {
 public:
  ProvisionAgent(Surroundings& around, Disk& disk, plugins::Node& node);

  const ddl::Agent& ddl() const override { return ddl_; }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;
  Value presence_facts() const override;
  std::string lease_holder() const override;

 private:
  using Progress = plugins::provision::Progress;

  Result<Value> dispatch(const plugins::ActionRequest& request);
  Value status() const;
  Result<Value> again();
  Result<Value> change(const plugins::ActionRequest& request);
  Result<Value> apply(const plugins::ActionRequest& request, Progress& next);
  Result<Value> step(const plugins::ActionRequest& request);
  Status take_progress(const plugins::ActionRequest& request, Progress& next) const;
  Status check_fence_of(const plugins::ActionRequest& request) const;
  void save(Progress next);
  Result<PuppetCa*> ca() const;
  Result<Value> request_certificate();
  Result<Value> fetch_certificate(const std::string& ca_pem);
  Result<Value> run(const plugins::ActionRequest& request);
  Progress progress() const { return disk_.progress.value_or(Progress()); }
  std::int64_t now_ms() const { return around_.loop.clock().unix_ms(); }

  const ddl::Agent ddl_;
  Surroundings& around_;
  Disk& disk_;
  plugins::Node& node_;
};

}  // namespace muster::sim
