#include "orchestrator/client/known_records.hpp"

#include "orchestrator/client/record_claim.hpp"

namespace muster::client {

KnownRecords::Taken KnownRecords::take(Known heard) {
  base::Locked state(state_);
  const std::string identity = heard.record.identity;
  const auto known = state->known.find(identity);
  if (known == state->known.end() && state->known.size() >= max_) return Taken::no_room;
  if (known != state->known.end() && rank_of(heard.record) < rank_of(known->second.record)) {
    if (keeps_) state->missing.insert(identity);
    return Taken::older;
  }
  if (!keeps_) heard.sealed.clear();
  state->known.insert_or_assign(identity, std::move(heard));
  state->missing.erase(identity);
  return Taken::yes;
}

bool KnownRecords::cleared(const std::string& identity, std::int64_t now_ms) {
  base::Locked state(state_);
  const auto known = state->known.find(identity);
  if (known == state->known.end()) return true;
  if (keeps_ && !is_over(known->second.record, now_ms)) {
    state->missing.insert(identity);
    return false;
  }
  state->missing.erase(identity);
  state->known.erase(known);
  return true;
}

void KnownRecords::miss(const std::string& identity) {
  base::Locked state(state_);
  if (keeps_ && state->known.contains(identity)) state->missing.insert(identity);
}

std::vector<Record> KnownRecords::all() const {
  const base::Locked state(state_);
  std::vector<Record> all;
  all.reserve(state->known.size());
  for (const auto& [identity, known] : state->known)
    if (!is_forgotten(known.record)) all.push_back(known.record);
  return all;
}

std::optional<Record> KnownRecords::find(const std::string& identity) const {
  auto found = newest(identity);
  if (found && is_forgotten(*found)) found.reset();
  return found;
}

std::optional<Record> KnownRecords::newest(const std::string& identity) const {
  const base::Locked state(state_);
  const auto found = state->known.find(identity);
  if (found == state->known.end()) return std::nullopt;
  return found->second.record;
}

std::set<std::string> KnownRecords::workflows_in_use() const {
  const base::Locked state(state_);
  std::set<std::string> hashes;
  for (const auto& [identity, known] : state->known) {
    const auto& record = known.record;
    const bool over = record.state == "finished" || record.state == "refused" ||
                      record.state == kGone || is_forgotten(record);
    if (!over && !record.workflow_hash.empty()) hashes.insert(record.workflow_hash);
  }
  return hashes;
}

std::vector<KnownRecords::Known> KnownRecords::take_missing(std::size_t max) {
  base::Locked state(state_);
  std::vector<Known> taken;
  while (!state->missing.empty() && taken.size() < max) {
    taken.push_back(state->known.at(*state->missing.begin()));
    state->missing.erase(state->missing.begin());
  }
  return taken;
}

std::vector<KnownRecords::Known> KnownRecords::take_over(std::int64_t now_ms, std::size_t max) {
  base::Locked state(state_);
  std::vector<Known> taken;
  for (auto each = state->known.begin(); each != state->known.end() && taken.size() < max;) {
    if (!is_over(each->second.record, now_ms)) {
      ++each;
      continue;
    }
    state->missing.erase(each->first);
    taken.push_back(std::move(each->second));
    each = state->known.erase(each);
  }
  return taken;
}

bool KnownRecords::disbelieve(const Known& known) {
  base::Locked state(state_);
  const auto found = state->known.find(known.record.identity);
  if (found == state->known.end() || found->second.sealed != known.sealed) return false;
  const bool was_forgotten = is_forgotten(found->second.record);
  state->missing.erase(found->first);
  state->known.erase(found);
  return !was_forgotten;
}

std::vector<KnownRecords::Known> KnownRecords::signed_by(
    const std::function<bool(const std::string& serial)>& which) const {
  const base::Locked state(state_);
  std::map<std::string, bool, std::less<>> judged;  // few sign
  std::vector<Known> found;
  for (const auto& [identity, known] : state->known) {
    const auto [verdict, is_new] = judged.emplace(known.signer_serial, false);
    if (is_new) verdict->second = which(known.signer_serial);
    if (verdict->second) found.push_back(known);
  }
  return found;
}

}  // namespace muster::client
