#include "proto/transport/subscription.hpp"

#include <utility>

#include "proto/transport/bus.hpp"

namespace muster::transport {

void Taker::take(const Message& message) {
  const std::lock_guard lock(running_);
  if (!ended_) handler_(message);
}

void Taker::end() {
  const std::lock_guard lock(running_);
  ended_ = true;
}

Result<Subscription> Bus::subscribe(std::string_view topic_filter, Qos qos,
                                    MessageHandler handler) {
  MUSTER_ASSIGN(auto all, subscribe_all({std::string(topic_filter)}, qos, handler));
  return std::move(all.front());
}

Subscription::Subscription(Subscription&& other) noexcept
    : taker_(std::move(other.taker_)), leave_(std::exchange(other.leave_, nullptr)) {}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this == &other) return *this;
  end();
  taker_ = std::move(other.taker_);
  leave_ = std::exchange(other.leave_, nullptr);
  return *this;
}

void Subscription::end() {
  const auto taker = std::move(taker_);
  const auto leave = std::exchange(leave_, nullptr);
  if (taker) taker->end();
  if (leave) leave();
}

}  // namespace muster::transport
