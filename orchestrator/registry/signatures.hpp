// What registered nodes can be looked up by, in memory: so that a filter on a fact's value reads the few registrations that
// may match, and not all of them from the disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "orchestrator/client/registration.hpp"
#include "proto/filter/lookup.hpp"

namespace muster::registry {

// Of one node, 4 bytes each; one with more is read whenever a filter is judged. A node with Puppet's facts has some 500.
inline constexpr std::size_t kSignatureKeysMax = 8'192;

struct Signature {
  std::int64_t seen_ms = 0;         // when it registered, by our clock
  std::int64_t fresh_until_ms = 0;  // then it counts as not registered
  bool whole = false;  // `keys` are all there are: whoever lacks one lacks what it stands for
  std::vector<std::uint32_t> keys;  // sorted

  bool has(const filter::Lookup& lookup) const;
};

// Not thread-safe.
class Signatures {
 public:
  // Once the node has been kept.
  void put(const client::Registered& node, std::int64_t now_ms);
  // Null: it has not registered, or not for long.
  const Signature* find(const std::string& identity, std::int64_t now_ms) const;
  // Of those that are not fresh any more. From time to time.
  void tidy(std::int64_t now_ms);
  std::size_t size() const { return by_name_.size(); }

 private:
  std::unordered_map<std::string, Signature> by_name_;
};

}  // namespace muster::registry
