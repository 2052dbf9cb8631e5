#include "orchestrator/client/member_index.hpp"

#include <algorithm>

#include "proto/filter/subject.hpp"

namespace muster::client {

std::optional<std::vector<filter::LookupKey>> MemberIndex::keys_of(const Member& member) {
  return filter::lookup_keys({.identity = member.identity,
                              .facts = &member.facts,
                              .classes = &member.classes,
                              .agents = &member.agents},
                             kIndexedKeysMax);
}

void MemberIndex::add(std::string_view name, const Member& member) {
  if (!member.keys) {
    anybody_.insert(name);
    return;
  }
  for (const auto key : *member.keys) by_key_[key].insert(name);
}

void MemberIndex::remove(std::string_view name, const Member& member) {
  if (!member.keys) {
    anybody_.erase(name);
    return;
  }
  for (const auto key : *member.keys) {
    const auto at = by_key_.find(key);
    if (at == by_key_.end()) continue;
    at->second.erase(name);
    if (at->second.empty()) by_key_.erase(at);
  }
}

std::vector<std::string_view> MemberIndex::names_of(const filter::Lookup& lookup) const {
  std::vector<std::string_view> names(anybody_.begin(), anybody_.end());
  for (const auto key : lookup)
    if (const auto at = by_key_.find(key); at != by_key_.end())
      names.insert(names.end(), at->second.begin(), at->second.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::size_t MemberIndex::count(const filter::Lookup& lookup) const {
  std::size_t all = anybody_.size();
  for (const auto key : lookup)
    if (const auto at = by_key_.find(key); at != by_key_.end()) all += at->second.size();
  return all;
}

bool MemberIndex::narrow(const filter::Filter& filter, std::vector<std::string_view>& names) const {
  const auto lookups = filter.lookups();
  if (lookups.empty()) return false;
  const auto fewest = std::min_element(
      lookups.begin(), lookups.end(),
      [this](const auto& one, const auto& other) { return count(one) < count(other); });
  names = names_of(*fewest);
  return true;
}

}  // namespace muster::client
