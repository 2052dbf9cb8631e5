// What happens to nodes and orchestrators, as signed messages on the bus: joined, left, provisioned …
// docs/PROTOCOL.md, "Events".
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/security/sealer.hpp"

namespace muster::client {

class Link;

// Told by an orchestrator that stops, and by the broker for one whose link broke: its last will.
inline constexpr std::string_view kOrchestratorLeft = "orchestrator-left";

// Events waiting to be verified.
inline constexpr base::FairLimits kEventQueue{.items = 50'000,
                                              .per_sender = 1'000,
                                              .bytes = std::size_t{256} << 20U,
                                              .bytes_per_sender = std::size_t{8} << 20U};

struct LifecycleEvent {
  std::string id;           // random when empty
  std::string type;         // joined, left, job, provisioned …
  std::string identity;     // whom it is about
  std::int64_t at_ms = 0;   // by the signer's clock; 0: now
  Value data = {};          // a map
  std::string signer = {};  // when read: the node itself, or an orchestrator
  bool from_node = false;   // when read
};

// An orchestrator's word. Does not wait for the broker.
Status publish_event(Link& link, LifecycleEvent event);
// What publish_event() sends. For a last will, which there is before there is a link. Where it says no time, it is told at `now_ms`.
Result<std::string> seal_event(const security::Sealer& sealer, const LifecycleEvent& event,
                               std::int64_t now_ms);

// Errc::refused unless signed by the node it is about, and of a kind that nodes tell
// (transport::kNodeEvents), or by an orchestrator, and unless the topic names the same type and
// identity. Never from a bus handler.
Result<LifecycleEvent> read_event(Link& link, std::string_view topic, std::string_view payload);

// Every event of the collective from now on, or of one type, verified; retained ones are refused. Thread-safe.
class Events {
 public:
  using Handler = std::function<void(const LifecycleEvent&)>;  // on our thread
  static Result<std::unique_ptr<Events>> watch(Link& link, Handler on_event,
                                               std::string_view type = "+");
  ~Events();
  // Returns once everything that came before the call has been through the handler.
  Status drain(std::chrono::milliseconds patience);
  std::size_t refused() const;  // did not verify, retained, or not their signer's to tell
  std::string last_refusal() const;
  std::size_t dropped() const;  // came faster than they could be verified

 private:
  struct Impl;
  explicit Events(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::client
