// Provision records: what every orchestrator tells the world about each node, retained on the bus.
// So a list needs no orchestrator to answer, and outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/provision_record.hpp"

namespace muster::client {

class LinkCore;

// Records waiting to be verified; a record's "sender" is the node that it is about.
inline constexpr base::FairLimits kRecordQueue{.items = 200'000,
                                               .per_sender = 64,
                                               .bytes = std::size_t{1} << 30U,
                                               .bytes_per_sender = std::size_t{8} << 20U};

using Record = messages::ProvisionRecord;
using Step = messages::StepRecord;
using StepWait = messages::StepWait;

// The state of a node that an operator has stopped: no orchestrator goes on with it by itself.
inline constexpr const char* kCancelled = "cancelled";
// Of a node that is being decommissioned, and of one that was: no orchestrator provisions the first.
inline constexpr const char* kLeaving = "leaving";
inline constexpr const char* kGone = "gone";
// Of a record that only people are told, never the bus: its step asks for an approval.
inline constexpr const char* kAsks = "asks";

inline constexpr std::size_t kRecordsPutBackMax = 2'000;  // by one put_back()

// Signs it, and keeps it on the bus for as long as the link object is there: it is shown with each new link, and again when it
// is cleared or replaced by what is older. Also without a link; not from its directory's thread. The link's certificate must
// have the role orchestrator, or readers refuse it. Errc::limit at kRecordsKeptMax, or when the bus has no room now.
Status publish_record(LinkCore& link, const Record& record);
// Keeps there instead that the node of `known`, its newest record, is forgotten: what is older comes back from nowhere.
Status forget_record(LinkCore& link, const Record& known);

// Thread-safe. Records are verified under the operator root, role orchestrator; what does not
// verify is logged, not shown. Nor is what is older than what was heard of a node.
class Records {
 public:
  // Who reads, takes for gone what the bus shows no more. Who keeps, knows a record until an orchestrator says that its node is
  // forgotten, and puts it back.
  enum class Duty { reads, keeps };
  // On a verifier of the link's, one at a time. A forgotten record, also one that was forgotten while the link was
  // lost, comes with nothing but its identity: `state` is empty.
  using ChangeHandler = std::function<void(const Record&)>;
  using Told = std::function<void(const Status&)>;

  // Subscribes. `subscribed` is told once, on the directory's loop, whether the broker lets us, and must not end this.
  static std::unique_ptr<Records> begin(LinkCore& link, Told subscribed,
                                        ChangeHandler on_change = {}, Duty duty = Duty::reads);
  // Tells once, on the directory's loop, when all retained records have been taken in. Never, once we are gone. Errc::timeout,
  // or Errc::unavailable as soon as there is no link.
  void when_complete(std::chrono::milliseconds patience, Told told);

  // The same two for a thread that waits. Not on the directory's loop, nor on a verifier.
  static Result<std::unique_ptr<Records>> watch(LinkCore& link, ChangeHandler on_change = {},
                                                Duty duty = Duty::reads);
  Status wait_complete(std::chrono::milliseconds patience);

  ~Records();
  std::vector<Record> all() const;  // sorted by identity
  std::optional<Record> find(const std::string& identity) const;
  // The same, or the one that says that the node is forgotten, for as long as that counts.
  std::optional<Record> newest(const std::string& identity) const;

  // Hashes of the workflows that nodes are in: not those that are finished or were refused.
  std::set<std::string> workflows_in_use() const;

  // Of who keeps, every few seconds: what the bus does not show, or something older or false instead, is kept there by this
  // link as it was signed, whoever wrote it; kRecordsPutBackMax of them. Gives how many. And what says that a node is forgotten
  // goes from the bus once that is over.
  std::size_t put_back();

 private:
  struct Impl;
  explicit Records(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::client
