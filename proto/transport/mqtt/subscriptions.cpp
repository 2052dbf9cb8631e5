#include "proto/transport/mqtt/subscriptions.hpp"

#include <algorithm>

namespace muster::transport::mqtt {

void Subscriptions::add(std::string_view filter, Qos qos, Bus::MessageHandler handler, bool sent) {
  Entry entry{qos, std::make_shared<const Bus::MessageHandler>(std::move(handler)), sent};
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(std::string(filter), std::move(entry));
}

void Subscriptions::remove(std::string_view filter) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(filter); found != entries_.end()) entries_.erase(found);
}

std::vector<Filter> Subscriptions::take_unsent() {
  std::vector<Filter> unsent;
  const std::lock_guard lock(mutex_);
  for (auto& [filter, entry] : entries_) {
    if (!std::exchange(entry.sent, true)) unsent.emplace_back(filter, entry.qos);
  }
  return unsent;
}

bool Subscriptions::any_unsent() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const auto& each) { return !each.second.sent; });
}

void Subscriptions::forget_sent() {
  const std::lock_guard lock(mutex_);
  for (auto& [filter, entry] : entries_) entry.sent = false;
}

void Subscriptions::dispatch(const Message& message) const {
  std::vector<std::shared_ptr<const Bus::MessageHandler>> takers;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [filter, entry] : entries_) {
      if (topic_matches(filter, message.topic)) takers.push_back(entry.handler);
    }
  }
  for (const auto& handler : takers) (*handler)(message);
}

}  // namespace muster::transport::mqtt
