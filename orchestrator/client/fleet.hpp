// Who is online, from the nodes' retained presence.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"
#include "proto/filter/lookup.hpp"

namespace muster::client {

class LinkCore;

inline constexpr std::size_t kFleetMax = 200'000;  // nodes kept
// Nodes show themselves again every 240 s, and brokers that speak MQTT 5 let presence expire after 600 s. Others keep it
// for ever: whatever was made longer ago is not believed, nor what claims to come from further in the future than clocks
// may differ.
inline constexpr std::chrono::seconds kPresenceMaxAge{600};
inline constexpr std::chrono::seconds kPresenceSkewMax{300};
// Presence waiting to be verified.
inline constexpr base::FairLimits kFleetQueue{.items = 200'000,
                                              .per_sender = 16,
                                              .bytes = std::size_t{1} << 30U,
                                              .bytes_per_sender = std::size_t{4} << 20U};

inline constexpr std::size_t kRootMarksMax = 8;  // of one node

// Thread-safe. Presence is verified by the link's verifiers: signature, chain to a Puppet CA, and
// that the signer is the node that the topic names; and then its age. What does not verify, or is too old, is counted,
// not shown.
class Fleet {
 public:
  // Of each presence that is believed, also one that only shows a node again, and of each end. On a verifier, one at a time.
  using ChangeHandler = std::function<void(const MemberChange& change)>;
  using Told = std::function<void(const Status&)>;

  // Subscribes. `subscribed` is told once, on the directory's loop, whether the broker lets us, and must not end this;
  // `on_change` may be empty.
  static std::unique_ptr<Fleet> begin(LinkCore& link, Told subscribed, ChangeHandler on_change = {},
                                      Indexed indexed = Indexed::no);
  // Tells once, on the directory's loop, when all retained presence has been taken in (one round trip and the verifying).
  // Never, once we are gone. Errc::timeout, or Errc::unavailable as soon as there is no link.
  void when_complete(std::chrono::milliseconds patience, Told told);

  // The same two for a thread that waits. Not on the directory's loop, nor on a verifier.
  static Result<std::unique_ptr<Fleet>> watch(LinkCore& link, ChangeHandler on_change = {},
                                              Indexed indexed = Indexed::no);
  Status wait_complete(std::chrono::milliseconds patience);

  ~Fleet();

  // Whether members() are all whom the broker keeps: false from a lost link on, until all that it tells over the next one has
  // been taken in, and while it is doubtful whether it told all.
  bool complete() const;

  std::vector<MemberPtr> members() const;             // sorted by identity
  MemberPtr find(const std::string& identity) const;  // null: it is not online
  // Members that the filter matches, judged by presence's identity, agents, classes and chosen
  // facts. With an index, a filter on an agent, a class or a fact's value looks at few others.
  std::vector<MemberPtr> matching(const filter::Filter& filter) const;
  // Of each lookup, the names of those whose presence has one of its keys, sorted. Needs the index.
  std::vector<std::vector<std::string>> having(const std::vector<filter::Lookup>& lookups) const;
  // Whether presence can answer this filter, and who runs `agent` (empty: nobody asks): every fact that is read is one
  // that all members publish, and none left out classes or agents that are read. Errc::config with what is missing, of
  // whom.
  Status can_answer(const filter::Filter& filter, const std::string& agent = {}) const;
  std::size_t size() const;
  // Presence messages refused so far, and why the last one was: "n1: signed by an unknown CA …".
  std::size_t refused() const;
  std::string last_refusal() const;

 private:
  struct Impl;
  explicit Fleet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::client
