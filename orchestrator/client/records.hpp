// Provision records: what every orchestrator tells the world about each node, retained on the bus.
// So a list needs no orchestrator to answer, and outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/name_request.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

class Link;

// Records waiting to be verified; a record's "sender" is the node that it is about.
inline constexpr base::FairLimits kRecordQueue{.items = 200'000,
                                               .per_sender = 64,
                                               .bytes = std::size_t{1} << 30U,
                                               .bytes_per_sender = std::size_t{8} << 20U};
inline constexpr std::size_t kLastOutputMaxBytes =
    16'384;  // of a record; what comes before is cut off

struct Step {
  std::string name;
  std::string state;  // running, done, failed, skipped
  std::int64_t started_at_ms = 0;
  std::int64_t took_ms = 0;
  std::uint32_t tries = 0;
  std::string message;
};

struct Record {
  std::string identity;
  std::string state;  // waiting, running, finished, failed, refused
  std::string workflow;
  std::string step;
  std::string master;
  std::string orchestrator;
  std::uint32_t attempts = 0;
  std::int64_t started_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::int64_t finished_at_ms = 0;
  std::int64_t retry_at_ms = 0;
  std::vector<Step> steps;
  std::string reason;
  std::string last_output;
  std::string run_id;
  std::string key_fingerprint;  // join key of the machine that was, or is being, provisioned
  std::string address;          // and its address when it announced itself
  std::optional<admission::NameRequest> claim;      // another machine that waits for approval
  std::optional<admission::NameApproval> approval;  // not used yet
  std::string ca_fingerprint;  // the CA that the node's name belongs to; empty: not chosen yet
};

// Publishes (retained, signed). The link's certificate must have the role orchestrator, or readers
// refuse it.
Status publish_record(Link& link, const Record& record);
Status forget_record(Link& link, const std::string& identity);

// Thread-safe. Records are verified under the operator root, role orchestrator; what does not
// verify is logged, not shown.
class Records {
 public:
  // On the reader's own thread. A forgotten record, also one that was forgotten while the link was
  // lost, comes with nothing but its identity: `state` is empty.
  using ChangeHandler = std::function<void(const Record&)>;
  static Result<std::unique_ptr<Records>> watch(Link& link, ChangeHandler on_change = {});
  ~Records();
  Status wait_complete(std::chrono::milliseconds patience);
  std::vector<Record> all() const;  // sorted by identity
  std::optional<Record> find(const std::string& identity) const;

 private:
  struct Impl;
  explicit Records(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::client
