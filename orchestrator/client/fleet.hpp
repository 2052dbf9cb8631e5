// Who is online, from the nodes' retained presence.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::client {

class Link;

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

struct Member {
  std::string identity;
  std::string version;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  std::vector<std::string> classes;
  Value facts;  // the chosen ones
  // Of its agents and classes, how many stand in neither list, or not as they are.
  std::size_t left_out_agents = 0;
  std::size_t left_out_classes = 0;
  std::int64_t started_at_ms = 0;
  std::int64_t sent_at_ms = 0;  // when this presence was made, by the node's clock
  // Until then it counts as online without showing itself again, by our steady clock.
  std::chrono::steady_clock::time_point believed_until{};
  std::string session;
  std::string address;
  std::vector<std::string> roots;  // that it obeys: security::KnownRoots::marks()
  std::string certificate_fingerprint;
  std::string
      ca_fingerprint;  // the anchor that issued its certificate; empty when it is not one CA deep
};

// Thread-safe. Presence is verified by the link's verifiers: signature, chain to a Puppet CA, and
// that the signer is the node that the topic names; and then its age. What does not verify, or is too old, is counted,
// not shown.
class Fleet {
 public:
  using ChangeHandler = std::function<void(const std::string& identity,
                                           bool online)>;  // on a verifier, one at a time

  // Subscribes. `on_change` may be empty.
  static Result<std::unique_ptr<Fleet>> watch(Link& link, ChangeHandler on_change = {});
  ~Fleet();

  // Returns once all retained presence has been taken in (one round trip and the verifying).
  Status wait_complete(std::chrono::milliseconds patience);

  std::vector<Member> members() const;  // sorted by identity
  std::optional<Member> find(const std::string& identity) const;
  // Members that the filter matches, judged by presence's identity, agents, classes and chosen
  // facts.
  std::vector<Member> matching(const filter::Filter& filter) const;
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
