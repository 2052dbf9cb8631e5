#include "orchestrator/registry/signatures.hpp"

#include <algorithm>

#include "orchestrator/registry/registry_store.hpp"
#include "proto/filter/subject.hpp"

namespace muster::registry {
namespace {

std::uint32_t folded(filter::LookupKey key) {
  return static_cast<std::uint32_t>(key ^ (key >> 32U));
}

std::vector<std::uint32_t> keys_of(const client::Member& node) {
  std::vector<std::uint32_t> keys;
  for (const auto key : filter::lookup_keys({.identity = node.identity,
                        .facts = &node.facts,
                        .classes = &node.classes,
                        .agents = &node.agents}))
    keys.push_back(folded(key));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
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
  auto keys = keys_of(node.node);
  own.whole = node.left_out_bytes == 0 && node.node.left_out_classes == 0 &&
              keys.size() <= kSignatureKeysMax;
  if (!own.whole) keys.clear();
  keys.shrink_to_fit();
  own.keys = std::move(keys);
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
