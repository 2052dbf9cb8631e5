// The part of MqttBus that makes connections and keeps one alive.
#include <fmt/format.h>

#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/transport/mqtt/bus_impl.hpp"
#include "proto/transport/mqtt/socket_to.hpp"

namespace muster::transport::mqtt {

tl::expected<MqttBus::ConnectionPtr, Refusal> MqttBus::open(const std::string& broker, bool clean) {
  const auto first = version_ == Version::automatic ? Version::v5 : version_;
  auto opened = Connection::open(options_, broker, first, clean, *this);
  if (opened || options_.version != Version::automatic || !opened.error().other_version) {
    if (opened) version_ = first;
    return opened;
  }
  const auto other = first == Version::v5 ? Version::v311 : Version::v5;
  auto second = Connection::open(options_, broker, other, clean, *this);
  if (!second) return opened;
  version_ = other;
  log::info("the broker speaks another version of MQTT",
            {{"broker", broker}, {"version", other == Version::v5 ? "5" : "3.1.1"}});
  return second;
}

Result<std::string> MqttBus::open_any(bool clean) {
  Error all{Errc::unavailable, ""};
  for (const auto& broker : options_.brokers) {
    auto opened = open(broker, clean);
    if (opened) {
      base::Locked(state_)->connection = *std::move(opened);
      opened_at_ = std::chrono::steady_clock::now();
      opened_to_ = broker;
      return broker;
    }
    const auto& error = opened.error().error;
    all.message += (all.message.empty() ? "" : "; ") + error.message;
    // The most telling code wins: somebody is there and says no, or our own files are wrong.
    if (error.code != Errc::unavailable) all.code = error.code;
    if (stopped()) break;
  }
  return fail(std::move(all));
}

void MqttBus::restore() {
  subscriptions_.forget_sent();
  const auto connection = state_.with_lock([](State& state) {
    state.kept.clear();  // they are in the send queue
    return state.connection;
  });
  for (const auto& message : send_queue_.unacknowledged())
    static_cast<void>(connection->publish(message));
  while (true) {
    const auto unsent = subscriptions_.take_unsent();
    if (!unsent.empty()) {
      const auto answers = connection->subscribe(unsent);
      for (const auto& answer : answers) {
        if (!answer)
          log::error("a subscription was not renewed", {{"reason", answer.error().message}});
      }
      continue;
    }
    std::vector<Outgoing> kept;
    {
      const base::Locked state(state_);
      // subscribe() and keep_for_later() record under this lock as long as we are not restored.
      if (subscriptions_.any_unsent()) continue;
      kept = std::exchange(state->kept, {});
      if (kept.empty()) {
        state->restored = !state->closed;
        return;
      }
    }
    for (const auto& message : kept) static_cast<void>(connection->publish(message));
  }
}

bool MqttBus::pause(std::chrono::milliseconds time) {
  base::Locked state(state_);
  return !state.wait_for(changed_, time, [&] { return state->stopping; });
}

bool MqttBus::stopped() const {
  return base::Locked(state_)->stopping;
}

void MqttBus::count_loss(Closed& closed) {
  if (std::chrono::steady_clock::now() - opened_at_ >= kStableAfter) {
    backoff_.reset();
    quick_losses_ = 0;
  }
  if (closed.state == LinkState::taken_over) return;
  // A broker that restarts is away for a moment, though the next attempt may find it back; one that gave our name to another
  // client is there all the time.
  if (closed.said || !is_broker_up()) {
    quick_losses_ = 0;
    return;
  }
  if (++quick_losses_ < kQuickLossesMax) return;
  closed = {LinkState::taken_over, fmt::format("the broker let us in and hung up {} times in a "
                                               "row; another client seems to use our name '{}'",
                                               quick_losses_, options_.client_id)};
}

// Twice: one that ends in order may close its clients' links first.
bool MqttBus::is_broker_up() {
  const auto to = base::parse_endpoint(opened_to_);
  const auto is_up = [&] {
    return to && connect_tcp(*to, std::chrono::steady_clock::now() + kBrokerLookTimeout);
  };
  return is_up() && pause(kBrokerLookAgain) && is_up();
}

void MqttBus::repair(Closed closed) {
  count_loss(closed);
  if (on_link_) on_link_(closed.state, closed.why);
  if (closed.state == LinkState::taken_over) {
    quick_losses_ = 0;
    // Two clients with one name would otherwise throw each other out for ever.
    if (!pause(kTakenOverPause)) return;
  }
  std::string last;
  while (pause(backoff_.next())) {
    const auto opened = open_any(false);
    if (opened) {
      restore();
      if (on_link_ && connected()) on_link_(LinkState::connected, "connected to " + *opened);
      return;
    }
    quick_losses_ = 0;  // the broker itself is away
    if (std::exchange(last, opened.error().message) != opened.error().message)
      log::warning("no connection to the broker", {{"reason", opened.error().message}});
  }
}

void MqttBus::keep() {
  base::name_thread("bus keeper");
  while (true) {
    std::optional<Closed> closed;
    ConnectionPtr gone;
    {
      base::Locked state(state_);
      state.wait(changed_, [&] { return state->stopping || state->closed; });
      if (state->stopping) return;
      closed = std::exchange(state->closed, std::nullopt);
      gone = std::move(state->connection);
    }
    gone.reset();
    repair(*std::move(closed));
  }
}

void MqttBus::stop_keeper() {
  state_.with_lock([](State& state) { state.stopping = true; });
  changed_.notify_all();
  if (keeper_.joinable()) keeper_.join();
}

}  // namespace muster::transport::mqtt
