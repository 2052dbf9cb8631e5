// One attempt to provision one node: walks through the workflow, from the node's last finished
// step.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/actions.hpp"
#include "orchestrator/provision/certificate_grant.hpp"
#include "orchestrator/provision/variables.hpp"
#include "orchestrator/provision/workflow.hpp"

namespace muster::provision {

// What is known of a node before its run.
struct Candidature {
  std::string identity;
  std::optional<client::JoinAddress> join;  // none: it is a member of the collective
  Value facts;
  std::optional<client::Record> before;  // its record so far: attempts, times and steps go on
  bool anew = false;  // an operator wants every step done again, whatever the node remembers
  std::string key_fingerprint = {};  // of its join key; empty: as its record says
  std::string address = {};          // as it told it in the join zone
  CertificateGrant grant = {};       // what its certificate may say
};

// What people are told when an attempt has ended: the record without another machine's claim to the
// name, of which they are told when it is made.
client::Record outcome_of(client::Record record);

// How an attempt ended.
struct Ending {
  enum class Kind {
    finished,
    again,    // try later, `reason` says why
    failed,   // a person must look
    yielded,  // another orchestrator has it
    settled   // nothing is to be done: it is finished, or still waits for a person
  };
  Kind kind = Kind::again;
  std::string reason;
  std::int64_t leased_until_ms = 0;  // yielded: until when the other's lease runs
  // again: the attempt does not count, for nothing is wrong with the node: there is no master for
  // it, or we are cut off.
  bool held_up = false;
};

// Used by one thread.
class NodeRun {
 public:
  using RecordHandler = std::function<void(const client::Record&)>;    // at each change
  using NotifyHandler = std::function<Status(const client::Record&)>;  // writes the outbox

  NodeRun(const Workflow& workflow, World& world, std::string orchestrator, Candidature node,
          RecordHandler on_record, NotifyHandler notify);
  ~NodeRun();

  Ending run();
  const client::Record& record() const { return record_; }

 private:
  void begin_record(bool fresh);
  bool waits_for_a_person();
  Status claim(const Step& step);
  Result<Value> ask_for_lease();
  Result<Value> after_refused_claim(const Error& refused);
  void adopt(const Value& granted);
  bool can_serve(const std::string& master) const;
  bool feeds_later(const Step& step, std::size_t last) const;
  Ending unclaimed(const Step& step, const Error& error);
  std::size_t choose_another_master(const Step& step, const Error& error);
  Ending give_up(const Step& step, const Error& error);
  Status perform(const Step& step);
  Status perform_once(const Step& step);
  Status pick_master(const Step& step);
  Status pick_own_master();
  Status use_master(const std::string& identity);
  Status call(const Step& step);
  Status call_all_masters(const Step& step, const Value& arguments);
  Status enter_collective(const Step& step);
  Status puppet_run(const Step& step);
  Result<int> follow_job(const Step& step, const std::string& job);
  static Status judge_exit(int exit_code);
  Status renew_lease(bool now);
  Result<Value> call_node(const std::string& agent, const std::string& action, Value arguments,
                          std::chrono::milliseconds timeout);
  bool wanted(const Step& step) const;
  client::Step& open_step(const Step& step);
  client::Step& begin_step(const Step& step);
  void end_step(const Step& step, const std::string& state, const std::string& message);
  void publish();

  const Workflow& workflow_;
  World& world_;
  Candidature node_;
  RecordHandler on_record_;
  NotifyHandler notify_;
  client::Record record_;
  Variables variables_;
  Exclusions excluded_;   // masters that failed in this attempt
  std::string enlisted_;  // where we hold a place
  std::int64_t fence_ = 0;
  std::int64_t lease_renewed_ms_ = 0;
  std::size_t resume_at_ = 1;  // first step that is not finished yet
  std::string done_step_;      // finished, and the node does not know it yet
  std::string step_note_;      // what the running step has to say
  std::int64_t leased_until_ms_ = 0;
  bool settled_ = false;  // the node says that it is finished
};

}  // namespace muster::provision
