#include "orchestrator/client/known_records.hpp"

#include "orchestrator/client/record_claim.hpp"

namespace muster::client {

bool KnownRecords::take(const Record& record, const std::string& sealed) {
  base::Locked state(state_);
  const auto known = state->known.find(record.identity);
  if (known != state->known.end() && rank_of(record) < rank_of(known->second.record)) {
    if (keeps_) state->missing.insert(record.identity);
    return false;
  }
  state->known.insert_or_assign(record.identity, Known{record, keeps_ ? sealed : std::string()});
  state->missing.erase(record.identity);
  return true;
}

bool KnownRecords::cleared(const std::string& identity) {
  base::Locked state(state_);
  if (keeps_ && state->known.contains(identity)) {
    state->missing.insert(identity);
    return false;
  }
  state->known.erase(identity);
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
  const base::Locked state(state_);
  const auto found = state->known.find(identity);
  if (found == state->known.end() || is_forgotten(found->second.record)) return std::nullopt;
  return found->second.record;
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

}  // namespace muster::client
