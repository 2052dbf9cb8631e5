// puppet: runs and watches the Puppet agent of this node.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::puppet {

inline constexpr std::int64_t kWaitMaxSeconds = 3600;

class PuppetAgent final : public DescribedAgent {
 public:
  PuppetAgent(ddl::Lazy<ddl::Agent> ddl, Node& node)
      : DescribedAgent(std::move(ddl)), node_(node) {}

  ActionReply handle(const ActionRequest& request) override;

 private:
  Result<ActionReply> run_once(const ActionRequest& request);
  Result<ActionReply> summary(bool with_logs) const;
  Result<ActionReply> set_enabled(bool enabled, const std::string& message);
  Result<ActionReply> resource(const ActionRequest& request);

  Node& node_;
};

}  // namespace muster::plugins::puppet
