#include "tests/sim/client/sim_bus.hpp"

#include <utility>

namespace muster::sim {

using transport::LinkState;
using transport::Message;

SimBus::SimBus(Surroundings& around, const std::string& client_id)
    : link_(around.loop, around.broker, around.weather, client_id, std::nullopt,
            {.on_state = [this](LinkState state) { on_state(state); },
             .on_message = [this](const Message& message) { on_message(message); },
             .on_subscribed = [this] { on_subscribed(); }}) {}

// A link that comes back is told of once its subscriptions stand.
void SimBus::on_state(LinkState state) {
  if (state == LinkState::connected) {
    if (takers_.empty()) on_subscribed();
    return;
  }
  if (std::exchange(stands_, false) && on_link_) on_link_(state, "the simulation");
}

void SimBus::on_subscribed() {
  stands_ = true;
  if (on_link_) on_link_(LinkState::connected, "the simulation");
}

void SimBus::on_message(const Message& message) {
  ++passed_.heard;
  passed_.heard_bytes += message.payload.size();
  if (watcher_) watcher_(message);
  std::vector<Takers> matching;  // a handler may change them
  for (const auto& [filter, takers] : takers_)
    if (transport::topic_matches(filter, message.topic)) matching.push_back(takers);
  for (const auto& takers : matching)
    for (const auto& taker : takers) taker->take(message);
}

Status SimBus::publish(std::string_view topic, std::string payload,
                       transport::PublishOptions options) {
  if (!stands_ && !options.keep) return fail(Errc::unavailable, "there is no link to the broker");
  ++passed_.sent;
  return link_.publish(std::string(topic), payload, options);
}

Result<std::vector<transport::Subscription>> SimBus::subscribe_all(
    const std::vector<std::string>& topic_filters, transport::Qos, const MessageHandler& handler) {
  for (const auto& filter : topic_filters)
    for (const auto& [known, takers] : takers_) MUSTER_TRY(transport::check_overlap(known, filter));
  std::vector<transport::Subscription> all;
  for (const auto& filter : topic_filters) {
    auto taker = std::make_shared<transport::Taker>(handler);
    takers_[filter].push_back(taker);
    all.emplace_back(taker, [this, alive = std::weak_ptr(alive_), filter, taker] {
      if (!alive.expired()) leave(filter, taker);
    });
  }
  link_.subscribe(topic_filters, [] {});
  return all;
}

void SimBus::leave(const std::string& filter, const std::shared_ptr<transport::Taker>& taker) {
  auto& takers = takers_[filter];
  std::erase(takers, taker);
  if (!takers.empty()) return;
  takers_.erase(filter);
  link_.unsubscribe({filter});
}

// Nobody is told anything any more; the link itself ends with us.
void SimBus::disconnect() {
  takers_.clear();
  stands_ = false;
}

}  // namespace muster::sim
