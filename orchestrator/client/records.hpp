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

#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/provision_record.hpp"

namespace muster::client {

class Link;

// Records waiting to be verified; a record's "sender" is the node that it is about.
inline constexpr base::FairLimits kRecordQueue{.items = 200'000,
                                               .per_sender = 64,
                                               .bytes = std::size_t{1} << 30U,
                                               .bytes_per_sender = std::size_t{8} << 20U};

using Record = messages::ProvisionRecord;
using Step = messages::StepRecord;

// Publishes (retained, signed). The link's certificate must have the role orchestrator, or readers
// refuse it.
Status publish_record(Link& link, const Record& record);
Status forget_record(Link& link, const std::string& identity);

// Thread-safe. Records are verified under the operator root, role orchestrator; what does not
// verify is logged, not shown.
class Records {
 public:
  // On a verifier of the link's, one at a time. A forgotten record, also one that was forgotten while the link was
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
