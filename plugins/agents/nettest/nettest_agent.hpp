// nettest: what the network looks like from this node.
#pragma once

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::nettest {

class NettestAgent final : public Agent {
 public:
  NettestAgent(ddl::Agent ddl, Node&) : ddl_(std::move(ddl)) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  ActionReply handle(const ActionRequest& request) override;

 private:
  const ddl::Agent ddl_;
};

}  // namespace muster::plugins::nettest
