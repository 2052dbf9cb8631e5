#include "node-agent/presence/shown_facts.hpp"

namespace muster::agent {

std::shared_ptr<const Value> ShownFacts::of(std::shared_ptr<const Value> facts, const Value& more) {
  if (more.empty()) return facts;
  const std::lock_guard lock(mutex_);
  if (together_ != nullptr && facts_ == facts && more_ == more) return together_;
  auto together = std::make_shared<Value>(*facts);
  together->update(more);
  facts_ = std::move(facts);
  more_ = more;
  together_ = std::move(together);
  return together_;
}

}  // namespace muster::agent
