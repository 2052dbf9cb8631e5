// The bus as the rest of Muster sees it. proto/transport/mqtt implements it over MQTT; tests have
// one in memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/transport/message.hpp"
#include "proto/transport/subscription.hpp"

namespace muster::transport {

// Thread-safe. Handlers run on the bus's own thread: they must only enqueue.
class Bus {
 public:
  using MessageHandler = std::function<void(Message)>;
  // `why` says in words what happened, for the log.
  using LinkHandler = std::function<void(LinkState state, const std::string& why)>;

  virtual ~Bus() = default;

  // Queues the message; Errc::limit when the outgoing queue is full, Errc::unavailable when not
  // connected. Delivery of at_least_once messages goes on in the background.
  virtual Status publish(std::string_view topic, std::string payload, PublishOptions options) = 0;
  // Waits until everything published so far has been handed over (QoS 0: sent, QoS 1:
  // acknowledged).
  virtual Status flush(std::chrono::milliseconds timeout) = 0;

  // Messages that match go to `handler` for as long as the subscription is held. Waits for the
  // broker's answer; Errc::refused when it does not allow the topic. Kept over reconnects. When not
  // connected, recorded for the next connection.
  // Equal filters are counted: each handler hears each message once, and whenever one more comes,
  // all hear again what is retained. A filter that overlaps another of this bus without being equal
  // is Errc::config: with MQTT 5 a message that matches both would come twice.
  Result<Subscription> subscribe(std::string_view topic_filter, Qos qos, MessageHandler handler);
  // The same of several filters with one handler: all are asked for at once, and either all are
  // subscribed to or none. In the order of `topic_filters`.
  virtual Result<std::vector<Subscription>> subscribe_all(
      const std::vector<std::string>& topic_filters, Qos qos, const MessageHandler& handler) = 0;

  virtual bool connected() const = 0;
  // Leaves in order: the last will is published by the caller beforehand, not by the broker.
  virtual void disconnect() = 0;
};

// MQTT's rule for filters with + and # (MQTT 5, 4.7).
bool topic_matches(std::string_view filter, std::string_view topic);
// Whether a topic can match both.
bool filters_overlap(std::string_view one, std::string_view other);
// Errc::config, with both, when they overlap and are not equal.
Status check_overlap(std::string_view known, std::string_view wanted);

}  // namespace muster::transport
