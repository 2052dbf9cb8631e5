#include "orchestrator/registry/signatures.hpp"

#include <algorithm>
#include <optional>

#include "orchestrator/registry/registry_store.hpp"
#include "proto/filter/subject.hpp"

namespace muster::registry {
namespace {

std::uint32_t folded(filter::LookupKey key) {
  return static_cast<std::uint32_t>(key ^ (key >> 32U));
}

// Nothing: there are too many.
std::optional<std::vector<std::uint32_t>> keys_of(const client::Member& node) {
  const auto long_keys = filter::lookup_keys({.identity = node.identity,
                                              .facts = &node.facts,
                                              .classes = &node.classes,
                                              .agents = &node.agents},
                                             kSignatureKeysMax);
  if (!long_keys) return std::nullopt;
  std::vector<std::uint32_t> keys;
  keys.reserve(long_keys->size());
  for (const auto key : *long_keys) keys.push_back(folded(key));
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

bool Signature::has(const filter::Lookup& lookup) const {
  return !whole || std::any_of(lookup.begin(), lookup.end(), [this](filter::LookupKey key) {
    return std::binary_search(keys.begin(), keys.end(), folded(key));
  });
}

void Signatures::put(const client::Registered& node, std::int64_t now_ms) {
  auto& own = by_name_[node.node.identity];
  own.seen_ms = now_ms;
  own.fresh_until_ms = now_ms + fresh_for(node.interval_s).count();
  own.keys.clear();
  own.whole = node.left_out_bytes == 0 && node.node.left_out_classes == 0;
  if (!own.whole) return;
  auto keys = keys_of(node.node);
  own.whole = keys.has_value();
  if (keys) own.keys = *std::move(keys);
}

const Signature* Signatures::find(const std::string& identity, std::int64_t now_ms) const {
  const auto at = by_name_.find(identity);
  return at == by_name_.end() || now_ms > at->second.fresh_until_ms ? nullptr : &at->second;
}

void Signatures::tidy(std::int64_t now_ms) {
  std::erase_if(by_name_,
                [now_ms](const auto& entry) { return now_ms > entry.second.fresh_until_ms; });
}

}  // namespace muster::registry
