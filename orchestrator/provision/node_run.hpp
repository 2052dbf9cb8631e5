// One attempt to provision one node: walks through the workflow, from the node's last finished
// step.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/certificate_grant.hpp"
#include "orchestrator/provision/variables.hpp"
#include "orchestrator/provision/workflow.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/task.hpp"
#include "proto/progress/progress.hpp"

namespace muster::provision {

using progress::Progress;

// What is known of a node before its run.
struct RunInput {
  std::string identity;
  std::optional<client::JoinAddress> join;  // none: it is a member of the collective
  std::shared_ptr<const Value> facts;       // never null; shared: thousands wait
  std::optional<client::Record> before;     // its record so far: attempts, times and steps go on
  bool anew = false;  // an operator wants every step done again, whatever the node remembers
  std::string key_fingerprint = {};  // of its join key; empty: as its record says
  std::string address = {};          // as it told it in the join zone
  CertificateGrant grant = {};       // what its certificate may say
  // When its run before this one began, by whoever's clock: 0: it had none. A new one began later.
  std::int64_t last_began_at_ms = 0;
  // Its newest record, also that it is forgotten, whenever it is asked for; must outlive the run. Empty: nobody else tells of
  // the node.
  std::function<std::optional<client::Record>()> newest = {};
};

// What people are told when an attempt has ended: the record without another machine's claim to the
// name, of which they are told when it is made.
client::Record outcome_of(client::Record record);

// How an attempt ended.
struct Ending {
  enum class Kind {
    finished,
    again,         // try later, `reason` says why
    failed,        // a person must look
    yielded,       // another orchestrator has it
    nothing_to_do  // it is finished, or still waits for a person
  };
  Kind kind = Kind::again;
  std::string reason;
  std::int64_t leased_until_ms = 0;  // yielded: until when the other's lease runs
  // again: the attempt does not count, for nothing is wrong with the node: there is no master for
  // it, or we are cut off.
  bool held_up = false;
};

// On the loop's thread. Gives its place with a master back when it goes; the workflow and the world must outlive it. A story
// that is dropped before its end says nothing more: the lease lapses by itself.
class NodeRun {
 public:
  using RecordHandler = std::function<void(const client::Record&)>;  // at each change

  NodeRun(const Workflow& workflow, World& world, std::string orchestrator, RunInput node,
          RecordHandler on_record);
  ~NodeRun();
  NodeRun(const NodeRun&) = delete;
  NodeRun& operator=(const NodeRun&) = delete;

  // Once. The run must outlive the task.
  loop::Task<Ending> run();
  const client::Record& record() const { return record_; }
  // As it is told: under the lease of record(), or where that has none, under the last one that was known when it goes on with a
  // run. Whoever had a later one knows better.
  client::Record told() const;

 private:
  void begin_record(bool fresh);
  // Steps are the workflow's, and outlive every wait.
  loop::Task<bool> waits_for_a_person();
  loop::Task<Status> claim(const Step& step);
  loop::Task<Result<Value>> ask_for_lease();
  loop::Task<Result<Value>> after_refused_claim(Error refused);
  Error leave_to_who_runs_it(Error unanswered);
  bool has_begun_anew(const Value& granted, const Progress& told) const;
  void begin_after_all_that_is_known();
  loop::Task<Status> adopt(Value granted);
  loop::Task<bool> can_go_on_with(std::string master);
  void take_over(const Progress& told);
  Progress progress() const;
  bool feeds_later(std::size_t step) const;
  loop::Task<Ending> unclaimed(const Step& step, Error error);
  std::size_t choose_another_master(const Step& step, const Error& error);
  loop::Task<Ending> give_up(const Step& step, Error error);
  Ending given_up(const Step& step, const Error& error);
  Ending finish();
  loop::Task<Status> perform(const Step& step);
  loop::Task<Status> try_once(const Step& step);
  loop::Task<Status> perform_once(const Step& step);
  loop::Task<Status> pick_master(const Step& step);
  Status pick_own_master(const std::vector<MasterCandidate>& candidates);
  Status use_master(const std::string& identity);
  loop::Task<Status> call(const Step& step);
  loop::Task<Status> call_all_masters(const Step& step, Value arguments);
  loop::Task<Status> enter_collective(const Step& step);
  loop::Task<Status> puppet_run(const Step& step);
  loop::Task<Result<int>> follow_job(const Step& step, std::string job);
  std::optional<Result<int>> look_at_job(const Value& status, std::int64_t& offset);
  loop::Task<Status> renew_lease();
  void lease_is_held_at(std::int64_t asked_at_ms);
  std::int64_t lease_middle_ms() const;
  // `agent` and `action` are literals or a step's.
  loop::Task<Result<Value>> call_node(std::string_view agent, std::string_view action,
                                      Value arguments, std::chrono::milliseconds timeout);
  bool wanted(const Step& step) const;
  client::Step& open_step(const Step& step);
  client::Step& begin_step(const Step& step);
  void end_step(const Step& step, const std::string& state, const std::string& message);
  void publish();

  const Workflow& workflow_;
  World& world_;
  RunInput node_;
  RecordHandler on_record_;
  client::Record record_;
  Variables variables_;
  Exclusions excluded_;                // masters that failed in this attempt
  std::string enlisted_;               // where we hold a place
  std::int64_t lease_held_at_ms_ = 0;  // when it was ours last, for sure; 0: it is to be renewed
  bool is_untold_ = false;             // the record has progress that the node does not know yet
  std::string step_note_;              // what the running step has to say
  std::int64_t leased_until_ms_ = 0;
  bool is_finished_ = false;  // the node says that it is finished
};

}  // namespace muster::provision
