// A client of the broker model behind a network: what our MQTT client promises (proto/transport/bus.hpp), in virtual time.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"
#include "tests/sim/broker/broker_model.hpp"
#include "tests/sim/broker/cable.hpp"
#include "tests/sim/broker/pipe.hpp"

namespace muster::sim {

inline constexpr std::chrono::seconds kKeepAlive{20};
inline constexpr std::chrono::milliseconds kBackoffFirst{250};
inline constexpr std::chrono::milliseconds kBackoffMost{30'000};

struct LinkEvents {
  std::function<void(transport::LinkState)> on_state;
  std::function<void(transport::Message)> on_message;
  // All that is subscribed to stands again with a new link, and what the broker retains of it has been heard.
  std::function<void()> on_subscribed = {};
};

// On the loop's thread. All that it is given must outlive it. Events come as tasks of their own, never within a call.
class SimLink final : public Peer {
 public:
  // `program`: time as the client has it, when it may be stopped; null: the loop's.
  SimLink(fakes::VirtualLoop& loop, BrokerModel& broker, const Weather& weather,
          std::string client_id, std::optional<Will> will, LinkEvents events,
          loop::Timers* program = nullptr);
  // As when the process is killed: the broker notices at once, and publishes the will.
  ~SimLink() override;

  // Tries until it is connected, with jittered back-off, and again whenever the link is lost.
  void connect();
  bool connected() const { return state_ == State::up; }
  // As transport::Bus::publish().
  Status publish(const std::string& topic, const std::string& payload,
                 const transport::PublishOptions& options);
  // `done` when the broker has answered: what it retains has been heard before. When the link is lost before, the next one
  // is asked, and answers. Kept over reconnects.
  void subscribe(const std::vector<std::string>& filters, std::function<void()> done);
  void unsubscribe(const std::vector<std::string>& filters);
  // Once all that was published is acknowledged, hangs up in order; then `done`.
  void leave(std::function<void()> done);

  // The network: either direction can be cut alone. Both ends notice by their keep-alive.
  void plug(const Cable& cable) {
    cut_up(cable.up_cut);
    cut_down(cable.down_cut);
    up_.slow(cable.slow);
    down_.slow(cable.slow);
  }
  void cut_up(bool is_cut) { up_.cut(is_cut); }
  void cut_down(bool is_cut) {
    cut_down_ = is_cut;
    down_.cut(cut_down_ || stopped_);
  }
  // The client's program is stopped: what comes waits in its kernel.
  void stop(bool is_stopped) {
    stopped_ = is_stopped;
    down_.cut(cut_down_ || stopped_);
  }

  void deliver(const transport::Message& message) override;
  void hung_up(HungUp why) override;

 private:
  enum class State { away, connecting, up, left };
  struct Outgoing {
    std::string topic;
    std::string payload;
    transport::PublishOptions options;
  };
  // Sends a packet that arrives while this connection lives.
  void to_broker(std::function<void(SessionId)> arrive);
  void to_client(std::function<void()> arrive);
  void greet();
  void opened();
  void transmit(std::uint64_t number, const Outgoing& outgoing);
  void acknowledged(std::uint64_t number);
  void subscribe_again();
  void lost(transport::LinkState state);
  void beat();
  void leave_when_flushed();

  fakes::VirtualLoop& loop_;
  BrokerModel& broker_;
  const std::string client_id_;
  const std::optional<Will> will_;
  const LinkEvents events_;
  Pipe up_;
  Pipe down_;
  bool cut_down_ = false;
  bool stopped_ = false;
  loop::Timer again_;        // the next attempt, or the next ping
  loop::Timer answer_due_;   // our side of the keep-alive
  loop::Timer broker_side_;  // the broker's
  State state_ = State::away;
  std::optional<SessionId> session_;
  std::chrono::milliseconds backoff_ = kBackoffFirst;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Outgoing> outstanding_;  // not acknowledged, in order
  std::vector<std::string> filters_;
  std::map<std::uint64_t, std::function<void()>> subscribing_;  // not answered, in order
  std::function<void()> on_left_;
};

}  // namespace muster::sim
