// service: looks at and manages units of systemd.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"
#include "plugins/systemd/manager.hpp"

namespace muster::plugins::service {

// Every call opens a connection of its own to the service manager and closes it.
class ServiceAgent final : public DescribedAgent {
 public:
  ServiceAgent(ddl::Lazy<ddl::Agent> ddl, Node&, systemd::Surroundings surroundings = {})
      : DescribedAgent(std::move(ddl)), surroundings_(std::move(surroundings)) {}

  // Where systemd runs, and its bus.
  bool active() const override { return systemd::available(surroundings_); }
  ActionReply handle(const ActionRequest& request) override;

 private:
  Result<ActionReply> answer(const ActionRequest& request) const;
  Result<ActionReply> run(systemd::Manager& manager, systemd::Verb verb, const std::string& unit,
                          std::chrono::steady_clock::time_point deadline) const;

  const systemd::Surroundings surroundings_;
};

}  // namespace muster::plugins::service
