// What every orchestrator tells the world about each node that it provisions; retained. docs/PROTOCOL.md, "Records".
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kLastOutputMaxBytes =
    16'384;  // of a record; what comes before is cut off

struct StepRecord {
  std::string name;
  std::string state;  // running, done, failed, skipped
  std::int64_t started_at_ms = 0;
  std::int64_t took_ms = 0;
  std::uint32_t tries = 0;
  std::string message;
};

// A machine that asks for a name which another machine's certificate holds.
struct NameClaim {
  std::string key_fingerprint;  // of the asking machine's join key: hex SHA-256
  std::string address;          // as it told it
  std::int64_t at_ms = 0;       // when it was first heard of
  bool told = false;            // that it asks stands in somebody's outbox
};

// An operator lets the machine with that key take the name, once.
struct NameApproval {
  std::string key_fingerprint;  // the only key that may take the name
  std::string by;               // the operator
  std::int64_t at_ms = 0;
  std::int64_t until_ms = 0;
};

// A step that waits for people's approval, or for an event.
struct StepWait {
  std::string step;
  std::string group;  // whose approval; empty: an event's
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;  // of an approval; then the step has failed
  std::string by;             // the operator who approved; empty: nobody yet
};

struct ProvisionRecord {
  static constexpr auto kKind = envelope::Kind::provision_record;

  std::string identity;
  std::string state;  // waiting, running, finished, failed, refused, cancelled, forgotten
  std::string workflow;
  std::string step;
  std::string master;
  std::string orchestrator;
  std::uint32_t attempts = 0;
  std::int64_t started_at_ms = 0;  // of the run, later than any run of the node before it
  std::int64_t updated_at_ms = 0;
  std::int64_t finished_at_ms = 0;
  std::int64_t retry_at_ms = 0;
  std::vector<StepRecord> steps;
  std::string reason;  // why it failed, waits or was refused
  std::string
      last_output;  // the last lines of the run that failed; encoded, kLastOutputMaxBytes of them
  std::string run_id;              // new for each provisioning of the node
  std::string key_fingerprint;     // join key of the machine that was, or is being, provisioned
  std::string address;             // and its address when it announced itself
  std::optional<NameClaim> claim;  // another machine that waits for approval
  std::optional<NameApproval> approval;  // not used yet
  std::string ca_fingerprint;      // the CA that the node's name belongs to; empty: not chosen yet
  std::string workflow_hash;       // hex SHA-256 of the workflow's text
  std::set<std::string> finished;  // names of the steps that are finished
  std::int64_t fence = 0;          // the latest lease that the writer knew of; 0: of none
  std::int64_t queued_at_ms = 0;   // since when it waits for a place in flight; 0: it does not
  std::uint32_t retries = 0;       // by operators; attempts are counted anew with each
  bool told = false;               // that it failed stands in somebody's outbox
  std::vector<StepWait> waits;     // that the run has, or had: by their steps, each once
  std::int64_t no_step_since_ms =
      0;  // since when it has finished no further step; 0: since it began
  std::uint32_t steps_most =
      0;  // finished at one time, in this run or since an operator had it go on
  std::int64_t master_queued_at_ms =
      0;                   // since when it waits for a place at a master; 0: it does not
  bool told_late = false;  // that it is late, by no_step_since_ms, stands in somebody's outbox
  // A step was to tell people of it and found room in no outbox yet: whoever sees that does, unless it failed since.
  bool untold = false;

  std::string encode() const;
  // Errc::invalid_data.
  static Result<ProvisionRecord> decode(std::string_view body);
};

}  // namespace muster::messages
