#include "orchestrator/notify/work.hpp"

#include <algorithm>
#include <iterator>

#include "orchestrator/notify/digest.hpp"

namespace muster::notify {

plugins::Notification Work::message() const {
  if (batch.empty()) return parts.front().notification;
  std::vector<plugins::Notification> notifications;
  for (const auto& part : parts) notifications.push_back(part.notification);
  return digest_of(batch, notifications);
}

std::vector<Work::Part> Work::take_out(const std::function<bool(const Part&)>& which) {
  const auto from = std::stable_partition(parts.begin(), parts.end(),
                                          [&](const Part& part) { return !which(part); });
  std::vector<Part> out(std::make_move_iterator(from), std::make_move_iterator(parts.end()));
  parts.erase(from, parts.end());
  return out;
}

}  // namespace muster::notify
