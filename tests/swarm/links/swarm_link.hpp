// One node's link to the broker, among thousands.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/backoff.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/timer.hpp"
#include "proto/transport/bus.hpp"
#include "tests/swarm/links/mqtt_client.hpp"

namespace muster::swarm {

class SwarmLinks;

// Who has a link, and hears of it on the loop's thread. May destroy the link in any of these.
class LinkUser {
 public:
  virtual ~LinkUser() = default;
  // connected, also again after a loss, when the broker has the subscriptions of before; lost, taken_over: it is made again by
  // itself.
  virtual void on_link(transport::LinkState state, const std::string& why) = 0;
  // The first attempt failed, and no other is made. Errc::refused: the broker does not take us; Errc::unavailable.
  virtual void on_refused(const Error& why) = 0;
  virtual void on_left() = 0;
  // The broker's answer to subscribe(); not to what is asked for again after a loss.
  virtual void on_subscribed(int id, bool wholly) = 0;
  virtual void on_message(transport::Message message) = 0;
};

// Made by SwarmLinks::add(). On the loop's thread; never calls its user back before a call of it has returned.
class SwarmLink {
 public:
  using Id = std::uint64_t;  // 0 is no link's

  ~SwarmLink();
  SwarmLink(const SwarmLink&) = delete;
  SwarmLink& operator=(const SwarmLink&) = delete;

  // on_link(connected) or on_refused() follows.
  void connect();
  // Hangs up in order, when what was published is acknowledged or LinksOptions::leave_patience is over. on_left() follows.
  void leave();
  bool up() const { return state_ == State::up; }

  // As transport::Bus::publish().
  Status publish(std::string_view topic, const std::string& payload,
                 const transport::PublishOptions& options);
  // Kept over losses. Its id, for on_subscribed(); Errc::unavailable without a link.
  Result<int> subscribe(const std::vector<std::string>& filters, transport::Qos qos);
  Status unsubscribe(const std::vector<std::string>& filters);

 private:
  friend class SwarmLinks;
  enum class State { idle, waiting, connecting, up, leaving };

  SwarmLink(SwarmLinks& links, std::unique_ptr<MqttClient> client, LinkUser& user, bool insists);

  // Of SwarmLinks:
  void begin();
  void serve(std::uint32_t events);
  void look();
  void give_up();

  void deliver();
  void take(const Closed& closed);
  void take(const Granted& granted);
  void accepted();
  void subscribe_again(transport::Qos qos);
  void ended(const Error& why, bool by_other);
  void failed(const Error& why);
  void again_later();
  void hang_up_when_empty();
  void left();
  void forget_socket();
  void rearm();

  SwarmLinks& links_;
  const std::unique_ptr<MqttClient> client_;
  LinkUser& user_;
  const bool insists_;
  Id id_ = 0;
  State state_ = State::idle;
  std::uint64_t attempt_ = 0;  // counted by SwarmLinks
  bool was_up_ = false;        // since connect()
  bool hung_up_ = false;       // since leave()
  int refused_ = 0;            // the broker's reason in the attempt under way
  std::uint32_t armed_ = 0;    // epoll's events; 0: not watched
  std::map<std::string, transport::Qos> filters_;
  std::vector<int> unanswered_;  // ids of the user's subscriptions
  std::vector<int> again_;       // of those that are asked for again after a loss
  base::Backoff backoff_;
  loop::Timer timer_;  // until the next attempt, or until leaving has lasted too long
};

}  // namespace muster::swarm
