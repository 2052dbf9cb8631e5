// nettest: what the network looks like from this node.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::nettest {

class NettestAgent final : public DescribedAgent {
 public:
  NettestAgent(ddl::Lazy<ddl::Agent> ddl, Node&) : DescribedAgent(std::move(ddl)) {}

  ActionReply handle(const ActionRequest& request) override;
};

}  // namespace muster::plugins::nettest
