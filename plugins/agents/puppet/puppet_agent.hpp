// puppet: runs and watches the Puppet agent of this node.
#pragma once

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::puppet {

inline constexpr std::int64_t kWaitMaxSeconds = 3600;

class PuppetAgent final : public Agent {
 public:
  PuppetAgent(ddl::Agent ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  ActionReply handle(const ActionRequest& request) override;

 private:
  Result<ActionReply> run_once(const ActionRequest& request);
  Result<ActionReply> summary(bool with_logs) const;
  Result<ActionReply> set_enabled(bool enabled, const std::string& message);
  Result<ActionReply> resource(const ActionRequest& request);

  const ddl::Agent ddl_;
  Node& node_;
};

}  // namespace muster::plugins::puppet
