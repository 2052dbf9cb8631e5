#include "node-agent/presence/shown_facts.hpp"

namespace muster::agent {

std::shared_ptr<const Value> ShownFacts::of(std::shared_ptr<const Value> facts, const Value& more) {
  if (more.empty()) return facts;
  const base::Locked last(last_);
  if (last->together != nullptr && last->facts == facts && last->more == more)
    return last->together;
  auto together = std::make_shared<Value>(*facts);
  together->update(more);
  *last = {std::move(facts), more, std::move(together)};
  return last->together;
}

}  // namespace muster::agent
