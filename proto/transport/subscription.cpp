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
