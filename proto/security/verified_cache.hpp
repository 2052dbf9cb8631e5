// Certificates whose chain has been checked, and until when that holds. Internal to TrustStore.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "proto/security/trust_store.hpp"

namespace muster::security {

struct VerifiedCertificate {
  Verified leaf;
  std::int64_t from_ms;   // the latest not-before of the chain
  std::int64_t until_ms;  // the earliest not-after of the chain
};

// At most `capacity` entries, in two generations: when the young one is full, the old one is
// dropped and the young one becomes old; whoever is met again is young. Constant time, and near
// enough to least recently used. Not thread-safe.
class VerifiedCache {
 public:
  explicit VerifiedCache(std::size_t capacity) : half_(capacity / 2) {}

  // The entry of that leaf, when it holds at `now_ms`.
  std::optional<VerifiedCertificate> find(const std::string& leaf_digest, std::int64_t now_ms) {
    const auto found = young_.find(leaf_digest);
    if (found == young_.end()) return find_old(leaf_digest, now_ms);
    if (!holds(found->second, now_ms)) return std::nullopt;
    return found->second;
  }

  void insert(const std::string& leaf_digest, VerifiedCertificate entry) {
    if (young_.size() >= half_) {
      old_ = std::move(young_);
      young_.clear();
    }
    young_.insert_or_assign(leaf_digest, std::move(entry));
  }

  void clear() {
    young_.clear();
    old_.clear();
  }

  // `use` is called with each digest and entry, those that were met last first.
  template <class Use>
  void for_each(const Use& use) const {
    for (const auto& [digest, entry] : young_) use(digest, entry);
    for (const auto& [digest, entry] : old_) use(digest, entry);
  }

  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  static bool holds(const VerifiedCertificate& entry, std::int64_t now_ms) {
    return entry.from_ms <= now_ms && now_ms <= entry.until_ms;
  }

  std::optional<VerifiedCertificate> find_old(const std::string& leaf_digest, std::int64_t now_ms) {
    auto node = old_.extract(leaf_digest);
    if (!node || !holds(node.mapped(), now_ms)) return std::nullopt;
    auto entry = node.mapped();
    insert(leaf_digest, std::move(node.mapped()));
    return entry;
  }

  const std::size_t half_;
  std::unordered_map<std::string, VerifiedCertificate> young_;
  std::unordered_map<std::string, VerifiedCertificate> old_;
};

}  // namespace muster::security
