// What is known of a node before its run, and how the run ended.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/certificate_grant.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

struct RunInput {
  std::string identity;
  std::optional<client::JoinAddress> join;  // none: it is a member of the collective
  std::shared_ptr<const Value> facts;       // never null; shared: thousands wait
  std::optional<client::Record> before;     // its record so far: attempts, times and steps go on
  bool anew = false;  // an operator wants every step done again, whatever the node remembers
  std::string key_fingerprint = {};  // of its join key; empty: as its record says
  std::string address = {};          // as it told it in the join zone
  CertificateGrant grant = {};       // what its certificate may say
  std::int64_t instead_of =
      0;  // the fencing number of a lease whose owner has left the bus; 0: none
  // When its run before this one began, by whoever's clock: 0: it had none. A new one began later.
  std::int64_t last_began_at_ms = 0;
  // Its newest record, also that it is forgotten, whenever it is asked for; must outlive the run. Empty: nobody else tells of
  // the node.
  std::function<std::optional<client::Record>()> newest = {};
  // Hash of the workflow that a node gets that begins now; empty: the run's own.
  std::string present = {};
  // Whether the workflow with that hash can be had, or why not; must outlive the run. Empty: none can but the run's own.
  std::function<Status(const std::string& hash)> has_workflow = {};
  // Has people told as soon as that is possible; must outlive the run. Empty: nobody can.
  std::function<void(client::Record)> tell_later = {};
  std::string by = {};  // of a node that is to go: the operator who said so
};

// Who has a node when we may not.
struct Holder {
  std::string orchestrator = {};  // empty: nobody, or it is not known
  std::int64_t fence = 0;         // of its lease
  std::int64_t until_ms = 0;
};

// How an attempt ended.
struct Ending {
  enum class Kind {
    finished,
    again,    // try later, `reason` says why
    failed,   // a person must look
    yielded,  // another orchestrator has it
    other_workflow,  // by its own word it is in another one than this run's: `workflow_hash`. Its lease is ours
    nothing_to_do  // it is finished, or still waits for a person
  };
  Kind kind = Kind::again;
  std::string reason;
  Holder holder = {};  // yielded: of the lease
  // again: the attempt does not count, for nothing is wrong with the node: it is away, there is no master for it, its master is
  // silent or ill, or we are cut off.
  bool held_up = false;
  bool node_is_away = false;     // held up: until the node is back, and for nothing else
  bool waits_for_place = false;  // held up: a master that could have it has as many nodes as it may
  std::string workflow_hash = {};
};

}  // namespace muster::provision
