#include "orchestrator/provision/waiting_room.hpp"

namespace muster::provision {

bool WaitingRoom::has_given_up(const Waiting& waiting) const {
  return clock_.steady() - waiting.heard > kWaitingKept;
}

WaitingRoom::Place WaitingRoom::take(const AnnouncedPtr& announced) {
  const auto& applicant = announced->applicant;
  const auto at = waiting_.find(applicant.identity);
  if (at != waiting_.end() && !has_given_up(at->second) &&
      at->second.announced->applicant.key_fingerprint != applicant.key_fingerprint)
    return Place::behind;
  if (at == waiting_.end() && waiting_.size() >= kWaitingMax) {
    std::erase_if(waiting_, [this](const auto& one) { return has_given_up(one.second); });
    if (waiting_.size() >= kWaitingMax) return Place::full;
  }
  waiting_.insert_or_assign(applicant.identity, Waiting{announced, clock_.steady()});
  return Place::taken;
}

AnnouncedPtr WaitingRoom::find(const std::string& identity) const {
  const auto at = waiting_.find(identity);
  return at == waiting_.end() ? nullptr : at->second.announced;
}

std::vector<std::string> WaitingRoom::names() const {
  std::vector<std::string> names;
  for (const auto& [name, waiting] : waiting_) names.push_back(name);
  return names;
}

void WaitingRoom::leave(const std::string& identity, const std::string& key_fingerprint) {
  const auto at = waiting_.find(identity);
  if (at != waiting_.end() && at->second.announced->applicant.key_fingerprint == key_fingerprint)
    waiting_.erase(at);
}

void WaitingRoom::left(const std::string& client_id) {
  std::erase_if(waiting_, [&](const auto& one) {
    return one.second.announced->opened.announce.client_id == client_id;
  });
}

}  // namespace muster::provision
