// What a node's run needs of the world, as an interface: unit tests play a whole fleet behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/master_choice.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/fwd.hpp"
#include "proto/loop/random.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// A master as the engine knows it.
struct Master {
  std::string identity;
  std::string address;  // where nodes reach it
  std::string ca_pem;   // the CA that issued its certificate
  std::string ca_fingerprint;
  std::vector<std::string> issues{"*"};  // globs of the names that its CA may issue
};

// A member that a filter finds, as its presence says.
struct FoundMember {
  std::string identity;
  std::string address;
  std::shared_ptr<const Value> facts;  // the chosen ones; never null
};

// One action asked of one node, or of several masters or other members.
struct Question {
  std::string agent;
  std::string action;
  Value arguments;
  std::chrono::milliseconds timeout{0};
  bool in_leaving = false;  // asked also when we are stopping
};

// A program of the site's, run by the orchestrator as its own user, without a shell, in a process group and an environment of its own.
struct Program {
  std::vector<std::string> command;  // the program, from / on, and its arguments
  std::string input;                 // all that its stdin gives
  std::chrono::milliseconds timeout{
      0};  // also for what it waits until it is begun; then it is killed
};

// On the loop's thread. Each wait ends at its time, and at once when the orchestrator is stopping: what was asked has
// Errc::unavailable then. A task that is dropped leaves nothing behind.
class World {
 public:
  virtual ~World() = default;

  // `join`: where it is reached; none: in the collective. Errors as Caller::call_one().
  virtual loop::Task<Result<Value>> call(std::string identity,
                                         std::optional<client::JoinAddress> join,
                                         Question question) = 0;
  // Several members at once, masters or others; in the order of `identities`.
  virtual loop::Task<std::vector<Result<Value>>> call_masters(std::vector<std::string> identities,
                                                              Question question) = 0;
  // Every master online now, with facts and health (asked at most every few seconds).
  virtual loop::Task<std::vector<MasterCandidate>> candidates() = 0;
  virtual Result<Master> master(const std::string& identity) = 0;
  // Reserves a place with a master for as long as a node is provisioned with it. False when it has
  // as many as it may.
  virtual bool enlist(const std::string& master) = 0;
  virtual void dismiss(const std::string& master) = 0;
  // It was silent when it was asked for something: for kSetAsideFor it is no candidate that is healthy.
  virtual void set_aside(const std::string& master, const std::string& why) = 0;
  // Who is online and matches, by presence alone: what that does not show, a node does not have. Sorted by identity.
  virtual std::vector<FoundMember> discover(const filter::Filter& filter) = 0;
  // All masters that are known from their CAs, whether they are online or not.
  virtual std::vector<std::string> known_masters() = 0;
  // Remembers, on disk, that `master` still has to clean what it issued to `certname` before that time; done when it is back.
  virtual loop::Task<Status> owe_clean(std::string master, std::string certname,
                                       std::int64_t issued_before_ms) = 0;
  // The CA that issued the certificate with which the node is a member now; empty when it is not
  // online.
  virtual std::string member_ca(const std::string& identity) = 0;
  // Until the node is online as a member.
  virtual loop::Task<Status> wait_member(std::string identity,
                                         std::chrono::milliseconds timeout) = 0;
  // Until the node says that the job has ended, or `patience` is over; either way the caller asks
  // the node. False when the orchestrator is stopping: nobody is to be asked any more.
  virtual loop::Task<bool> wait_job(std::string identity, std::string job,
                                    std::chrono::milliseconds patience) = 0;
  // Until an event of that type about that node is heard, or was since then (Unix time). Errc::timeout.
  virtual loop::Task<Status> wait_event(std::string type, std::string identity,
                                        std::int64_t since_ms,
                                        std::chrono::milliseconds timeout) = 0;
  // Waits between tries; false when the orchestrator is stopping.
  virtual loop::Task<bool> sleep(std::chrono::milliseconds time) = 0;
  // What it printed. Errc::aborted, with the end of what it said on stderr, when its exit code is not 0; Errc::refused when others
  // may write it; Errc::timeout, limit or not_found. One that is dropped is killed.
  virtual loop::Task<Result<std::string>> run_program(Program program) = 0;
  // Nobody listens to the node from now on. `by`: the operator who wants it gone.
  virtual loop::Task<Status> ban(std::string identity, std::string reason, std::string by) = 0;
  // Tells people: a row in the outbox, for every target.
  virtual loop::Task<Status> notify(client::Record record) = 0;
  virtual std::int64_t unix_ms() = 0;
  // How often our link was lost since the start: each time others may have taken our leases.
  virtual std::uint64_t times_cut_off() = 0;
  // Of the names of runs, and of the jitter between tries.
  virtual loop::Random& random() = 0;
};

}  // namespace muster::provision
