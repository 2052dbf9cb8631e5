#include "tests/sim/broker/sim_link.hpp"

#include <algorithm>
#include <utility>

namespace muster::sim {

using std::chrono::milliseconds;
using transport::LinkState;

SimLink::SimLink(fakes::VirtualLoop& loop, BrokerModel& broker, const Weather& weather,
                 std::string client_id, std::optional<Will> will, LinkEvents events,
                 loop::Timers* program)
    : loop_(loop),
      broker_(broker),
      client_id_(std::move(client_id)),
      will_(std::move(will)),
      events_(std::move(events)),
      up_(loop, weather),
      down_(loop, weather),
      again_(program == nullptr ? loop : *program),
      answer_due_(program == nullptr ? loop : *program),
      broker_side_(loop) {}

SimLink::~SimLink() {
  if (session_) broker_.lose(*std::exchange(session_, std::nullopt));
}

void SimLink::to_broker(std::function<void(SessionId)> arrive) {
  up_.send([this, arrive = std::move(arrive)] {
    broker_side_.set(kKeepAlive * 3 / 2, [this] {
      if (session_) broker_.lose(*std::exchange(session_, std::nullopt));
    });
    if (session_) arrive(*session_);
  });
}

void SimLink::to_client(std::function<void()> arrive) {
  down_.send(std::move(arrive));
}

void SimLink::connect() {
  state_ = State::connecting;
  answer_due_.set(kKeepAlive, [this] { lost(LinkState::lost); });
  up_.send([this] { greet(); });
}

// At the broker's end.
void SimLink::greet() {
  if (session_)
    broker_.lose(*std::exchange(session_, std::nullopt));  // of a link that it took for alive
  session_ = broker_.open(client_id_, will_, *this);
  if (!session_) return to_client([this] { lost(LinkState::lost); });  // nobody listens there
  to_broker([](SessionId) {});  // begins the broker's side of the keep-alive
  to_client([this] { opened(); });
}

void SimLink::opened() {
  state_ = State::up;
  backoff_ = kBackoffFirst;
  if (!filters_.empty()) subscribe_again();
  for (const auto& [number, outgoing] : outstanding_) transmit(number, outgoing);
  again_.set(kKeepAlive, [this] { beat(); });
  answer_due_.stop();
  if (events_.on_state) events_.on_state(LinkState::connected);
}

void SimLink::subscribe_again() {
  to_broker([this, filters = filters_, last = last_](SessionId id) {
    broker_.subscribe(id, filters);
    to_client([this, last] {
      while (!subscribing_.empty() && subscribing_.begin()->first <= last)
        subscribing_.extract(subscribing_.begin()).mapped()();
      if (events_.on_subscribed) events_.on_subscribed();
    });
  });
}

void SimLink::beat() {
  if (!answer_due_.is_set()) answer_due_.set(kKeepAlive / 2, [this] { lost(LinkState::lost); });
  to_broker([this](SessionId) { to_client([this] { answer_due_.stop(); }); });
  again_.set(kKeepAlive, [this] { beat(); });
}

void SimLink::lost(LinkState state) {
  if (state_ == State::left) return;
  const bool was_up = std::exchange(state_, State::away) == State::up;
  up_.clear();
  down_.clear();
  answer_due_.stop();
  // The broker's end may not know yet: it learns by its own keep-alive, or when we come back.
  const auto jitter =
      static_cast<std::int64_t>(loop_.share() * static_cast<double>(backoff_.count()));
  again_.set(backoff_ / 2 + milliseconds(jitter / 2), [this] { connect(); });
  backoff_ = std::min(backoff_ * 2, kBackoffMost);
  if (was_up && events_.on_state) events_.on_state(state);
}

void SimLink::hung_up(HungUp why) {
  session_.reset();
  broker_side_.stop();
  const auto state = why == HungUp::taken_over ? LinkState::taken_over : LinkState::lost;
  to_client([this, state] { lost(state); });
}

void SimLink::deliver(const transport::Message& message) {
  to_client([this, message] {
    if (events_.on_message) events_.on_message(message);
  });
}

Status SimLink::publish(const std::string& topic, const std::string& payload,
                        const transport::PublishOptions& options) {
  if (state_ != State::up && !options.keep)
    return fail(Errc::unavailable, "there is no link to the broker");
  const auto number = ++last_;
  const Outgoing outgoing{topic, payload, options};
  if (options.qos == transport::Qos::at_least_once) outstanding_.emplace(number, outgoing);
  if (state_ == State::up) transmit(number, outgoing);
  return {};
}

void SimLink::transmit(std::uint64_t number, const Outgoing& outgoing) {
  to_broker([this, number, outgoing](SessionId id) {
    broker_.publish(id, outgoing.topic, outgoing.payload, outgoing.options);
    to_client([this, number] { acknowledged(number); });
  });
}

void SimLink::acknowledged(std::uint64_t number) {
  outstanding_.erase(number);
  leave_when_flushed();
}

void SimLink::subscribe(const std::vector<std::string>& filters, std::function<void()> done) {
  filters_.insert(filters_.end(), filters.begin(), filters.end());
  if (state_ != State::up) {  // asked for with the next link
    loop_.post(std::move(done));
    return;
  }
  const auto number = ++last_;
  subscribing_.emplace(number, std::move(done));
  to_broker([this, filters, number](SessionId id) {
    broker_.subscribe(id, filters);
    to_client([this, number] { subscribing_.extract(number).mapped()(); });
  });
}

void SimLink::unsubscribe(const std::vector<std::string>& filters) {
  std::erase_if(filters_, [&](const auto& held) {
    return std::find(filters.begin(), filters.end(), held) != filters.end();
  });
  if (state_ == State::up)
    to_broker([this, filters](SessionId id) { broker_.unsubscribe(id, filters); });
}

void SimLink::leave(std::function<void()> done) {
  on_left_ = std::move(done);
  leave_when_flushed();
}

void SimLink::leave_when_flushed() {
  if (!on_left_ || (state_ == State::up && !outstanding_.empty())) return;
  const auto done = std::exchange(on_left_, {});
  state_ = State::left;
  again_.stop();
  answer_due_.stop();
  broker_side_.stop();
  if (session_) broker_.close(*std::exchange(session_, std::nullopt));
  loop_.post(done);
}

}  // namespace muster::sim
