#include "orchestrator/client/fences.hpp"

#include <fmt/format.h>

#include "proto/base/encoding.hpp"

namespace muster::client {

Fences::Fences(transport::Bus& bus, std::string topic) : bus_(bus), topic_(std::move(topic)) {}

Status Fences::subscribe_once() {
  const std::lock_guard lock(subscribing_);
  if (subscribed_) return {};
  MUSTER_TRY(bus_.subscribe(topic_, transport::Qos::at_least_once,
                            [waiting = waiting_](const transport::Message& message) {
                              const std::lock_guard inner(waiting->mutex);
                              if (waiting->tokens.erase(message.payload) > 0)
                                waiting->arrived.notify_all();
                            }));
  subscribed_ = true;
  return {};
}

Status Fences::pass(std::chrono::milliseconds patience) {
  MUSTER_TRY(subscribe_once());
  const std::string token = base::random_id();
  {
    const std::lock_guard lock(waiting_->mutex);
    waiting_->tokens.insert(token);
  }
  // At least once, as the subscriptions it marks: brokers keep the order within a quality of
  // service only.
  const auto sent = bus_.publish(topic_, token, {.qos = transport::Qos::at_least_once});
  std::unique_lock lock(waiting_->mutex);
  if (sent &&
      waiting_->arrived.wait_for(lock, patience, [&] { return !waiting_->tokens.contains(token); }))
    return {};
  waiting_->tokens.erase(token);
  if (!sent) return sent;
  return fail(Errc::timeout,
              fmt::format("the broker did not give back a message to ourselves on {} within {} ms; "
                          "does its access list let us publish there?",
                          topic_, patience.count()));
}

}  // namespace muster::client
