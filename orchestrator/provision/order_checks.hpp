// Whether what an operator asks of a node can be done now, by its record and by what runs here.
#pragma once

#include <chrono>
#include <functional>
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
    // Whether this orchestrator has that node's departure under way. Empty: it does none.
    std::function<bool(const std::string& identity)> is_leaving = {};
  };
  // `as`: this orchestrator's name in records.
  OrderChecks(Parts parts, std::string as) : parts_(std::move(parts)), as_(std::move(as)) {}

  // Of a node that is no member: its token was not refused.
  Status is_let_in(const std::string& identity) const;
  // Its departure is not under way, here or, as far as can be known, elsewhere: that would revoke and ban whoever has the name next.
  Status leaves_not(const std::string& identity) const;
  // Neither here nor, as far as can be known, elsewhere; nor does it leave.
  Status runs_not(const std::string& identity) const;
  // A member that has given its certificate up would be let in by its join key, and be made a member anew.
  Status may_join_anew(const std::string& identity) const;
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
