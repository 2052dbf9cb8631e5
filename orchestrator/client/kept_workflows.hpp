// The workflows that nodes are in, kept on the bus by orchestrators: whoever goes on with a node has the text that it began with.
// docs/adr/0083-a-node-finishes-what-it-began.md.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {

class Link;

inline constexpr std::size_t kWorkflowsKnownMax = 256;  // texts
// Brokers that speak MQTT 5 drop one so long after the last orchestrator that kept it.
inline constexpr std::chrono::hours kWorkflowKeptFor{7 * 24};
// Texts waiting to be verified.
inline constexpr base::FairLimits kWorkflowQueue{.items = 1'024,
                                                 .per_sender = 16,
                                                 .bytes = std::size_t{64} << 20U,
                                                 .bytes_per_sender = std::size_t{8} << 20U};

// The text, verified: by an orchestrator under `operators`, and the topic names its hash.
Result<std::string> read_workflow(std::string_view topic, std::string_view payload,
                                  const security::Trust& operators);

// Thread-safe. What the bus shows no more is known still. The link must outlive it.
class KeptWorkflows {
 public:
  // Each text once, also our own: on a verifier of the link's, one at a time, or within keep().
  using Handler = std::function<void(const std::string& hash, const std::string& text)>;

  // Subscribes; waits for the broker's answer. Not on the directory's loop, nor on a verifier, as the next.
  static Result<std::unique_ptr<KeptWorkflows>> watch(Link& link, Handler handler);
  // Until all that is retained has been heard; Errc::timeout.
  Status wait_complete(std::chrono::milliseconds patience);
  ~KeptWorkflows();

  bool knows(const std::string& hash) const;
  // Of what nodes get now: signed, and kept on the bus for as long as the link object is there. Its hash. Errc::limit beyond
  // messages::kWorkflowMaxBytes. Not from the directory's loop, as the next.
  Result<std::string> keep(const std::string& text);
  // Every few seconds: of those that others brought, the ones with these hashes are kept on the bus by us too, as they signed them, and
  // the rest no longer. What cannot be kept now is logged, and tried at the next call. Hashes of what is not known any more since
  // the last call: its signer is believed no more, or there was no room for what nobody is in.
  std::vector<std::string> keep_only(const std::set<std::string>& hashes);

 private:
  struct Impl;
  explicit KeptWorkflows(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::client
