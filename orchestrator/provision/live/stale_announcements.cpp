#include "orchestrator/provision/live/stale_announcements.hpp"

#include <vector>

#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

void StaleAnnouncements::hear(const std::string& client_id, const transport::Message& message) {
  const base::Locked heard(heard_);
  if (message.payload.empty()) {
    heard->erase(client_id);
    return;
  }
  const auto known = heard->find(client_id);
  if (known != heard->end()) {
    if (!message.retained) known->second = clock_.steady();
  } else if (heard->size() < kAnnouncementsTracked) {
    heard->emplace(client_id, clock_.steady());
  }
}

std::size_t StaleAnnouncements::clear() {
  std::vector<std::string> stale;
  {
    const base::Locked heard(heard_);
    const auto now = clock_.steady();
    for (const auto& [client_id, at] : *heard) {
      if (stale.size() >= kClearedAtOnce) break;
      if (now - at > kAnnouncementLife) stale.push_back(client_id);
    }
  }
  std::size_t cleared = 0;
  for (const auto& client_id : stale) {
    const auto sent =
        bus_.publish(transport::topics::join_announce(client_id), "", {.retain = true});
    if (!sent) {
      log::warning("cannot clear an old announcement", {{"why", sent.error().message}});
      break;  // the rest is tried with the next call
    }
    base::Locked(heard_)->erase(client_id);
    ++cleared;
  }
  if (cleared > 0)
    log::info("cleared announcements that nobody renewed", {{"count", std::to_string(cleared)}});
  return cleared;
}

}  // namespace muster::provision
