// Members by what they have: who runs an agent, has a class, or shows a fact with a value.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "proto/filter/filter.hpp"

namespace muster::client {

// Of one node's presence, 8 bytes each here and as many again in the index; one with more is among those that may match
// whatever is looked up.
inline constexpr std::size_t kIndexedKeysMax = 4'096;

// Holds names, not members. Not thread-safe.
class MemberIndex {
 public:
  // Sorted. Long work for a large presence: to be done where nobody waits, and kept as Member::keys.
  static std::optional<std::vector<filter::LookupKey>> keys_of(const Member& member);

  // `name` must live until remove(). What is removed is what was added: the same Member::keys.
  void add(std::string_view name, const Member& member);
  void remove(std::string_view name, const Member& member);

  // Who has one of the keys, or may have, sorted.
  std::vector<std::string_view> names_of(const filter::Lookup& lookup) const;
  // False: the filter looks nothing up, so anybody may match. Else `names` are those who may, sorted, and as few as one
  // part of the filter leaves; whether they do, the filter says.
  bool narrow(const filter::Filter& filter, std::vector<std::string_view>& names) const;

 private:
  std::size_t count(const filter::Lookup& lookup) const;

  using Names = std::set<std::string_view>;
  std::unordered_map<filter::LookupKey, Names> by_key_;
  Names anybody_;  // whose keys are not kept
};

}  // namespace muster::client
