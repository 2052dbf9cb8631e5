// Nodes that are to go: what `muster provision decommission` asks for.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/run/node_run.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/rules.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On the loop's thread. What it is given must outlive it; stories that have not ended are dropped with it.
//
// A departure is a run of a workflow that begins with `do: leave`, over the node's record alone: the node may be away for good. Its
// state is "leaving" until it is "gone". One orchestrator does it; whoever is asked again goes on where it stands.
class Departures {
 public:
  struct Parts {
    Provisioner& provisioner;
    World& world;
    Collective& collective;
    workflow::WorkflowPtr workflow;  // null: there is none
  };
  // `as`: this orchestrator's name in records.
  Departures(Parts parts, std::string as)
      : parts_(std::move(parts)), as_(std::move(as)), woken_(parts_.provisioner.waits()) {}

  using Outcome = Result<std::string>;  // as Orders::Outcome
  // Begins them; the outcomes are in the order of the nodes. A node's run here ends first, and what it asked masters for. Where nobody runs it, each orchestrator that is
  // asked has its turn within kTurnsTake, and leaves the node to who began before.
  loop::Task<std::vector<Outcome>> carry_out(std::vector<std::string> nodes, std::string by);
  // One that this orchestrator left behind when it stopped, at the time that was said; not one that had failed for good.
  void go_on(const std::string& identity);

  // Its next attempt has its time now: what it waited for is there. Without effect on one that does not wait here.
  void wake(const std::string& identity) { woken_.ring(identity); }

  // Here: it is done just now, or waits for its next attempt.
  bool is_under_way(const std::string& identity) const { return under_way_.contains(identity); }

  bool idle() const { return stories_.idle(); }
  // Called whenever one has ended.
  void on_end(std::function<void()> handler) { stories_.on_end(std::move(handler)); }

 private:
  Outcome order(const std::string& identity, const std::string& by);
  Status may_go(const std::string& identity) const;
  bool is_elsewhere(const std::string& identity) const;
  bool has_changed_since(const std::string& identity,
                         const std::optional<client::Record>& before) const;
  bool is_still(const client::Record& last) const;
  void begin(const std::string& identity, const std::string& by, std::chrono::milliseconds turn);
  loop::Task<Status> leave(std::string identity, std::string by, std::chrono::milliseconds turn);
  loop::Task<Status> until_gone(std::string identity, std::string by);
  RunInput input_of(const std::string& identity, const std::string& by) const;
  void waits(client::Record record, const std::string& why, std::chrono::milliseconds pause);
  void set_stopped(client::Record record);
  void set_asked_anew(client::Record record);

  const Parts parts_;
  const std::string as_;
  std::set<std::string> under_way_;  // identities
  loop::Bells woken_;                // by identity
  loop::Stories stories_;
};

}  // namespace muster::provision
