// One MQTT 5 client of libmosquitto, driven from outside: no thread, one descriptor, no call back.
//
// Whoever drives it calls read() and write() when its socket can be, look() now and then, and take_events() after each of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"
#include "tests/swarm/links/tls.hpp"

struct mosquitto;
struct mosquitto_message;
using mosquitto_property = struct mqtt5__property;

namespace muster::swarm {

// Published by the broker when the link breaks.
struct Will {
  std::string topic;
  std::string payload;
  bool retain = true;
};

// Whose link it is.
struct LinkSettings {
  std::string client_id;
  std::uint16_t port = 0;      // the broker's listener
  const Pair* pair = nullptr;  // shown to it; must outlive the link. Null: none
  std::string user;            // of a listener with passwords; empty: none
  std::string password;
  std::optional<Will> will;
  // A first attempt that fails is made again, as one after a loss is.
  bool insists = false;
};

// A Closed's reason: the handshake came to nothing, mostly because one side does not take the other's certificate.
inline constexpr int kTlsFailed = 8;

struct Taken {};  // the broker took us
struct Refused {
  int reason;  // MQTT 5's, from 0x80 on
};
struct Closed {
  int reason;       // as explain() reads it; 0: we hung up
  std::string why;  // in words
};
struct Granted {
  int id;       // as subscribe() gave it
  bool wholly;  // every filter
};
using Event = std::variant<Taken, Refused, Closed, Granted, transport::Message>;

// On one thread.
class MqttClient {
 public:
  // What is alike for all: the broker's host, the address to come from (empty: the kernel chooses), and when to ask whether
  // the other side is still there.
  struct Way {
    std::string host;
    std::string source;
    std::chrono::seconds keep_alive{20};
  };

  // `tls` must outlive it; null: plain TCP. Errc::limit when there is no memory for it.
  static Result<std::unique_ptr<MqttClient>> make(const LinkSettings& settings, Tls* tls);
  ~MqttClient();
  MqttClient(const MqttClient&) = delete;
  MqttClient& operator=(const MqttClient&) = delete;

  // Begins a connection; what was left of the one before is closed. Errc::unavailable when that fails at once.
  Status open(const Way& way);
  int fd() const;  // -1: none
  bool wants_write() const;
  void read();
  void write();
  void look();     // asks whether the other side is there, when it is time to
  void broken();   // epoll says that the socket is
  void hang_up();  // in order: no will is published
  std::vector<Event> take_events() { return std::exchange(events_, {}); }

  Status publish(std::string_view topic, const std::string& payload,
                 const transport::PublishOptions& options);
  // Its id; Granted follows.
  Result<int> subscribe(const std::vector<std::string>& filters, transport::Qos qos);
  Status unsubscribe(const std::vector<std::string>& filters);
  // Messages of at_least_once that the broker has not acknowledged.
  std::size_t unacknowledged() const { return unacknowledged_.size(); }

 private:
  MqttClient(const LinkSettings& settings, Tls* tls);

  static MqttClient& of(void* self) { return *static_cast<MqttClient*>(self); }
  static void on_connect(mosquitto*, void* self, int code, int, const mosquitto_property*);
  static void on_close(mosquitto*, void* self, int reason, const mosquitto_property*);
  static void on_message(mosquitto*, void* self, const mosquitto_message* message,
                         const mosquitto_property*);
  static void on_subscribe(mosquitto*, void* self, int id, int count, const int* granted,
                           const mosquitto_property*);
  static void on_publish(mosquitto*, void* self, int id, int, const mosquitto_property*);

  Status set_up();
  void call_back_to_me();
  void prepare() const;
  bool in_handshake() const;
  void end_with(Closed closed);
  Closed closed_by(int code) const;

  const LinkSettings settings_;
  Tls* const tls_;
  mosquitto* client_ = nullptr;
  std::set<int> unacknowledged_;  // their ids
  std::vector<Event> events_;
};

// libmosquitto's code, or MQTT 5's from 0x80 on, in words.
std::string explain(int reason);

}  // namespace muster::swarm
