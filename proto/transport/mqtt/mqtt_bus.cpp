#include "proto/transport/mqtt/bus_impl.hpp"
#include "proto/transport/mqtt/probe.hpp"

#include "proto/base/log.hpp"

namespace muster::transport::mqtt {

MqttBus::MqttBus(Options options, LinkHandler on_link)
    : options_(std::move(options)),
      on_link_(std::move(on_link)),
      version_(options_.version),
      backoff_(options_.backoff_first, options_.backoff_most) {}

MqttBus::~MqttBus() {
  *base::Locked(*life_) = nullptr;
  disconnect();
}

Status MqttBus::start() {
  MUSTER_ASSIGN(const auto broker, open_any(true));
  restore();
  if (on_link_) on_link_(LinkState::connected, "connected to " + broker);
  keeper_ = std::thread([this] { keep(); });
  return {};
}

Status MqttBus::publish(std::string_view topic, std::string payload, PublishOptions options) {
  options.keep = options.keep && options.qos == Qos::at_least_once;
  const auto connection = current();
  if (!connection && !options.keep)
    return fail(Errc::unavailable,
                "cannot send to '" + std::string(topic) + "': no connection to the broker now");
  MUSTER_ASSIGN(const auto message, send_queue_.put(topic, std::move(payload), std::move(options)));
  if (!connection) return keep_for_later(message);
  auto sent = connection->publish(message);
  if (!sent && message.options.keep) return keep_for_later(message);
  if (!sent) send_queue_.done(message.number);
  return sent;
}

// It is in the send queue, which restore() empties into the next connection; here only for when that has
// happened, or happens now.
Status MqttBus::keep_for_later(const Outgoing& message) {
  ConnectionPtr connection;
  {
    const base::Locked state(state_);
    if (!state->restored) {
      state->kept.push_back(message);
      return {};
    }
    connection = state->connection;
  }
  auto sent = connection->publish(message);
  if (!sent) send_queue_.done(message.number);
  return sent;
}

Status MqttBus::flush(std::chrono::milliseconds timeout) {
  if (send_queue_.wait_done(timeout)) return {};
  return fail(Errc::timeout, std::to_string(send_queue_.size()) +
                                 " messages were not acknowledged by the broker within " +
                                 std::to_string(timeout.count()) + " ms");
}

Subscription MqttBus::held(const std::string& filter, const Subscriptions::TakerPtr& taker) {
  return {taker, [life = life_, filter, taker] {
            const base::Locked bus(*life);
            if (*bus != nullptr) (*bus)->leave(filter, taker.get());
          }};
}

Result<std::vector<Subscription>> MqttBus::subscribe_all(
    const std::vector<std::string>& topic_filters, Qos qos, const MessageHandler& handler) {
  std::vector<Subscription> all;  // ends, when it fails, after `asking` does
  const std::lock_guard asking(asking_);
  ConnectionPtr connection;
  std::vector<Filter> wanted;
  {
    const base::Locked state(state_);
    if (state->restored) connection = state->connection;
    for (const auto& filter : topic_filters) {
      MUSTER_ASSIGN(const auto taker,
                    subscriptions_.add(filter, qos, handler, connection != nullptr));
      all.push_back(held(filter, taker));
      wanted.emplace_back(filter, qos);
    }
  }
  if (!connection) return all;
  for (auto& answer : connection->subscribe(wanted))
    // On a broken link the keeper subscribes again.
    if (!answer && answer.error().code != Errc::unavailable) return fail(std::move(answer).error());
  return all;
}

void MqttBus::leave(const std::string& filter, const Taker* taker) {
  const std::lock_guard asking(asking_);
  if (!subscriptions_.remove(filter, taker)) return;
  const auto connection = current();
  if (!connection) return;
  // What fails leaves a subscription that nobody hears, until the connection ends.
  if (auto left = connection->unsubscribe(filter); !left && left.error().code != Errc::unavailable)
    log::warning("a subscription could not be ended",
                 {{"filter", filter}, {"reason", left.error().message}});
}

bool MqttBus::connected() const {
  return current() != nullptr;
}

void MqttBus::disconnect() {
  stop_keeper();
  const auto left = state_.with_lock([](State& state) {
    state.restored = false;
    if (state.connection) state.left = std::move(state.connection);
    return state.left;
  });
  // Not taken down here: Paho needs 200 ms to end its threads, which whoever only leaves need not wait for.
  if (left) left->leave();
}

MqttBus::ConnectionPtr MqttBus::current() const {
  const base::Locked state(state_);
  return state->restored ? state->connection : nullptr;
}

void MqttBus::on_message(Message message) {
  subscriptions_.dispatch(message);
}

void MqttBus::on_published(std::uint64_t number, const std::string& problem, bool nobody) {
  const auto message = send_queue_.done(number);
  if (nobody && message && message->options.on_nobody) message->options.on_nobody();
  if (!problem.empty())
    log::warning("the broker did not take a message",
                 {{"topic", message ? *message->topic : "unknown"}, {"reason", problem}});
}

void MqttBus::on_closed(LinkState state, const std::string& why, bool said) {
  state_.with_lock([&](State& ours) {
    ours.restored = false;
    ours.closed = Closed{state, why, said};
  });
  changed_.notify_all();
}

Result<std::unique_ptr<Bus>> connect(const Options& options, Bus::LinkHandler on_link) {
  MUSTER_TRY(check_options(options));
  auto bus = std::make_unique<MqttBus>(options, std::move(on_link));
  MUSTER_TRY(bus->start());
  return bus;
}

}  // namespace muster::transport::mqtt
