#include "proto/transport/mqtt/subscriptions.hpp"

#include <algorithm>

namespace muster::transport::mqtt {

Result<Subscriptions::TakerPtr> Subscriptions::add(std::string_view filter, Qos qos,
                                                   Bus::MessageHandler handler, bool sent) {
  auto taker = std::make_shared<Taker>(std::move(handler));
  const base::Locked entries(entries_);
  for (const auto& [known, entry] : *entries) MUSTER_TRY(check_overlap(known, filter));
  auto& entry = (*entries)[std::string(filter)];
  entry.qos = std::max(entry.qos, qos);
  entry.takers.push_back(taker);
  entry.sent = sent;
  return taker;
}

bool Subscriptions::remove(std::string_view filter, const Taker* taker) {
  const base::Locked entries(entries_);
  const auto found = entries->find(filter);
  if (found == entries->end()) return false;
  std::erase_if(found->second.takers, [&](const auto& known) { return known.get() == taker; });
  if (!found->second.takers.empty()) return false;
  entries->erase(found);
  return true;
}

std::vector<Filter> Subscriptions::take_unsent() {
  std::vector<Filter> unsent;
  const base::Locked entries(entries_);
  for (auto& [filter, entry] : *entries) {
    if (!std::exchange(entry.sent, true)) unsent.emplace_back(filter, entry.qos);
  }
  return unsent;
}

bool Subscriptions::any_unsent() const {
  const base::Locked entries(entries_);
  return std::any_of(entries->begin(), entries->end(),
                     [](const auto& each) { return !each.second.sent; });
}

void Subscriptions::forget_sent() {
  const base::Locked entries(entries_);
  for (auto& [filter, entry] : *entries) entry.sent = false;
}

void Subscriptions::dispatch(const Message& message) const {
  std::vector<TakerPtr> takers;
  {
    const base::Locked entries(entries_);
    for (const auto& [filter, entry] : *entries)
      if (topic_matches(filter, message.topic))
        takers.insert(takers.end(), entry.takers.begin(), entry.takers.end());
  }
  for (const auto& taker : takers) taker->take(message);
}

}  // namespace muster::transport::mqtt
