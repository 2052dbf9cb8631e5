// What people approve of steps that wait for it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// A step of a node's run, as somebody saw it wait.
struct WaitingStep {
  std::string identity;
  std::string step;
  std::string run_id;
};

// On the loop's thread. What it is given must outlive it.
class StepApprovals {
 public:
  struct Parts {
    Provisioner& provisioner;
    World& world;
    Collective& collective;
    // The departure of that node goes on at once where it is done. Empty: none is done here.
    std::function<void(const std::string& identity)> wake_departure = {};
  };
  // `as`: this orchestrator's name in records.
  StepApprovals(Parts parts, std::string as) : parts_(std::move(parts)), as_(std::move(as)) {}

  // Whose approval it waits for. Errc::not_found says why it waits for none: it has ended, another run, another step, too
  // late.
  loop::Task<Result<std::string>> group_of(WaitingStep what);
  // Given, by that operator, who is of the group: the record says so, and the run goes on at once where it is reached.
  // Every orchestrator that is asked does the same.
  loop::Task<Status> approve(WaitingStep what, std::string by);

 private:
  Result<client::Record> waiting(const WaitingStep& what, std::size_t& at) const;

  const Parts parts_;
  const std::string as_;
};

}  // namespace muster::provision
