// Which node is next, and the runs. It has no thread, no socket and no clock of its own: what happens is told to it, and
// what it wants goes through World and Collective.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/joiner.hpp"
#include "orchestrator/provision/known_nodes.hpp"
#include "orchestrator/provision/run/node_run.hpp"
#include "orchestrator/provision/telling.hpp"
#include "orchestrator/provision/turn_notes.hpp"
#include "orchestrator/provision/workflows.hpp"
#include "orchestrator/provision/world.hpp"
#include "orchestrator/workflow/rules.hpp"
#include "proto/loop/timer.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// After another one's lease has ended, and before a node is asked once more that names another workflow each time.
inline constexpr std::chrono::milliseconds kAfterForeignLease{1'000};
// Who waits for a place at a master is woken when there is one, the longest first; when it is not the master that one waits for,
// the next, so many for one place. Each looks by itself besides.
inline constexpr int kWokenForAPlaceMost = 8;

// On the loop's thread. Everything that it is given must outlive it; runs that have not ended are dropped with it. After
// Waits::stop() no run begins, and those under way end as soon as their leases are given back.
class Provisioner {
 public:
  struct Parts {
    const workflow::Rules& rules;  // which workflow a node gets
    World& world;
    Collective& collective;
    loop::Waits& waits;
    const Workflows* others = nullptr;  // that nodes began with; null: none can be had
  };
  // `as`: this orchestrator's name in records. At most `in_flight` nodes at once.
  Provisioner(Parts parts, std::string as, std::size_t in_flight);

  // The desk let a node of the join zone in.
  void joined(const Joiner& joiner);
  // The announcement of that client id was taken down: it went away, or is a member now.
  void left(const std::string& client_id);
  // A node came online, or shows itself anew. Presence that says provision=waiting or claimed brings it here (its
  // orchestrator died, or an operator said `muster provision again`), and so does "failed" where its record waits (an operator
  // said `muster provision retry`). A record that says "cancelled" leaves it where it is.
  void member_changed(const std::string& identity);
  // A record of it came over the bus. Who asks to join here, and is on its way with another orchestrator, is looked at again once
  // that one should have it no more: it may have died.
  void record_heard(const std::string& identity);
  // That orchestrator stopped, or its link broke: members that it had are ours to go on with, without waiting for its leases
  // to end.
  void orchestrator_left(const std::string& orchestrator);
  // Masters::states(): when one is new among them, nodes that are held up go on, or say what they wait for now.
  void masters_seen(std::set<std::string> states);

  // A workflow can be had that could not: nodes that are held up go on.
  void workflow_heard();

  // Where a node that is not finished is reached in the join zone; nothing: it does not ask there.
  std::optional<client::JoinAddress> asks_to_join(const std::string& identity);
  // Who asks to join under that name, or is provisioned, here and now.
  std::optional<MachineHere> machine_here(const std::string& identity);
  // It begins now, with every step anew or after its last finished one, whatever failed before. False: it is neither a member
  // nor in the join zone, or there is no room. A run that is under way goes on as it is.
  bool go_on(const std::string& identity, bool anew);
  // Its run ends here and now, and no other begins by itself. The record of that run says "running" still; nothing: none was
  // under way.
  struct Stopped {
    client::Record record;
    bool masters_are_at_it =
        false;  // the lease must not be given back: what they were asked for may be done yet
  };
  std::optional<Stopped> stop(const std::string& identity);
  // The step's approval is given, should a run of the node be under way here.
  void approve(const std::string& identity, const std::string& step, const std::string& by);
  // Nothing is known of it any more, unless its run is under way: with its next announcement or presence it is new.
  void leave_alone(const std::string& identity);
  // Its run begins by itself, at some time.
  bool is_due(const std::string& identity) const { return nodes_.due(identity).has_value(); }
  bool runs(const std::string& identity) const { return runs_.contains(identity); }
  // As Telling::tell().
  void tell_people(client::Record record) { telling_.tell(std::move(record)); }

  // Whether the member, once it joins anew, gets a workflow that cleans what CAs hold of its name and makes it a member.
  // Errc::aborted names the workflow that does not; Errc::not_found: it would get none.
  Status replaces_certificate_of(const std::string& identity) const;
  loop::Waits& waits() const { return parts_.waits; }
  bool anyone_held_up() const { return nodes_.anyone_held_up(); }
  std::size_t runs() const { return runs_.size(); }
  // Nothing runs, and nobody is being told anything.
  bool idle() const { return runs_.empty() && telling_.idle(); }
  // Called whenever something has ended that idle() waits for.
  void on_end(std::function<void()> handler) { on_end_ = std::move(handler); }

 private:
  using TimePoint = KnownNodes::TimePoint;
  struct Run {
    WorkflowPtr workflow;
    std::unique_ptr<NodeRun> attempt;
    loop::Task<Ending> story;  // goes first
  };

  KnownNode* make_known(const std::string& identity);
  bool wants_to_go_on(const std::string& identity, const std::string& state) const;
  void due_now(const std::string& identity);
  void look_soon();
  void start_due();
  bool is_reachable(const std::string& identity);
  void start_run(const std::string& identity);
  bool is_anothers_name(const KnownNode& node, const RunInput& input) const;
  RunInput input_of(const std::string& identity, KnownNode& node) const;
  Result<WorkflowPtr> present_workflow(const KnownNode& node, const RunInput& input) const;
  WorkflowPtr workflow_begun(const KnownNode& node, const RunInput& input) const;
  using HasWorkflow = std::function<Status(const std::string& hash)>;
  HasWorkflow texts_for(const RunInput& input, const Result<WorkflowPtr>& present) const;
  Result<WorkflowPtr> find_workflow(const std::string& hash) const;
  void wait_without_workflow(const std::string& identity, const std::string& why);
  void run_ended(const std::string& identity);
  void finished(const std::string& identity, const Ending& ending, client::Record record);
  void provisioned(const std::string& identity, const client::Record& record);
  void goes_on_in(const std::string& identity, const std::string& workflow_hash);
  void will_try_again(const std::string& identity, const Ending& ending, client::Record& record);
  void wake_one(int turn, const std::string& behind);
  std::int64_t held_up_since_ms(const std::string& identity) const;
  void leave_finished(const std::string& identity);
  TimePoint now() const { return parts_.waits.timers().clock().steady(); }

  const Parts parts_;
  const std::string as_;
  const std::size_t in_flight_;
  KnownNodes nodes_;
  std::set<std::string> masters_;  // their states, when last told
  TurnNotes turns_;
  loop::Timer next_;
  std::function<void()> on_end_;
  Telling telling_;
  std::map<std::string, Run> runs_;  // by identity
};

}  // namespace muster::provision
