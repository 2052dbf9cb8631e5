// A broker as Mosquitto is, in virtual time: sessions that end with their link, retained messages with expiry, last wills,
// takeover by a second client of one id. It knows nothing of networks: what it delivers, a Wire carries.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/transport/bus.hpp"
#include "tests/sim/broker/subscription_tree.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

struct Will {
  std::string topic;
  std::string payload;  // empty: what is retained there goes
  bool retain = true;
};

// How a session ended that its client did not end.
enum class HungUp { taken_over, broker_down };

// The broker's end of a connection. Calls come while the broker works: an implementation must only enqueue.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void deliver(const transport::Message& message) = 0;
  virtual void hung_up(HungUp why) = 0;
};

// What a broker does that the protocol leaves to it.
struct Habits {
  // Of one subscription, so many retained messages are delivered and the rest is not: Mosquitto's max_queued_messages and
  // max_inflight_messages, EMQX's 1,000. Nothing: all are.
  std::optional<std::size_t> retained_burst_max;
};

// What has passed since the start.
struct Traffic {
  std::uint64_t published = 0;
  std::uint64_t published_bytes = 0;  // payloads
  std::uint64_t delivered = 0;
  std::uint64_t delivered_bytes = 0;  // payloads
};

// One message on its way through the broker.
struct Passage {
  const std::string& client;
  bool delivered = false;  // to that client; else it published it
  const std::string& topic;
  const std::string& payload;
};

// On the loop's thread. `loop` must outlive it, and each peer its session.
class BrokerModel {
 public:
  explicit BrokerModel(fakes::VirtualLoop& loop, Habits habits = {})
      : loop_(loop), habits_(habits) {}

  // Nothing while it is down. A session of the same client id is taken over, and its will published.
  std::optional<SessionId> open(const std::string& client_id, std::optional<Will> will, Peer& peer);
  // In order: no will.
  void close(SessionId session);
  // The link broke: the will is published.
  void lose(SessionId session);

  // All of these: nothing when there is no such session any more.
  void publish(SessionId session, const std::string& topic, const std::string& payload,
               const transport::PublishOptions& options);
  // Delivers what is retained, also of a filter that is subscribed to already.
  void subscribe(SessionId session, const std::vector<std::string>& filters);
  void unsubscribe(SessionId session, const std::vector<std::string>& filters);

  // Told of each message that comes and goes; it must not call back.
  void watch(std::function<void(const Passage&)> watcher) { watcher_ = std::move(watcher); }

  // Every session ends without its will.
  void crash();
  // With what was retained, or, when its file was lost, without.
  void start(bool with_memory);
  bool up() const { return up_; }
  // Each message is delivered twice, as MQTT allows for QoS 1.
  void repeat(bool does_repeat) { repeats_ = does_repeat; }
  // What a person does with mosquitto_pub -r -n, or a broker's fault: the retained message goes, subscribers hear of it.
  void clear(const std::string& topic) { route(topic, "", {.retain = true}); }

  // What is kept on a topic; nothing when nothing is.
  std::optional<std::string> retained(const std::string& topic) const;
  std::vector<std::string> retained_topics(std::string_view filter) const;
  std::size_t sessions() const { return sessions_.size(); }
  const Traffic& traffic() const { return traffic_; }

 private:
  struct Session {
    std::string client_id;
    std::optional<Will> will;
    Peer* peer = nullptr;
    std::set<std::string> filters;
  };
  struct Kept {
    std::string payload;
    std::optional<std::int64_t> until_ms;  // of the machine's steady time
  };
  std::int64_t now_ms() const;
  bool alive(const Kept& kept) const { return !kept.until_ms || *kept.until_ms > now_ms(); }
  void route(const std::string& topic, const std::string& payload,
             const transport::PublishOptions& options);
  void deliver(const Session& session, const transport::Message& message);
  Session take_out(SessionId session);

  fakes::VirtualLoop& loop_;
  const Habits habits_;
  bool up_ = true;
  bool repeats_ = false;
  SessionId last_ = 0;
  std::map<SessionId, Session> sessions_;
  std::map<std::string, SessionId> by_client_;
  SubscriptionTree subscriptions_;
  std::map<std::string, Kept> retained_;
  Traffic traffic_;
  std::function<void(const Passage&)> watcher_;
};

}  // namespace muster::sim
