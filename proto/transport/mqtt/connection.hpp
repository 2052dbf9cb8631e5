// One Paho client, one broker, one MQTT version, used for one connection and then thrown away: a
// fresh one has no left-overs of the last. What must outlive it is in SendQueue and Subscriptions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/mqtt/send_queue.hpp"
#include "proto/transport/mqtt/subscriptions.hpp"

namespace muster::transport::mqtt {

// Why a connection did not come about.
struct Refusal {
  Error error;
  bool other_version = false;  // the broker may speak MQTT 3.1.1
};

// Called on Paho's thread, which holds Paho's lock: note it down and return.
class ConnectionEvents {
 public:
  virtual void on_message(Message message) = 0;
  // `said`: the broker said why, before it hung up.
  virtual void on_closed(LinkState state, const std::string& why, bool said) = 0;
  // `problem` is empty when the broker has the message. `nobody`: it said that nobody is subscribed to the topic.
  virtual void on_published(std::uint64_t number, const std::string& problem, bool nobody) = 0;

 protected:
  ~ConnectionEvents() = default;
};

// Thread-safe. No event comes after the destructor has returned.
class Connection {
 public:
  static tl::expected<std::shared_ptr<Connection>, Refusal> open(const Options& options,
                                                                 const std::string& broker,
                                                                 Version version, bool clean,
                                                                 ConnectionEvents& events);
  virtual ~Connection() = default;

  // The result comes as on_published, unless this fails at once.
  virtual Status publish(const Outgoing& message) = 0;
  // One answer a filter: Errc::refused when the broker does not allow it, Errc::unavailable when
  // the link broke before the answer came, Errc::timeout after kAnswerTimeout.
  virtual std::vector<Status> subscribe(const std::vector<Filter>& filters) = 0;
  virtual Status unsubscribe(const std::string& filter) = 0;
  // Says good-bye: the broker drops the session and does not publish the last will.
  virtual void leave() = 0;
};

}  // namespace muster::transport::mqtt
