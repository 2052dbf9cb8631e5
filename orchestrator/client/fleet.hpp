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

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/filter.hpp"

namespace muster::client {

class Link;

inline constexpr std::size_t kFleetMax = 200'000;       // nodes kept
inline constexpr std::size_t kFleetQueueMax = 200'000;  // presence messages waiting to be verified

struct Member {
  std::string identity;
  std::string version;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  std::vector<std::string> classes;
  Value facts;  // the chosen ones
  std::int64_t started_at_ms = 0;
  std::string session;
  std::string address;
  std::string certificate_fingerprint;
  std::string
      ca_fingerprint;  // the anchor that issued its certificate; empty when it is not one CA deep
};

// Thread-safe. Presence is verified on a thread of its own: signature, chain to a Puppet CA, and
// that the signer is the node that the topic names. What does not verify is counted, not shown.
class Fleet {
 public:
  using ChangeHandler =
      std::function<void(const std::string& identity, bool online)>;  // on Fleet's thread

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
  // Whether presence can answer this filter: every fact it reads is one that all members publish.
  bool can_answer(const filter::Filter& filter) const;
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
