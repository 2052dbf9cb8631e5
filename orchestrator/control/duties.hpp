// What an orchestrator's other parts do for operators. The desk judges who may ask and tells the
// caller what became of it; these do it. They are called on the desk's thread, one at a time,
// and may take some seconds; History on another one, which no order waits for. Every orchestrator that hears a request carries it out, so each must be
// harmless when done twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::control {

class Provisioning {
 public:
  using Nodes = std::vector<std::string>;
  // Of each node, in their order: what else is to be known of it, often nothing; Errc::aborted says why nothing was done.
  using Outcomes = std::vector<Result<std::string>>;

  virtual ~Provisioning() = default;
  // Every step anew, at once.
  virtual Outcomes again(const Nodes& nodes, const std::string& caller) = 0;
  // The same; a member gives up its key and certificate first, and joins anew.
  virtual Outcomes new_certificate(const Nodes& nodes, const std::string& caller) = 0;
  // After the last step that is finished, at once: of nodes that failed, wait or were cancelled.
  virtual Outcomes retry(const Nodes& nodes, const std::string& caller) = 0;
  // What is under way ends, and nobody goes on by himself.
  virtual Outcomes cancel(const Nodes& nodes, const std::string& caller) = 0;
  // It is taken out of service, as the workflow for that says; the outcome says what is to be known of it.
  virtual Outcomes decommission(const Nodes& nodes, const std::string& caller) = 0;
  // The record goes; the outcome is what stays of the node all the same.
  virtual Outcomes forget(const Nodes& nodes, const std::string& caller) = 0;
};

class History {
 public:
  virtual ~History() = default;
  // Of the runs that ended since then (Unix time): how many, how long steps took, why they failed. docs/PROTOCOL.md has the form.
  virtual Result<Value> stats(std::int64_t since_ms) = 0;
  // A node's runs, the last first.
  virtual Result<Value> of_node(const std::string& node, std::size_t most) = 0;
};

class Notifications {
 public:
  virtual ~Notifications() = default;
  // What waits to be sent and what could not be, the newest first. docs/CLI.md has the form. As History, on another thread.
  virtual Result<Value> unsent(std::size_t most) = 0;
  // Those of that id, or all when it is empty, are tried at once, {"failed", "waiting"}: rows. Errc::not_found when there is
  // none, Errc::limit when too many wait.
  virtual Result<Value> retry(const std::string& id) = 0;
};

// A step of a node's run that waits for an approval.
struct StepOfRun {
  std::string node;
  std::string step;
  std::string run_id;
};

class Approvals {
 public:
  virtual ~Approvals() = default;
  // The machine that waits for this taken name with that key gets it. Errc::not_found when none waits,
  // Errc::refused when another one does.
  virtual Status approve(const std::string& node, const std::string& key_fingerprint,
                         const std::string& caller) = 0;
  // Whose approval the step waits for. Errc::not_found: nobody's.
  virtual Result<std::string> group_of_step(const StepOfRun& step) = 0;
  // By one of that group.
  virtual Status approve_step(const StepOfRun& step, const std::string& caller) = 0;
};

class Bans {
 public:
  virtual ~Bans() = default;
  // Nobody listens to the node any more, from now on.
  virtual Status ban(const std::string& node, const std::string& reason,
                     const std::string& caller) = 0;
  // Errc::aborted when it is not banned.
  virtual Status unban(const std::string& node, const std::string& caller) = 0;
};

class Revocations {
 public:
  virtual ~Revocations() = default;
  // Whoever stands in the list is refused from now on. Errc::refused or aborted says why it is not
  // believed: not of one of the roots, older than what is known.
  virtual Status revoke(const x509::RevocationList& list, const std::string& caller) = 0;
};

class Tokens {
 public:
  virtual ~Tokens() = default;
  virtual Status revoke(const std::string& token, const std::string& caller) = 0;
};

// Borrowed; they outlive the desk. Null: its actions are answered with status 1, which says so.
struct Duties {
  Provisioning* provisioning = nullptr;
  Approvals* approvals = nullptr;
  Bans* bans = nullptr;
  Tokens* tokens = nullptr;
  Revocations* revocations = nullptr;
  History* history = nullptr;
  Notifications* notifications = nullptr;
};

}  // namespace muster::control
