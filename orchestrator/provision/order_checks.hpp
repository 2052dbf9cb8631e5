// Whether what an operator asks of a node can be done now, by its record and by what runs here.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// On the loop's thread. What it is given must outlive it. Each refusal is Errc::aborted, and says what would help.
class OrderChecks {
 public:
  struct Parts {
    Provisioner& provisioner;
    World& world;
    Collective& collective;
    std::chrono::seconds lease;  // the workflow's
  };
  // `as`: this orchestrator's name in records.
  OrderChecks(Parts parts, std::string as) : parts_(parts), as_(std::move(as)) {}

  // Of a node that is no member: its token was not refused.
  Status is_let_in(const std::string& identity) const;
  // Neither here nor, as far as can be known, elsewhere.
  Status runs_not(const std::string& identity) const;
  // It has a record of a run that is neither finished nor under way.
  Status may_go_on(const std::string& identity) const;
  // It runs here, or waits, or was left running by who is gone.
  Status may_cancel(const std::string& identity) const;

 private:
  bool runs_elsewhere(const client::Record& record) const;

  const Parts parts_;
  const std::string as_;
};

}  // namespace muster::provision
